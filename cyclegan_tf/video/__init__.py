"""Clips translated without flicker. Begin with translate.py; clip.py says what a clip is."""
