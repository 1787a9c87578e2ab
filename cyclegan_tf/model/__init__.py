"""The networks, the objective and the training step: begin with cyclegan.py."""
