"""What decides the uncertainty: first-order Sobol indices, estimated from the very draws behind an interval."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from remanence.core.errors import InputError
from remanence.system import Estimate, Platform

DRAWS_PER_BIN = 16
"""Draws in one bin: 256 draws make 16 bins, which miss 0.4 % of the index of a straight line."""
FEWEST_DRAWS = 64
NOISE_QUANTILE = 0.95


def first_order(
    uniform: NDArray[np.float64], output: NDArray[np.float64], quantile: float = NOISE_QUANTILE
) -> tuple[float, float]:
    """Return the first-order Sobol index of one input, Var(E[Y | X]) / Var(Y), and the noise of its estimate.

    A given-data estimator: the output is averaged in equal bins of the input's uniform numbers, and the variance of the
    means is taken without the part that chance alone puts there (the epsilon squared of an analysis of variance):
    ``1 - (N - 1) / (N - M) * within / total`` for N draws in M bins. No further runs of the model are needed.

    Two biases remain. Variation inside a bin is missed, a share 1/M^2 of the index of a straight line and more for an
    input whose effect turns several times; and the estimate scatters around the truth, so that the index of an input
    without effect may come out slightly negative. It is not cut at 0, which would make it biased upwards.

    Args:
        uniform: the input's uniform numbers in 0..1, shape (N,).
        output: shape (N,).
        quantile: of the noise that is returned.

    Returns:
        The index, and the value that an input without effect stays below with probability ``quantile`` (normal outputs:
        the quantile of F(M - 1, N - M), carried over): an index below it cannot be told from none.

    Raises:
        InputError: shapes that differ, too few draws, draws that are not finite, or an output that does not vary.
    """
    count = output.size
    if uniform.shape != output.shape or output.ndim != 1:
        raise InputError("first_order", f"shapes {uniform.shape} and {output.shape}", "must both be (draws,)")
    if count < FEWEST_DRAWS:
        raise InputError("first_order: draws", count, f"at least {FEWEST_DRAWS} are needed",
                         "Estimate with draws=Draws(count=256).")  # fmt: skip
    if not (np.isfinite(uniform).all() and np.isfinite(output).all()):
        raise InputError("first_order", "NaN or infinite", "draws must be finite")
    total = float(((output - output.mean()) ** 2).sum())
    if total <= count * (1e-12 * float(np.abs(output).max())) ** 2:
        raise InputError("first_order: output", f"{output[0]:.3g} in every draw", "must vary")
    bins = count // DRAWS_PER_BIN
    groups = np.array_split(output[np.argsort(uniform, kind="stable")], bins)
    within = float(sum(((group - group.mean()) ** 2).sum() for group in groups))
    index = 1.0 - (count - 1) / (count - bins) * within / total
    ratio = float(stats.f.ppf(quantile, bins - 1, count - bins))
    noise = (bins - 1) * (ratio - 1.0) / ((bins - 1) * ratio + count - bins)
    return index, noise


def first_order_indices(platform: Platform, estimate: Estimate, figure: str = "energy") -> pd.DataFrame:
    """Return the first-order index of every uncertain row behind one figure of an estimate, largest first.

    The index is that of the figure's logarithm, because the intervals are judged by their ratio: 0.6 means that knowing
    this row exactly would remove 60 % of the variance of ln(figure). What the indices leave to 1 is interaction between
    rows. Rows are drawn independently (`data.Draws`); a correlation between them is not seen.

    Args:
        platform: the chip that was priced.
        estimate: its price; the rows' numbers are drawn again from ``estimate.parameter_draws``.
        figure: energy, latency, area, standby, or another name of `Estimate.figures`.

    Returns:
        Indexed by the row's id: index, noise (see `first_order`), kind, source, recalled. Empty where no row moves the
        figure.

    Raises:
        InputError: the estimate is of another chip, has no such figure, or the figure is not positive in every draw.
    """
    figures = estimate.figures()
    if platform.name != estimate.chip:
        raise InputError("first_order_indices", f"chip {platform.name}", f"the estimate is of {estimate.chip}")
    if figure not in figures:
        raise InputError("first_order_indices: figure", figure, f"{estimate.chip} has {', '.join(figures)}")
    output = figures[figure].draws
    if (output <= 0).any():
        raise InputError(f"{estimate.chip}: {figure}", "0 or below", "its logarithm needs draws above 0")
    found = {}
    if np.ptp(np.log(output)) > 1e-9:
        rows = {row.id: row for row in platform.rows() if row.uncertain}
        # of all rows without effect together, one in 20 estimates shows any above the noise (Bonferroni)
        quantile = 1.0 - (1.0 - NOISE_QUANTILE) / len(rows)
        for row in rows.values():
            index, noise = first_order(estimate.parameter_draws.uniform(row.id), np.log(output), quantile)
            found[row.id] = (index, noise, row.kind, row.source, row.recalled)
    columns = ["index", "noise", "kind", "source", "recalled"]
    frame = pd.DataFrame.from_dict(found, orient="index", columns=columns).rename_axis("row")
    return frame.sort_values("index", ascending=False, kind="stable")
