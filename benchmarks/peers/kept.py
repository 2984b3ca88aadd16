"""Repetitions that were played, kept as they end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common import read_rows
from benchmarks.peers.play import BUDGETS, RULES, Played
from realign_core.support.files.writing import atomic_write

FIELDS = ("table", "player", "repetition", "budget", *RULES, "area")


@dataclass(frozen=True)
class Kept:
    """What was played on one table.

    Args:
        path: A CSV file, a row a player, repetition and budget: regrets in points, area as a share.
        table: Names the table as it is filled now.
        played: Player to repetition to what came of it.
    """

    path: Path
    table: str
    played: dict[str, dict[int, Played]]

    @classmethod
    def of(cls, path: Path, table: str, again: Sequence[str] = ()) -> Kept:
        """Read what was played on this table, and leave out what is to be played anew."""
        rows = [row for row in read_rows(path) if row["table"] == table and row["player"] not in again]
        by_player: dict[str, dict[int, list[dict[str, str]]]] = {}
        for row in rows:
            by_player.setdefault(row["player"], {}).setdefault(int(row["repetition"]), []).append(row)
        kept = cls(
            path,
            table,
            {
                player: {number: _played(of) for number, of in by.items() if len(of) == len(BUDGETS)}
                for player, by in by_player.items()
            },
        )
        lines = [
            line
            for player, by in kept.played.items()
            for n, one in by.items()
            for line in kept._lines(player, n, one)
        ]
        atomic_write(path, "\n".join([",".join(FIELDS), *lines]) + "\n")
        return kept

    def add(self, player: str, repetition: int, played: Played) -> None:
        """Keep one more."""
        self.played.setdefault(player, {})[repetition] = played
        with self.path.open("a", encoding="utf-8", newline="") as file:
            file.write("".join(line + "\n" for line in self._lines(player, repetition, played)))

    def _lines(self, player: str, repetition: int, played: Played) -> list[str]:
        name = f'"{player}"' if "," in player else player
        return [
            ",".join(
                [
                    self.table,
                    name,
                    str(repetition),
                    str(budget),
                    *(
                        f"{played.regret[rule][budget]:.4f}" if rule in played.regret else ""
                        for rule in RULES
                    ),
                    f"{played.area[budget]:.4f}",
                ]
            )
            for budget in BUDGETS
        ]


def _played(rows: Sequence[dict[str, str]]) -> Played:
    regret = {rule: {int(row["budget"]): float(row[rule]) for row in rows if row[rule]} for rule in RULES}
    return Played(
        {rule: of for rule, of in regret.items() if of},
        {int(row["budget"]): float(row["area"]) for row in rows},
    )
