"""What in a data set would hurt training: begin with doctor.py."""
