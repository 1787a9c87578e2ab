"""`.keras` files that others may have written: looked through before Keras sees them."""
