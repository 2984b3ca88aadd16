"""``python -m realign_core`` is the command ``realign_core``."""

from realign_core.cli import main

if __name__ == "__main__":
    main()
