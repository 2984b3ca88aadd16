"""Run the notebooks from top to bottom and keep their outputs.

    python -m tools.notebooks          # all, in order; minutes
    python -m tools.notebooks 02 03    # some

Results go to a folder that is removed afterwards, so that outputs do not depend on what was run before.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import nbclient
import nbformat

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"


def _is_wanted(output: nbformat.NotebookNode) -> bool:
    """Progress and warnings are of no use to a reader."""
    if output.output_type == "display_data":
        return "image/png" in output.data
    return output.get("name") != "stderr"


def main() -> None:
    """Run the notebooks whose names begin with one of the arguments, or all."""
    chosen = sys.argv[1:] or [""]
    with tempfile.TemporaryDirectory() as runs:
        os.environ |= {"NOTEBOOK_RUNS": runs, "PYTHONWARNINGS": "ignore:IProgress"}
        for path in sorted(FOLDER.glob("*.ipynb")):
            if not path.name.startswith(tuple(chosen)):
                continue
            book = nbformat.read(path, as_version=4)
            for cell in book.cells:
                cell.metadata.pop("execution", None)
            options = {"metadata": {"path": str(FOLDER)}}
            nbclient.NotebookClient(book, timeout=3600, resources=options, record_timing=False).execute()
            for cell in book.cells:
                if cell.cell_type == "code":
                    cell.outputs = [output for output in cell.outputs if _is_wanted(output)]
            text = nbformat.writes(book).replace(runs, "../runs")
            path.write_text(text + "\n", encoding="utf-8")
            print(path.name)


if __name__ == "__main__":
    main()
