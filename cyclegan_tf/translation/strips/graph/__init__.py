"""Sweeps in TensorFlow operations, for GPUs and bfloat16."""
