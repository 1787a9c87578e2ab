"""A run on one page, to look at and to send around; begin with page.py."""
