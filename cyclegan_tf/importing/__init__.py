"""Networks that other programs trained, as this project's: begin reading in `importing.py`."""
