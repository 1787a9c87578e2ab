"""The command `cyclegan-tf`. Begin with main.py; commands are in files of their name or kind."""
