"""`deinterlaced`: whole pictures of frames that hold two moments, each in every other line."""

from collections import deque
from collections.abc import Iterable, Iterator

import av


def deinterlaced(frames: Iterable[av.VideoFrame]) -> Iterator[av.VideoFrame]:
    """Passes frames through FFmpeg's `bwdif` from the first one on that is marked as interlaced.

    The filter keeps the first moment of each frame, and leaves alone what isn't marked.

    Args:
        frames: Decoded frames, in order.

    Returns:
        An iterator of as many frames with the same times.
    """
    filter_ = None
    for frame in frames:
        kind = frame.format.name, frame.width, frame.height
        if filter_ and kind != filter_.kind:
            yield from filter_.pass_through(None)
            filter_ = None
        if filter_ is None and frame.interlaced_frame:
            filter_ = _Bwdif(frame, kind)
        if filter_:
            yield from filter_.pass_through(frame)
        else:
            yield frame
    if filter_:
        yield from filter_.pass_through(None)


class _Bwdif:
    def __init__(self, frame, kind):
        self.kind = kind
        self._graph = graph = av.filter.Graph()  # kept, as its filters only point to it
        self._source = graph.add_buffer(
            width=frame.width, height=frame.height, format=kind[0], time_base=frame.time_base
        )
        deinterlace = graph.add("bwdif", "mode=send_frame:deint=interlaced")
        self._sink = graph.add("buffersink")
        self._source.link_to(deinterlace)
        deinterlace.link_to(self._sink)
        graph.configure()
        self._times = deque()  # the filter has a clock of its own

    def pass_through(self, frame):
        """Takes the next frame, None for the end, and yields what has become ready."""
        if frame is not None:
            self._times.append((frame.pts, frame.time_base, frame.duration))
        self._source.push(frame)
        while True:
            try:
                picture = self._sink.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            picture.pts, picture.time_base, picture.duration = self._times.popleft()
            yield picture
