"""From a generator and a picture to its translation: begin with translator.py."""
