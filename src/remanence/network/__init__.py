"""Neural networks on chips; the floor where torch lives.

Knows: whole-number arithmetic of a trained model (`quantise`), layers that run on a chip (`layers`), what is on the
chip and what is not (`coverage`), deploying (`deploy`), accuracy over programmed chips with the events of the same run
(`evaluation`); small built-in models, data sets and training (`models`, `datasets`, `training`, `loading`).
Refuses to know: prices of events (the system floor has them), drawing.
Start reading at `deploy.deploy`.
"""

from remanence.network.deploy import Deployed, deploy
from remanence.network.evaluation import Accuracy, Evaluation

__all__ = ["Accuracy", "Deployed", "Evaluation", "deploy"]
