"""Results as tables: one row a run in the published layout, averages, paired tests."""

from realign_core.runs.comparison import Comparison, average, compare, holm
from realign_core.runs.table import add_rows, method_name, read_table, result_row, write_table

__all__ = [
    "Comparison",
    "add_rows",
    "average",
    "compare",
    "holm",
    "method_name",
    "read_table",
    "result_row",
    "write_table",
]
