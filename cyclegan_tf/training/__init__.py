"""From a `Config` to a trained run: begin with train.py."""

from cyclegan_tf.hardware.backend import check_backend

check_backend()  # in one line, before Keras gives many
