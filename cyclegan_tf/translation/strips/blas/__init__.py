"""Sweeps on a CPU in float32, by BLAS and Winograd convolutions; engine.py is the way in."""
