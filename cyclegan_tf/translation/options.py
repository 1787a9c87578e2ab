"""Options of a `Translator` that are refused, and why."""

STATISTICS = ("whole", "window", "locked")


def check_options(statistics: str, reference: object, window: int, stream: bool | str) -> None:
    """Refuses options that don't exist or contradict each other.

    Args:
        statistics: Same as in `Translator`.
        reference: Same as in `Translator`.
        window: Same as in `Translator`.
        stream: Same as in `Translator`.

    Raises:
        ValueError: The text names the option and what was received.
    """
    if statistics not in STATISTICS:
        raise ValueError(
            f"statistics must be one of {', '.join(STATISTICS)}; received {statistics!r}."
        )
    if (statistics == "locked") != (reference is not None):
        raise ValueError(
            "reference is needed for statistics='locked', and only there; received "
            f"statistics={statistics!r} with{'out' if reference is None else ''} a reference."
        )
    if window < 16:
        raise ValueError(f"window must be at least 16 pixels; received {window}.")
    if stream not in (True, False, "auto"):
        raise ValueError(f"stream must be True, False or 'auto'; received {stream!r}.")
    if stream is False and statistics == "window":
        raise ValueError("stream must be 'auto' or True for statistics='window'; received False.")
