"""What the machine is and which precision and kernels are fastest on it."""
