"""What a build tells people: how far it is, and where every row of every source went."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from tqdm import tqdm

from graph.build import Report, left_out
from graph.collect import Account

KINDS = 3  # of claims that are named in a line of accounts; the rest is one number


class Progress:
    """Shows the stages of something long: a bar on a terminal; elsewhere the log has lines."""

    def __init__(self, out: TextIO) -> None:
        self._bar = tqdm(total=len(Report.STAGES), file=out, disable=not out.isatty(), leave=False, unit="stage")

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def __call__(self, stage: str) -> None:
        """Say that a stage begins."""
        self._bar.set_description(stage)
        self._bar.update()

    def rows(self, source: str, rows: int) -> None:
        """Say how far the reading of a source is."""
        self._bar.set_postfix_str(f"{source}: {rows:,} rows" if rows else source)


def told(report: Report) -> Iterator[str]:
    """Yield the accounts as lines: rows = claims + evidence + out of scope + rejects, and beside them what came out."""
    width = max(20, *(len(name) + 2 for name in report.accounts))
    yield (
        f"{'source':<{width}}{'rows':>7} = {'claims':>7} + {'evidence':>8} + {'out of scope':>12} + {'rejects':>7}"
        f"   {'faults':>6}   claims out"
    )
    for name, a in report.accounts.items():
        yield (
            f"{name:<{width}}{a.rows:>7}   {a.claims:>7}   {a.evidence:>8}   {a.out_of_scope.total():>12}   "
            f"{a.rejects:>7}   {a.faults:>6}   {_made(a)}"
        )
    uncounted = [name for name, account in report.accounts.items() if not account.files]
    if len(uncounted) < len(report.accounts):
        which = f"every source but {', '.join(uncounted)}" if uncounted else "every source"
        yield f"Rows are counted where files are read, apart from what becomes of them; both agree for {which}."
    if report.passed_over:
        number = sum(len(rejects) for rejects in report.passed_over.values())
        yield f"{number} rejects are passed over, of {', '.join(report.passed_over)}; `cybergov check` lists them."
    if report.left_out:
        yield left_out(report)


def _made(account: Account) -> str:
    made = [(number, kind) for kind, number in account.made.most_common() if number]
    named = [f"{number} {kind}" for number, kind in made[:KINDS]]
    rest = sum(number for number, _ in made[KINDS:])
    return ", ".join([*named, *([f"{rest} others"] if rest else [])]) or "0"


def left_aside(report: Report) -> Iterator[str]:
    """Yield as lines what made no claim: each rule of scope with its count, and each reject with its place."""
    for name, account in report.accounts.items():
        for rule, number in account.out_of_scope.most_common():
            yield f"{name}: {number} rows out of scope: {rule}"
    for name, rejects in report.passed_over.items():
        for reject in rejects:
            yield f"{name}: {reject}"
