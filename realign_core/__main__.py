"""The command ``realign-core``, as which ``python -m realign_core`` runs too."""

from realign_core.support.program.starting import run_quietly, starting


def main() -> None:
    """Import the command line and run it; Ctrl-C meanwhile is one line, too."""
    with starting():
        from realign_core.cli import main as program
    run_quietly(program)


if __name__ == "__main__":
    main()
