"""Claims about in-memory computing, judged by arithmetic at a stated operating point.

Knows: bounds and bookkeeping that hold whatever the chip (`arithmetic`), the cards behind them (`cards`), evidence with
intervals (`evidence`), the judges (`device_claims`, `system_claims`), a claim with its verdict (`claims`).
Refuses to know: drawing, the command line, and any future it would have to guess: such a claim stays a projection.
Start reading at `claims.judge`.
"""

from remanence.outlook.cards import KINDS
from remanence.outlook.claims import VERDICTS, Judgement, claim_names, judge, judge_all

__all__ = ["KINDS", "VERDICTS", "Judgement", "claim_names", "judge", "judge_all"]
