"""Results as tables: one row a run in the published layout, averages, paired tests."""

from realign_core.results.statistics import Comparison, average, compare, holm
from realign_core.results.table import add_rows, method_name, read_table, result_row, write_table

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
