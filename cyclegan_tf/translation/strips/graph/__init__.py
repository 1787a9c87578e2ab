"""Sweeps in TensorFlow operations, for GPUs and bfloat16; engine.py is the way in."""
