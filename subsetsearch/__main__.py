"""The command ``subsetsearch``, as which ``python -m subsetsearch`` runs too."""

from realign_core.support.program.starting import run_quietly, starting


def main() -> None:
    """Import the command line and run it; Ctrl-C meanwhile is one line, too."""
    with starting():
        from subsetsearch.cli import main as program
    run_quietly(program)


if __name__ == "__main__":
    main()
