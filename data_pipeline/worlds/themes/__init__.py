"""The themes by name, and the pairs that they make."""

from data_pipeline.worlds.themes.base import Theme
from data_pipeline.worlds.themes.bold import BOLD_PREFIX, get_bold
from data_pipeline.worlds.themes.candy import Candy
from data_pipeline.worlds.themes.clocktown import Clocktown
from data_pipeline.worlds.themes.forest import Forest
from data_pipeline.worlds.themes.highland import Highland
from data_pipeline.worlds.themes.meadow import Meadow
from data_pipeline.worlds.themes.reef import Reef
from data_pipeline.worlds.themes.snowpeak import Snowpeak
from data_pipeline.worlds.themes.twilight import Twilight

THEMES: dict[str, Theme] = {
    "meadow": Meadow(),
    "forest": Forest(),
    "snowpeak": Snowpeak(),
    "reef": Reef(),
    "highland": Highland(),
    "twilight": Twilight(),
    "candy": Candy(),
    "clocktown": Clocktown(),
}

#: Name of a pair -> (theme of domain A, theme of domain B).
PAIRS: dict[str, tuple[str, str]] = {
    "meadow2forest": ("meadow", "forest"),
    "snowpeak2reef": ("snowpeak", "reef"),
    "highland2twilight": ("highland", "twilight"),
    "candy2clocktown": ("candy", "clocktown"),
}


def get_theme(name: str) -> Theme:
    """Returns the theme of this name.

    Args:
        name: A key of `THEMES`, with `BOLD_PREFIX` before it for its bold style.

    Raises:
        ValueError: If there is no such theme.
    """
    if name.startswith(BOLD_PREFIX):
        return get_bold(name)
    check_theme(name)
    return THEMES[name]


def check_theme(name: str) -> None:
    """Raises a `ValueError` unless the name is a key of `THEMES`."""
    if name not in THEMES:
        raise ValueError(f"theme must be one of {', '.join(THEMES)}; received {name!r}.")
