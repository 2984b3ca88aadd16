"""Read a Parquet or Arrow file to its end: a program of its own, which may die of it.

python -P _columns_probe.py MOST_BYTES FILE    # says what is wrong, and ends with 1
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_ROWS = 10_000
"""Of a Parquet file, read at once."""


def batches(file: Path) -> Iterator[Any]:
    """Read a file in parts."""
    if file.suffix.lower() == ".parquet":
        from pyarrow.parquet import ParquetFile

        with ParquetFile(file) as table:
            yield from table.iter_batches(_ROWS, use_threads=False)
        return
    import pyarrow as pa

    with pa.OSFile(str(file)) as stream:
        try:
            reader = pa.ipc.open_stream(stream)
        except (OSError, pa.ArrowInvalid):
            stored = pa.ipc.open_file(stream)
            yield from (stored.get_batch(number) for number in range(stored.num_record_batches))
        else:
            yield from reader


def main() -> int:
    """Read it, and check that every value is within it."""
    bytes_left, file = int(sys.argv[1]), Path(sys.argv[2])
    try:
        for batch in batches(file):
            batch.validate(full=True)
            bytes_left -= batch.nbytes + batch.num_rows  # rows of nothing take no bytes
            if bytes_left < 0:
                print("it unpacks to far more than it is")
                return 1
    except Exception as error:  # a library's errors are of many kinds
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
