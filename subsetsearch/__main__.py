"""``python -m subsetsearch`` is the command ``subsetsearch``."""

from subsetsearch.cli import main

if __name__ == "__main__":
    main()
