"""The themes by name, and the pairs that they make.

Not here: how a theme draws; each is in a file of its own. Modules are imported when first used.
"""

from functools import cache
from importlib import import_module

from data_pipeline.worlds.themes.base import Theme

#: Name of a pair -> (theme of domain A, theme of domain B).
PAIRS: dict[str, tuple[str, str]] = {
    "meadow2forest": ("meadow", "forest"),
    "snowpeak2reef": ("snowpeak", "reef"),
    "highland2twilight": ("highland", "twilight"),
    "candy2clocktown": ("candy", "clocktown"),
}

THEMES: tuple[str, ...] = tuple(name for pair in PAIRS.values() for name in pair)


@cache
def get_theme(name: str) -> Theme:
    """The theme of this name.

    Raises:
        ValueError: when there is none, with the names that there are.
    """
    if name not in THEMES:
        raise ValueError(f"theme must be one of {', '.join(THEMES)}, got {name!r}.")
    module = import_module(f"data_pipeline.worlds.themes.{name}")
    return getattr(module, name.capitalize())()
