"""From a `Config` to a trained run: begin with train.py."""
