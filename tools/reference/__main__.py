"""Write or check the reference pages.

python -m tools.reference            # write docs/study-file.md, docs/recipe.md, docs/commands.md
python -m tools.reference --check    # exit 1 if a page is out of date
"""

from __future__ import annotations

import sys
from pathlib import Path

from tools.reference.commands import commands_page
from tools.reference.settings import recipe_page, study_page

DOCS = Path(__file__).resolve().parents[2] / "docs"

PAGES = {"study-file.md": study_page, "recipe.md": recipe_page, "commands.md": commands_page}
"""File below docs/ to what writes it."""


def main() -> int:
    """Write or check the pages."""
    stale = []
    for name, build in PAGES.items():
        text, path = build(), DOCS / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.name}")
    if stale and "--check" in sys.argv:
        print(f"out of date: {', '.join(stale)}; run python -m tools.reference", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
