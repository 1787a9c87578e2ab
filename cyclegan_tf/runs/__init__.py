"""What lies on disk: run folders, saved generators, and the pretrained ones."""
