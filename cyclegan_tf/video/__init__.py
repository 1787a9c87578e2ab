"""Clips: frames in, translated without flicker, frames out. Begin with translate.py."""
