"""What notebooks need beside the library: set-up, figures, curves, a live view, uploads."""

from cyclegan_tf.notebook.curves import plot_history, plot_losses
from cyclegan_tf.notebook.figures import show_batch, show_translation
from cyclegan_tf.notebook.live_view import LiveView
from cyclegan_tf.notebook.session import animation, set_up_notebook
from cyclegan_tf.notebook.slider import slider
from cyclegan_tf.notebook.uploads import unpack_pictures, upload_pictures

__all__ = [
    "LiveView",
    "animation",
    "plot_history",
    "plot_losses",
    "set_up_notebook",
    "show_batch",
    "show_translation",
    "slider",
    "unpack_pictures",
    "upload_pictures",
]
