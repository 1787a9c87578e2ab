"""The dataset doctor: looks at all images of both domains and says what would hurt training.

What is measured of an image is in fingerprint.py; how the findings are shown, in report.py.
"""

import re
from collections.abc import Iterator, Sequence

import numpy as np

from data_pipeline.addresses import Data
from data_pipeline.bands import FITS, bands_left_out, rgb_view
from data_pipeline.check.fingerprint import Fingerprint, alike_pairs, fingerprint, is_blank
from data_pipeline.check.report import ExaminedDomain, Finding, Report, shown_size
from data_pipeline.decoding import WHITE, kind_of
from data_pipeline.listing import Listing, list_domains, shown
from data_pipeline.preparation import Preparation
from data_pipeline.sources import MEMORY_LIMIT_BYTES
from data_pipeline.threads import for_each_in_threads

# The original experiments, full-sized networks at 480x480, took 80 to 100 hours for 240,000 to
# 300,000 updates on this GPU.
_T4_SECONDS_PER_UPDATE = 1.2
_FEW = 50  # Images in a domain, below which a note says so; 100 and more are usual.
_OF_ONE_SCALE = 1.3  # how much more one picture may be shrunk than another
_FRAMING = 286 / 256  # load_size to crop_size in the paper: a crop shows nearly all of a picture.
_MANY = 64  # Crops that a picture has room for; above, one crop shows hardly anything of it.
_SAME_COLOUR = 6  # Levels of 255 within which colours of margins count as equal.
_OPPOSITE = (("top", "bottom"), ("left", "right"))


def examine(
    data: Data,
    *,
    crop_size: int,
    names: tuple[str, str] = ("A", "B"),
    split: str = "train",
    batch_size: int = 1,
    epochs: int = 0,
    steps_per_epoch: int = 0,
    load_size: int = 0,
    channels: int = 3,
    small_images: str = "error",
    background: Sequence[int] = WHITE,
    memory_limit_bytes: int = MEMORY_LIMIT_BYTES,
    progress: bool = True,
) -> Report:
    """Examines every image of both domains of any source.

    Args:
        data: As in `open_sources`.
        crop_size: Side of the training crops in pixels.
        names: As in `open_sources`.
        split: As in `open_sources`.
        batch_size: Crops of each domain per batch.
        epochs: For the estimate of updates and time; 0, the default, leaves it out.
        steps_per_epoch: 0, the default, means images of the smaller domain // batch_size.
        load_size: As in `open_sources`.
        channels: As in `open_sources`.
        small_images: As in `Config`: small images are a problem with "error", and left out with
            "skip".
        background: As in `open_sources`.
        memory_limit_bytes: Per domain, as in `build_store`.
        progress: Show progress bars.

    Returns:
        A `Report` on the images as they are trained on, after `load_size`.

    Raises:
        DataError: There is nothing to examine: a folder is missing, empty or given twice.
    """
    listings = list_domains(data, names=names, split=split, progress=progress)
    preparation = Preparation(load_size, tuple(background), channels)
    jobs = [(listing, index) for listing in listings for index in range(len(listing))]
    results = for_each_in_threads(
        lambda job: _measure(*job, preparation),
        jobs,
        progress=progress,
        description="Examining",
    )
    split_at = len(listings[0])
    domains = (
        _domain(listings[0], results[:split_at], channels),
        _domain(listings[1], results[split_at:], channels),
    )
    needed = crop_size if small_images == "skip" else 0
    smaller = min(sum(p.side >= needed for p in domain.prints) for domain in domains)
    updates_per_epoch = steps_per_epoch or smaller // batch_size
    num_updates = epochs * updates_per_epoch
    area = batch_size * (crop_size / 480) ** 2
    return Report(
        data=shown(data),
        crop_size=crop_size,
        domains=domains,
        problems=tuple(_problems(domains, crop_size if small_images == "error" else 0)),
        notes=tuple(_notes(domains, memory_limit_bytes, crop_size, needed)),
        updates_per_epoch=updates_per_epoch,
        num_updates=num_updates,
        t4_hours=num_updates * area * _T4_SECONDS_PER_UPDATE / 3600,
    )


def _domain(
    listing: Listing, results: list[Fingerprint | tuple[str, str]], channels: int
) -> ExaminedDomain:
    closed = [(str(other.path), other.reason) for other in listing.passed_over if other.is_closed]
    return ExaminedDomain(
        listing.name,
        tuple(r for r in results if isinstance(r, Fingerprint)),
        (*(r for r in results if not isinstance(r, Fingerprint)), *closed),
        tuple(other for other in listing.passed_over if not other.is_closed),
        channels,
    )


def _measure(
    listing: Listing, index: int, preparation: Preparation
) -> Fingerprint | tuple[str, str]:
    """A Fingerprint, or (origin, reason)."""
    origin, file = listing.origin(index), listing.files[index]
    try:
        pixels = file if isinstance(file, np.ndarray) else preparation.read(file).pixels
        image = preparation.apply(pixels)
        bands = f"{preparation.channels} bands"
        kind = bands if preparation.takes_bands else kind_of(file)
        unread = 0 if preparation.takes_bands else bands_left_out(file)
    except ValueError as error:
        return origin, str(error)
    alpha = pixels[..., preparation.num_colours(pixels.shape[-1]) :]
    return fingerprint(
        np.ascontiguousarray(rgb_view(image)),
        name=listing.names[index],
        origin=origin,
        kind=kind,
        is_clear=bool(alpha.size and alpha.min() < 255),
        shrunk=pixels.shape[0] / image.shape[0],
        unread_bands=unread,
    )


def _problems(domains: tuple[ExaminedDomain, ExaminedDomain], crop_size: int) -> Iterator[Finding]:
    """Yields what would hurt training; `crop_size` 0 where every size will do."""
    unreadable = [f"{origin}: {why}" for domain in domains for origin, why in domain.unreadable]
    if unreadable:
        text = (
            "can't be decoded: repair or remove them, or leave them out with train "
            f"--skip-bad{_fitting(unreadable)}"
        )
        yield Finding("unreadable", text, tuple(unreadable), all_shown=True)
    a, b = (domain.prints for domain in domains)
    prints = (*a, *b)
    fitting = min((p.side for p in prints), default=0)
    yield from _of_images(
        "too small",
        f"smaller than the crop of {crop_size}x{crop_size}: choose a smaller crop (the largest "
        f"that fits all is {fitting}), or pad or skip them (--small-images)",
        [(p, f"{p.width}x{p.height}") for p in prints if p.side < crop_size],
    )
    yield from _of_groups(
        "both domains",
        "in A and in B alike: each belongs to one of them",
        [(a[i], b[j]) for i, j in alike_pairs(a, b)],
    )
    yield from _of_images(
        "letterbox",
        "bars of one colour on opposite sides: cut them off, or they will be learned",
        [(p, _borders_of(p)) for p in prints if _is_boxed(p)],
    )
    blank = [(p, "") for p in prints if is_blank(p)]
    yield from _of_images("blank", "one colour all over: there is nothing to learn", blank)


def _notes(
    domains: tuple[ExaminedDomain, ExaminedDomain],
    memory_limit_bytes: int,
    crop_size: int,
    least_side: int,
) -> Iterator[Finding]:
    """Yields what is worth knowing, but may well be meant so."""
    yield from _of_images(
        "skipped",
        f"smaller than the crop of {crop_size}x{crop_size}: left out, as small_images is skip",
        [(p, f"{p.width}x{p.height}") for d in domains for p in d.prints if p.side < least_side],
    )
    for domain in domains:
        copies: dict[bytes, list[Fingerprint]] = {}
        for p in domain.prints:
            copies.setdefault(p.digest, []).append(p)
        groups = [group for group in copies.values() if len(group) > 1]
        yield from _of_groups("duplicate", f"the same pixels again in {domain.name}", groups)
        pairs = [(domain.prints[i], domain.prints[j]) for i, j in alike_pairs(domain.prints)]
        pairs = [(p, q) for p, q in pairs if p.digest != q.digest]
        yield from _of_groups("alike", f"look nearly the same in {domain.name}", pairs)
    prints = [p for domain in domains for p in domain.prints]
    yield from _of_images(
        "border",
        "a black, gray or white margin",
        [(p, _borders_of(p)) for p in prints if _has_neutral_border(p) and not _is_boxed(p)],
    )
    side = 2 * crop_size
    most = _MANY * crop_size**2
    large = [p for p in prints if p.side > side and p.height * p.width > most]
    yield from _of_images(
        "large",
        f"a crop of {crop_size} shows less than 1/{_MANY} of them. For photographs, give "
        f"--load-size {round(_FRAMING * crop_size)} (a crop shows nearly all of a picture) to "
        f"{side} (a fifth of it, in more detail). Maps are made small by cyclegan-tf shrink",
        [(p, f"{p.width}x{p.height}") for p in large],
    )
    shrunk = sorted((p for p in prints if p.shrunk >= 1), key=lambda p: p.shrunk)
    if shrunk and shrunk[-1].shrunk > _OF_ONE_SCALE * shrunk[0].shrunk:
        text = (
            "made smaller by --load-size by different factors: what is of one size in maps of a "
            "game no longer is. cyclegan-tf shrink makes all smaller by one. Of photographs it is "
            "meant so"
        )
        ends = [(p, f"{p.shrunk:.1f} times") for p in (shrunk[0], shrunk[-1])]
        yield from _of_images("scales", text, ends)
    yield from _of_images(
        "enlarged",
        "enlarged by --load-size, so they are blurred: leave them out, or give a smaller one",
        [(p, f"{p.width}x{p.height} now") for p in prints if p.shrunk < 1],
    )
    for domain in domains:
        gray = [(p, "") for p in domain.prints if p.is_gray and not is_blank(p)]
        if 2 * len(gray) < len(domain.prints):
            text = f"gray pictures among the colour ones of {domain.name}: the networks learn both"
            yield from _of_images("gray", text, gray)
    clear = [(p, p.kind) for p in prints if p.is_clear]
    yield from _of_images("transparent", "transparency is filled with the background", clear)
    more = [(p, f"{p.unread_bands} bands") for p in prints if p.unread_bands]
    text = "bands that aren't colours are left out: --channels N trains on all, if all files have N"
    yield from _of_images("bands", text, more)
    unused = [line for domain in domains for line in _by_reason(domain)]
    if unused:
        text = "files and folders that training doesn't use"
        yield Finding("passed over", text, tuple(unused), all_shown=True)
    for domain in domains:
        if domain.num_bytes > memory_limit_bytes:
            sizes = shown_size(domain.num_bytes), shown_size(memory_limit_bytes)
            text = "{} takes {} decoded, above the limit of {}: decoded on the fly, slower"
            yield Finding("memory", text.format(domain.name, *sizes))
        if len(domain.prints) < _FEW:
            count = len(domain.prints)
            text = f"{domain.name} has {count} image{'s' * (count != 1)}; 100 and more are usual"
            yield Finding("few", text)


def _fitting(reasons: Sequence[str]) -> str:
    """What fits all pictures that have other bands, if it is one number."""
    fitting = {fits[1] for reason in reasons if (fits := re.search(FITS, reason))}
    return f"; --channels {fitting.pop()} fits those of other bands" if len(fitting) == 1 else ""


def _by_reason(domain: ExaminedDomain) -> Iterator[str]:
    """Yields a line for each reason to pass files over, with their names."""
    groups: dict[str, list[str]] = {}
    for other in domain.passed_over:
        groups.setdefault(other.reason, []).append(str(other.path) + "/" * other.is_folder)
    for reason, paths in groups.items():
        yield f"{reason} ({len(paths)}): {', '.join(paths)}"


def _of_images(kind: str, text: str, images: list[tuple[Fingerprint, str]]) -> Iterator[Finding]:
    """Yields one finding about some images, given as (Fingerprint, detail), or nothing."""
    if images:
        cases = tuple(f"{p.origin} ({detail})" if detail else p.origin for p, detail in images)
        yield Finding(kind, text, cases, frozenset(p.origin for p, _ in images))


def _of_groups(kind: str, text: str, groups: Sequence[Sequence[Fingerprint]]) -> Iterator[Finding]:
    """Yields one finding about groups of images that go together, or nothing."""
    if groups:
        cases = tuple(" = ".join(p.origin for p in group) for group in groups)
        yield Finding(kind, text, cases, frozenset(p.origin for g in groups for p in g))


def _is_boxed(p: Fingerprint) -> bool:
    """Whether there are bars of one colour on two opposite sides."""
    return any(
        a in p.borders
        and b in p.borders
        and np.abs(np.subtract(p.borders[a][1], p.borders[b][1])).max() <= _SAME_COLOUR
        for a, b in _OPPOSITE
    )


def _has_neutral_border(p: Fingerprint) -> bool:
    """Whether a margin is gray, as margins are; a coloured one may as well be the sky."""
    return any(max(colour) - min(colour) <= _SAME_COLOUR for _, colour in p.borders.values())


def _borders_of(p: Fingerprint) -> str:
    return ", ".join(
        f"{side} {thickness} px #{bytes(colour).hex()}"
        for side, (thickness, colour) in p.borders.items()
    )
