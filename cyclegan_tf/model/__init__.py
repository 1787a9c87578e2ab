"""Networks, objective and training step: cyclegan.py, then tensorflow_step.py and objective.py."""

from cyclegan_tf.hardware.backend import check_backend

check_backend()  # in one line, before Keras gives many
