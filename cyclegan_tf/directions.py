"""`Direction`: which way a generator translates, and the names that follow from it."""

import enum


class Direction(enum.StrEnum):
    """`A2B` or `B2A`. Being a string, it is also the value of flags, cards and JSON keys.

    Raises:
        ValueError: `Direction(value)` of anything but `"a2b"` and `"b2a"`.

    >>> Direction("a2b").source, Direction("a2b").target, Direction.A2B.suffix
    ('a', 'b', 'ab')
    >>> Direction.A2B.reverse
    <Direction.B2A: 'b2a'>
    """

    A2B = "a2b"
    B2A = "b2a"

    @property
    def source(self) -> str:
        """Domain that is translated: `"a"` or `"b"`."""
        return self.value[0]

    @property
    def target(self) -> str:
        """Domain that is translated to."""
        return self.value[2]

    @property
    def suffix(self) -> str:
        """Ending of the names of its generator and files: `"ab"` or `"ba"`."""
        return self.source + self.target

    @property
    def reverse(self) -> "Direction":
        """The other direction."""
        return Direction.B2A if self is Direction.A2B else Direction.A2B

    @classmethod
    def _missing_(cls, value: object) -> None:
        raise ValueError(f"direction must be a2b or b2a; received {value!r}.")
