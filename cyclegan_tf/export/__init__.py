"""Generators for other programs: ONNX, LiteRT and SavedModel files, and a page for browsers."""
