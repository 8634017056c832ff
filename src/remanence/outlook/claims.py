"""A claim and its verdict, from the card that states it and the judge that computes its evidence."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from remanence.core.errors import UnknownNameError
from remanence.data import build, load_card, names, rows_of
from remanence.outlook import device_claims, system_claims
from remanence.outlook.cards import Claim
from remanence.outlook.evidence import VERDICTS, Evidence, Finding

_JUDGES: Mapping[str, Callable[[Claim], Finding]] = {**system_claims.JUDGES, **device_claims.JUDGES}


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """A claim and what became of it.

    Args:
        claim: the statement, who makes it, its operating point and what would change the verdict.
        verdict: one of `VERDICTS`.
        only_at: the condition of a claim that is supported only there, else empty.
        because: the reasoning in a paragraph.
        evidence: computed figures with intervals.
        sources: keys of the bibliography behind claim and evidence.
    """

    claim: Claim
    verdict: str
    only_at: str
    because: str
    evidence: tuple[Evidence, ...]
    sources: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return everything for JSON."""
        claim = self.claim
        return {
            "title": claim.title,
            "statement": claim.statement,
            "source": claim.source,
            "locator": claim.locator,
            "operating_point": claim.operating_point,
            "verdict": self.verdict,
            "only_at": self.only_at,
            "because": self.because,
            "evidence": [one.as_dict() for one in self.evidence],
            "would_change": claim.would_change,
            "sources": list(self.sources),
        }


def claim_names() -> tuple[str, ...]:
    """Names of the claims in the catalogue."""
    return names("claim")


@functools.cache
def judge(name: str) -> Judgement:
    """Judge one claim of the catalogue.

    Raises:
        UnknownNameError: no such claim; the message offers the nearest names.
    """
    if name not in claim_names():
        raise UnknownNameError("claim", name, claim_names())
    card = load_card("claim", name)
    claim = build(Claim, card)
    finding = _JUDGES[name](claim)
    keys = {claim.source, *finding.sources, *(row.source for row in rows_of(Claim, card))}
    keys.update(key for one in finding.evidence for key in one.sources)
    return Judgement(claim, finding.verdict, finding.only_at, finding.because, finding.evidence, tuple(sorted(keys)))


def judge_all() -> dict[str, Judgement]:
    """Judge every claim of the catalogue, by name."""
    return {name: judge(name) for name in claim_names()}


__all__ = ["VERDICTS", "Claim", "Judgement", "claim_names", "judge", "judge_all"]
