"""The networks, the objective and the training step: begin with cyclegan.py."""

from cyclegan_tf.hardware.backend import check_backend

check_backend()  # in one line, before Keras gives many
