"""Pictures and clips in a browser's window; studio.py does the work, interface.py shows it."""
