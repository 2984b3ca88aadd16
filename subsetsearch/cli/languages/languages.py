"""The command that says what languages are: ``languages``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from subsetsearch.cli.languages.language_options import Names, PoolOptions, named
from subsetsearch.cli.views.languages import language_record, show_languages, show_pools
from subsetsearch.cli.views.plain import print_json
from subsetsearch.languages import Scheme
from subsetsearch.strategies import PoolFilter, named_pools


@dataclass(frozen=True, kw_only=True)
class Languages(PoolOptions):
    """Say what languages are, or list the pools.

    Any code, tag or name is understood; each language has one key.

    **Examples**

    - subsetsearch languages sw zh_TW srp-Cyrl west2721 Kazakh

    - subsetsearch languages --pool paper65 --unseen xlmr

    - subsetsearch languages wol zul --to opus
    """

    names: Names = None
    scheme: Annotated[
        Scheme | None, typer.Option("--to", help="Print only the codes in this scheme, one a line.")
    ] = None

    def run(self) -> None:
        """Print languages, their codes, or the pools."""
        if not self.names and self.pool is None:
            if self.only != PoolFilter() or self.scheme is not None:
                raise typer.BadParameter(
                    "no languages; name some, or a pool", param_hint="LANGUAGE or --pool"
                )
            pools = list(named_pools().values())
            if self.as_json:
                print_json([{"name": p.name, "languages": len(p.codes), "what": p.what} for p in pools])
            else:
                show_pools(pools)
            return
        languages = self.only.keep(named(self.names, self.pool, each=True))
        if self.scheme is not None:
            codes = [language.code(self.scheme) for language in languages]
            print_json(codes) if self.as_json else print("\n".join(codes))
            return
        print_json(list(map(language_record, languages))) if self.as_json else show_languages(languages)
