"""What a study says, for whoever reads it: nothing is trained, and torch is not loaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Unpack

from subsetsearch.study.stored import StoredStudy, Targets
from subsetsearch.subset import Subset

if TYPE_CHECKING:
    import pandas as pd

    from subsetsearch.analysis.front.choice import Choice
    from subsetsearch.analysis.front.front import Front
    from subsetsearch.analysis.front.rule_choices import RuleChoice
    from subsetsearch.analysis.model.reading_options import Asked, Over
    from subsetsearch.analysis.subsets.compare import SubsetColumn
    from subsetsearch.analysis.subsets.expect import Expected
    from subsetsearch.analysis.subsets.explain import Explanation
    from subsetsearch.analysis.subsets.who_is_helped import ByTarget
    from subsetsearch.analysis.trust import Trust


class StudyReading(StoredStudy):
    """The answers of a study: its front, a choice from it, who gains, and how far to trust that."""

    def front(self, targets: Targets = None, **asked: Unpack[Asked]) -> Front:
        """Every scored subset with its cost and scores, by rising cost.

        Args:
            targets: Score by these alone, with ties and what is recommended: any group of the target
                languages, by code or name. All that count, if left out.
            **asked: ``over`` says what a subset is worth: ``mean`` (the mean gain over the targets),
                ``worst`` (the gain of the target that gains least), ``helped`` (the share of targets that
                gain less the share that lose) or ``routed`` (the mean gain where each target gets the
                realigned or the untouched encoder). ``tolerance`` is what may be lost against the best subset
                for a cheaper one, as a fraction: 0.005, and 0.05 for ``helped``, if left out.

        Raises:
            LanguageError: If one is no target of the study.
            ConfigError: If ``over`` is none of these, or the tolerance is no fraction.
            StudyError: If nothing was run yet, or the stored study does not fit the file.

        Example:
            >>> [row.name for row in study.front("fur,wol", over="worst") if row.on_front]  # doctest: +SKIP
        """
        return self._on(targets, asked).front

    def pick(self, rule: str = "recommended", targets: Targets = None, **asked: Unpack[Asked]) -> Choice:
        """Choose a subset by a rule.

        Args:
            rule: ``recommended``, ``knee``, ``best``, ``cost<=X``, ``accuracy>=Y``, ``within=0.99`` or
                ``trial=N``.
            targets: Choose for these alone, as in :meth:`front`.
            **asked: ``over`` and ``tolerance``, as in :meth:`front`.

        Raises:
            RealignError: If it is no rule, or no subset fits it.

        Example:
            >>> study.pick("within=0.99").languages  # doctest: +SKIP
            ('khm_Khmr', 'gla_Latn')
        """
        from subsetsearch.analysis.front.pick_rules import parse_rule
        from subsetsearch.analysis.study.study_results import make_choice

        parse_rule(rule)  # a misspelt one is named before anything is read
        known = self._on(targets, asked)
        return make_choice(known, known.front.pick(rule))

    def choices(self, targets: Targets = None, **asked: Unpack[Asked]) -> list[RuleChoice]:
        """What each rule of choice would choose.

        Args:
            targets: For these alone, as in :meth:`front`.
            **asked: ``over`` and ``tolerance``, as in :meth:`front`.

        Example:
            >>> {found.rule: found.reason for found in study.choices()}  # doctest: +SKIP
        """
        from subsetsearch.analysis.front.rule_choices import rule_choices

        return rule_choices(self._on(targets, asked).front)

    def gains(
        self,
        subset: str | Subset | Choice = "recommended",
        targets: Targets = None,
        **asked: Unpack[Asked],
    ) -> pd.DataFrame:
        """What a subset gains each target over no realignment: a row a target, best first.

        Columns: ``subset, target, name, score, gain, low, high, n_seeds, p, verdict, held_out, own``.
        Gains are over common seeds, with each target's own 95 % interval. ``verdict`` is ``helped``,
        ``harmed`` or ``not shown`` for all targets at once (``p`` is adjusted by Holm), or ``not known``.

        Args:
            subset: As in :meth:`compare`. Where a rule chooses no realignment, the most accurate subset
                besides it.
            targets: Ask about these alone, as in :meth:`front`.
            **asked: ``over`` and ``tolerance``, as in :meth:`front`: by them a rule chooses. Gains of targets
                are the same whatever is asked.

        Raises:
            RealignError: If it is no subset, no realignment, or was not fully run; or a target is none.

        Example:
            >>> study.gains("best").query("verdict == 'harmed'")  # doctest: +SKIP
        """
        return self.by_target(subset, targets, **asked).to_frame()

    def by_target(
        self,
        subset: str | Subset | Choice = "recommended",
        targets: Targets = None,
        **asked: Unpack[Asked],
    ) -> ByTarget:
        """Say in words who is helped and who is harmed; arguments and errors as in :meth:`gains`."""
        from subsetsearch.analysis.study.unused_options import require_used
        from subsetsearch.analysis.subsets.who_is_helped import by_target

        require_used(asked, [subset])
        return by_target(subset, self._on(targets, asked))

    def expect(
        self,
        subsets: str | Sequence[str | Subset | Choice] | None = None,
        targets: Targets = None,
        *,
        over: Over = "mean",
    ) -> Expected:
        """What subsets can be expected to gain over no realignment, whether they were run or not.

        By the model of effects, which learns from all full runs together, on development and on test data.

        Args:
            subsets: One or more, as in :meth:`compare`. All that were scored, the whole pool and every single
                language of it, if left out.
            targets: Ask about these alone, as in :meth:`front`.
            over: What a subset is worth, as in :meth:`front`.

        Returns:
            Expected gains, the highest first; ``.to_frame()`` and ``.by_target()`` are tables.

        Raises:
            RealignError: If one is no subset, a target is none of the study or not every run has a score of
                it, or there are too few full runs.

        Example:
            >>> study.expect(["kab", "khm,gla"]).by_target()  # doctest: +SKIP
        """
        from subsetsearch.analysis.subsets.expect import expect

        known = self._on(targets, {"over": over})
        asked = [subsets] if isinstance(subsets, str) else subsets
        chosen = known.candidates if asked is None else [known.named(subset)[1] for subset in asked]
        return expect(known, chosen, known.question)

    def explain(
        self, choice: str | Choice = "recommended", targets: Targets = None, **asked: Unpack[Asked]
    ) -> Explanation:
        """Explain a choice: why this subset, against which others, and what each language adds.

        Args:
            choice: A rule of choice, or what :meth:`pick` gave.
            targets: By these alone, as in :meth:`front`.
            **asked: ``over`` and ``tolerance``, as in :meth:`front`.

        Raises:
            RealignError: If it is no rule, or no subset fits it.

        Example:
            >>> study.explain("knee").by_target.summary  # doctest: +SKIP
        """
        from subsetsearch.analysis.front.pick_rules import parse_rule
        from subsetsearch.analysis.subsets.explain import explain

        if isinstance(choice, str):
            parse_rule(choice)  # a misspelt one is named before anything is read
        return explain(choice, self._on(targets, asked))

    def compare(
        self, *subsets: str | Subset | Choice, targets: Targets = None, **asked: Unpack[Asked]
    ) -> list[SubsetColumn]:
        """Hold subsets against the first of them: cost, scores, and differences seed by seed.

        ``expected`` is what a model of all full runs expects of each, run or not.

        Args:
            subsets: Two or more: languages joined by commas, ``none``, ``all``, a published strategy, a
                rule of choice, a choice, or a :class:`Subset`; ``sw,te@300`` gives at most 300 pairs of each.
            targets: By these alone, as in :meth:`front`.
            **asked: ``over`` and ``tolerance``, as in :meth:`front`: rules choose by them, and ``expected``
                is for them. Measured scores and differences are means.

        Raises:
            RealignError: If one is none of these, or there are none.

        Example:
            >>> study.compare("none", "best")[1].difference  # doctest: +SKIP
        """
        from subsetsearch.analysis.study.unused_options import require_used
        from subsetsearch.analysis.subsets.compare import compare_subsets

        require_used(asked, subsets, expected=True)
        known = self._on(targets, asked)
        return compare_subsets(dict(map(known.named, subsets)), known)

    def trust(self, targets: Targets = None, **asked: Unpack[Asked]) -> Trust:
        """How far the rungs can be trusted, by what was fully run so far.

        Args:
            targets: In these alone, as in :meth:`front`.
            **asked: Nothing: a rung ranks subsets by means over targets, whatever is asked of the model.

        Raises:
            ConfigError: If ``over`` or ``tolerance`` asks for something else.

        Example:
            >>> study.trust().sentences  # doctest: +SKIP
        """
        from subsetsearch.analysis.study.unused_options import require_plain

        require_plain(asked, "a rung ranks subsets by their means over targets")
        return self._on(targets).trust
