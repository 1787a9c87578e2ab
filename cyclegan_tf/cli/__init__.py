"""The command `cyclegan-tf`: main.py joins the commands, each in the file of its name or kind."""
