"""Refusing arrays by naming their first bad element and how many there are."""

from __future__ import annotations

from typing import Any

import numpy as np

from remanence.core.errors import InputError


def refuse(
    kind: type[InputError], subject: str, number: Any, bad: Any, rule: str, remedy: str = "", unit: str = ""
) -> None:
    """Raise where any element is bad.

    Args:
        kind: the error to raise.
        subject: whose value this is.
        number: the value, a number or an array.
        bad: boolean of the shape that ``number`` broadcasts to.
        rule: what is allowed.
        remedy: what the user can do.
        unit: of the value, for the message.

    Raises:
        InputError: of that kind; of arrays the index of the first bad element is in the subject.
    """
    where = np.asarray(bad)
    if not where.any():
        return
    values = np.broadcast_to(np.asarray(number, dtype=np.float64), where.shape)
    if where.ndim == 0:
        raise kind(subject, f"{float(values):g} {unit}".strip(), rule, remedy)
    first = tuple(int(axis[0]) for axis in np.nonzero(where))
    place = ", ".join(map(str, first))
    count = f"{np.count_nonzero(where)} of {where.size} are bad"
    raise kind(f"{subject}[{place}]", f"{float(values[first]):g} {unit}".strip(), rule, f"{remedy} {count}".strip())
