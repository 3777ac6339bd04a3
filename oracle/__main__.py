"""`python -m oracle` is `judge`."""

from oracle.cli import main

if __name__ == "__main__":
    main()
