"""The one exception that bad input data raises; importing it loads nothing else."""


class DataError(ValueError):
    """The images a user pointed at can't be used as they are.

    The text is written for that user: it names the files or folders, the rule and what to do. The
    command line prints it without a traceback and exits with code 2.
    """
