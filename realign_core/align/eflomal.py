"""Alignment by eflomal (Östling and Tiedemann, PBML 2016), run for the user."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar, Literal

from pydantic import Field

from realign_core.align.base import WordAligner, WordText, WordVectors, check_links, links, parse_pharaoh
from realign_core.align.symmetrise import Symmetry, symmetrise
from realign_core.support.arrays import Int
from realign_core.support.errors import DataError, count
from realign_core.support.files.text import text_lines
from realign_core.support.program.extras import require


class EflomalAligner(WordAligner):
    """Aligns with eflomal's Bayesian model in both directions (extra ``align``).

    It learns from the pairs themselves, so a few hundred of them align worse than 100,000.
    Sampling is random: results vary a little between runs.

    Args:
        model: 1 (IBM1), 2 (HMM) or 3 (HMM with fertility).
        symmetry: How the two directions are joined.
        iterations: Sampling iterations, as a multiple of eflomal's own number.
    """

    kept: ClassVar[bool] = True

    kind: Literal["eflomal"] = "eflomal"
    model: Literal[1, 2, 3] = 3
    symmetry: Symmetry = Symmetry.INTERSECTION
    iterations: float = Field(default=1.0, gt=0)

    def align(self, text: WordText, vectors: WordVectors) -> list[Int]:  # noqa: ARG002
        """Run the program on all pairs at once."""
        eflomal = require("eflomal", extra="align", purpose="align words with eflomal")
        # Empty sides break the program's line count, so such pairs are kept from it.
        rows = [i for i in range(len(text)) if text.source[i] and text.target[i]]
        aligned = [links([]) for _ in range(len(text))]
        if not rows:
            return aligned
        with TemporaryDirectory() as name:
            forward, backward = Path(name) / "forward", Path(name) / "backward"
            aligner = eflomal.Aligner(model=self.model, rel_iterations=self.iterations)
            aligner.align(
                [" ".join(text.source[i]) + "\n" for i in rows],
                [" ".join(text.target[i]) + "\n" for i in rows],
                links_filename_fwd=str(forward),
                links_filename_rev=str(backward),
            )
            sides = [*text_lines(forward)], [*text_lines(backward)]
            if not len(sides[0]) == len(sides[1]) == len(rows):
                raise DataError(
                    f"gave {len(sides[0])} and {len(sides[1])} lines of links for {count(len(rows), 'pair')}",
                    where="eflomal",
                    fix="run it again; if it stays so, leave out the pairs with odd characters",
                )
            for i, (number, left), (_, right) in zip(rows, *sides, strict=True):
                both = [parse_pharaoh(line, where="eflomal", number=number) for line in (left, right)]
                joined = symmetrise(both[0], both[1], self.symmetry)
                aligned[i] = check_links(
                    joined, text.source[i], text.target[i], where="eflomal", number=number
                )
        return aligned
