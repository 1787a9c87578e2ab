"""The themes in a bold structure."""

from data_pipeline.worlds.themes.bold.base import Bold
from data_pipeline.worlds.themes.bold.candy import BoldCandy
from data_pipeline.worlds.themes.bold.clocktown import BoldClocktown
from data_pipeline.worlds.themes.bold.forest import BoldForest
from data_pipeline.worlds.themes.bold.highland import BoldHighland
from data_pipeline.worlds.themes.bold.meadow import BoldMeadow
from data_pipeline.worlds.themes.bold.reef import BoldReef
from data_pipeline.worlds.themes.bold.snowpeak import BoldSnowpeak
from data_pipeline.worlds.themes.bold.twilight import BoldTwilight

#: Before the name of a theme, it makes the name of its bold style.
BOLD_PREFIX = "bold "

#: Name of a theme -> the same theme in a bold structure.
BOLD: dict[str, Bold] = {
    "meadow": BoldMeadow(),
    "forest": BoldForest(),
    "snowpeak": BoldSnowpeak(),
    "reef": BoldReef(),
    "highland": BoldHighland(),
    "twilight": BoldTwilight(),
    "candy": BoldCandy(),
    "clocktown": BoldClocktown(),
}


def get_bold(name: str) -> Bold:
    """Returns the bold style of this name, which begins with `BOLD_PREFIX`."""
    return BOLD[name.removeprefix(BOLD_PREFIX)]
