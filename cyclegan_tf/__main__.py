"""`python -m cyclegan_tf` is the command `cyclegan-tf`; see cli/main.py."""

from cyclegan_tf.cli.main import main

if __name__ == "__main__":
    main()
