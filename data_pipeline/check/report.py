"""What the dataset doctor reports, and the report as one screen of text.

What counts as a finding is decided in doctor.py; the page of pictures is in contact_sheet.py.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from data_pipeline.check.fingerprint import Fingerprint
from data_pipeline.folders import PassedOver


@dataclass(frozen=True)
class Finding:
    """One kind of fault or peculiarity.

    Attributes:
        kind: A problem is "unreadable", "too small", "both domains", "letterbox" or "blank"; a note
            is "skipped", "duplicate", "alike", "border", "large", "scales", "enlarged", "gray",
            "transparent", "bands", "passed over", "memory" or "few".
        text: What it is and what to do, in one line.
        cases: A line for each image or group of images concerned: the origin and details.
        origins: The origins of all those images.
        all_shown: Whether the page of text has all cases, not only the first ones.
    """

    kind: str
    text: str
    cases: tuple[str, ...] = ()
    origins: frozenset[str] = frozenset()
    all_shown: bool = False


@dataclass(frozen=True)
class ExaminedDomain:
    """What was measured of one domain.

    Attributes:
        name: As in `Listing`.
        prints: The images that can be read, measured.
        unreadable: (origin, reason) of each of the others.
        passed_over: What else lies in its folder.
        channels: How many each image has as it is trained on. Default: 3.
    """

    name: str
    prints: tuple[Fingerprint, ...]
    unreadable: tuple[tuple[str, str], ...]
    passed_over: tuple[PassedOver, ...] = ()
    channels: int = 3

    @property
    def num_bytes(self) -> int:
        """Size of the decoded images in bytes."""
        return sum(self.channels * p.height * p.width for p in self.prints)


@dataclass(frozen=True)
class Report:
    """What `examine` found; `str(report)` is a page of text.

    Attributes:
        data: What was examined, as text.
        crop_size: Side of the training crops in pixels.
        domains: A and B.
        problems: What would hurt training; the command exits with 1 if there are any.
        notes: What is worth knowing.
        updates_per_epoch: How many updates an epoch has.
        num_updates: How many there are in all; 0 where no number of epochs was given.
        t4_hours: A very rough time for them on a T4 with the full-sized networks, from how long the
            original experiments took.
    """

    data: str
    crop_size: int
    domains: tuple[ExaminedDomain, ExaminedDomain]
    problems: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    updates_per_epoch: int
    num_updates: int
    t4_hours: float

    def __str__(self) -> str:
        return "\n".join([*self.table(), *_findings(self), self.verdict])

    def table(self) -> list[str]:
        """Returns the lines about all images together."""
        return list(_table(self))

    @property
    def verdict(self) -> str:
        """Whether anything would hurt training, in a sentence."""
        kinds = len(self.problems)
        if not kinds:
            return "Nothing here would hurt training."
        return f"{kinds} {'kind' if kinds == 1 else 'kinds'} of problem would hurt training."


def shown_size(num_bytes: int) -> str:
    """Returns a number of bytes for a person: MiB, or GiB from a quarter on."""
    return f"{num_bytes / 2**30:.2f} GiB" if num_bytes >= 2**28 else f"{num_bytes / 2**20:.1f} MiB"


def _table(report: Report) -> Iterator[str]:
    """Yields lines of at most 100 columns apart from the paths in them."""
    yield f"{report.data}, crops of {report.crop_size}x{report.crop_size}"
    yield ""
    rows = [_column(domain, report.crop_size) for domain in report.domains]
    for label in rows[0]:
        yield f"  {label:<24}{rows[0][label]:<37} {rows[1][label]}".rstrip()
    yield ""
    memory = shown_size(sum(domain.num_bytes for domain in report.domains))
    yield f"  Decoded pictures in memory: {memory}. Updates per epoch: {report.updates_per_epoch}."
    if report.num_updates:
        hours = report.t4_hours
        time = f"{hours:.1f} hours" if hours >= 1 else f"{math.ceil(60 * hours)} minutes"
        yield (
            f"  {report.num_updates:,} updates in all; with the full-sized networks on a T4, "
            f"very roughly {time}."
        )
    yield ""


def _findings(report: Report, num_shown: int = 2) -> Iterator[str]:
    for title, findings in (("PROBLEM", report.problems), ("note", report.notes)):
        for finding in findings:
            count = f" ({len(finding.cases)})" if finding.cases else ""
            yield f"{title} {finding.kind}{count}: {finding.text}"
            shown = finding.cases if finding.all_shown else finding.cases[:num_shown]
            yield from (f"    {case}" for case in shown)
            if len(finding.cases) > len(shown):
                yield f"    and {len(finding.cases) - len(shown)} more"


def _column(domain: ExaminedDomain, crop_size: int) -> dict[str, str]:
    """{label: value} of the side-by-side table."""
    prints = domain.prints
    column = {"": domain.name, "images": f"{len(prints)}"}
    if domain.unreadable:
        column["images"] += f" and {len(domain.unreadable)} unreadable"
    kinds = Counter(p.kind for p in prints).most_common(3)
    column["formats"] = ", ".join(f"{count} {kind}" for kind, count in kinds)
    labels = (
        "width x height",
        "crops side by side",
        "mean of R G B",
        "spread of R G B",
        "brightness, saturation",
    )
    if not prints:
        return column | dict.fromkeys(labels, "-")
    sizes = np.array([(p.width, p.height) for p in prints])
    low, middle, high = sizes.min(axis=0), np.median(sizes, axis=0).astype(int), sizes.max(axis=0)
    mean = np.mean([p.mean for p in prints], axis=0)
    spread = np.sqrt(np.mean([p.std**2 + (p.mean - mean) ** 2 for p in prints], axis=0))
    crops = sizes.prod(axis=1).sum() / crop_size**2
    values = (
        f"{low[0]}x{low[1]} to {high[0]}x{high[1]}, median {middle[0]}x{middle[1]}",
        f"{crops:.0f}",
        " ".join(f"{value:.0f}" for value in mean),
        " ".join(f"{value:.0f}" for value in spread),
        f"{np.mean([p.luma for p in prints]):.0f}, {np.mean([p.saturation for p in prints]):.0f}",
    )
    return column | dict(zip(labels, values, strict=True))
