"""The doctor's page of pictures: one self-contained HTML file with every image of both domains."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from pathlib import Path, PurePath

from data_pipeline.check.fingerprint import Fingerprint
from data_pipeline.check.report import Report
from data_pipeline.errors import DataError
from data_pipeline.files import atomic_file

_STYLE = """
body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; color: #222; background: #fff }
pre { background: #f4f4f4; padding: 1rem; overflow: auto }
.problem { color: #b00020 } .note { color: #8a5a00 }
.sheet { display: flex; flex-wrap: wrap; gap: 8px }
figure { margin: 0; width: 168px; font-size: 11px; overflow-wrap: anywhere }
figure div { height: 168px; display: flex; align-items: center; justify-content: center;
             background: #eee; border: 3px solid transparent }
figure.bad div { border-color: #b00020 } figure.odd div { border-color: #e0a000 }
@media (prefers-color-scheme: dark) {
  body { color: #ddd; background: #181818 } pre, figure div { background: #262626 }
  .problem { color: #ff7b8a } .note { color: #f0b54a } }
"""


def write_html(report: Report, path: Path | str) -> Path:
    """Writes a contact sheet: every image, the faulty ones framed, then what was found.

    Args:
        report: What `examine` found.
        path: The HTML file; its folder is made where it is missing. About 6 kB per image.

    Returns:
        The path.

    Raises:
        DataError: The page can't be written.
    """
    flagged: dict[str, list[tuple[str, str]]] = {}
    for level, findings in (("bad", report.problems), ("odd", report.notes)):
        for finding in findings:
            for origin in finding.origins:
                flagged.setdefault(origin, []).append((level, finding.kind))
    summary = "\n".join([*report.table(), report.verdict])
    if report.problems or report.notes:
        summary += " What was found is below the pictures, which are framed where something is."
    parts = [
        '<!doctype html><html lang="en"><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{escape(report.data)}</title><style>{_STYLE}</style>",
        f"<h1>{escape(report.data)}</h1><pre>{escape(summary)}</pre>",
    ]
    for domain in report.domains:
        parts.append(f'<h2>{escape(domain.name)}: {len(domain.prints)}</h2><div class="sheet">')
        parts += [_figure(p, flagged.get(p.origin, ())) for p in domain.prints]
        parts.append("</div>")
    for level, findings in (("problem", report.problems), ("note", report.notes)):
        for finding in findings:
            parts.append(f'<h3 class="{level}">{escape(finding.kind)}: {escape(finding.text)}</h3>')
            parts += ["<ul>", *(f"<li>{escape(i)}</li>" for i in finding.cases), "</ul>"]
    path = Path(path)
    # Names of files needn't be UTF-8; the page has to be.
    page = ("\n".join(parts) + "\n").encode("utf-8", "backslashreplace")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path) as partial:
            Path(partial).write_bytes(page)
    except OSError as error:
        raise DataError(f"{path} cannot be written: {error}. Choose another place.") from error
    return path


def _figure(p: Fingerprint, flags: Sequence[tuple[str, str]]) -> str:
    kinds = ", ".join(dict.fromkeys(kind for _, kind in flags))
    level = "bad" if any(level == "bad" for level, _ in flags) else "odd" if flags else ""
    source = f"data:image/jpeg;base64,{b64encode(p.thumbnail).decode()}"
    return (
        f'<figure class="{level}"><div><img src="{source}" alt=""></div>'
        f"<figcaption>{escape(p.name + _suffix(p))}<br>{p.width}x{p.height} {escape(p.kind)}"
        f"{f'<br><b>{escape(kinds)}</b>' if kinds else ''}</figcaption></figure>"
    )


def _suffix(p: Fingerprint) -> str:
    """The ending of its file's name, which `name` lacks; drawn pictures have none."""
    file = PurePath(p.origin)
    return file.suffix if file.stem == PurePath(p.name).name else ""
