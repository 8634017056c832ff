"""Our cells and macros beside fabricated ones, blind: our figure, its interval, and the rows that have none."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from remanence.core.stream import Stream
from remanence.data import Draws
from remanence.data.published import Published, published
from remanence.study.silicon_prediction import Answer, predict_by_search

Predict: TypeAlias = Callable[[Published, Draws | None], Answer]
"""What `silicon_rows` asks for each row, once at the medians (None) and once over draws."""

INTERVAL = (10.0, 90.0)
"""Percentiles of the interval that should cover four chips in five."""

SET = {
    "intel-22ffl-mram-density": "the area overhead of the periphery",
    "samsung-45-flash-write": "the program pulse of split-gate-40nm",
    "samsung-28-flash-write": "the program pulse of split-gate-28nm",
}
"""Rows whose figure set a parameter of ours: no check of the model that holds it."""

OTHER = {
    "samsung-14-mram-read-energy": "of a stand-alone chip with its pads",
    "intel-22ffl-mram-write-tail": "of the slowest bit, not of a write",
    "renesas-65-sotb-sram-read-fast": "with a body bias, which no card has",
    "renesas-65-sotb-sram-standby": "with a body bias, which no card has",
}
"""Rows that by their source are something else than the figure of a macro that a card describes."""

FAMILIES = ("ihp-130-sram", "toshiba-65-mram")
"""Prefixes of chips of one generator, or of one group in one process: they count as one chip."""


def chip_of(row: Published) -> str:
    """Return the chip that a row counts for; macros of one family are one."""
    return next((family for family in FAMILIES if row.chip.startswith(family)), row.chip)


def excluded(row: Published) -> str:
    """Return why a row enters no comparison, whatever is predicted; empty where it does."""
    if row.recalled:
        return "recalled, not read"
    if row.basis == "claimed":
        return "claimed"
    if row.quantity == "chip_area":
        return "a die, not a macro"
    return f"sets {SET[row.id]}" if row.id in SET else OTHER.get(row.id, "")


def silicon_rows(
    predict: Predict = predict_by_search, draws: Draws | None = None, table: Mapping[str, Published] | None = None
) -> pd.DataFrame:
    """Return every row of the table of silicon with our figure, its interval, and why it is left out where it is.

    A density is shown as the area of a bit, a `macro_area`. Macros of one generator, and several rows of one chip, are
    put together by `chip_scores`. Nothing is fitted.

    Columns: chip (see `chip_of`), quantity, what, source, unit, theirs, ours, low, high (the 80 % interval), factor
    (ours/theirs), covered, width (high/low), draws (of ours; None where left out), reason (empty for a row that is
    compared).

    Args:
        predict: gives our figure.
        draws: of the interval; 256 of seed 0 by default.
        table: published rows by id; the table of silicon by default.
    """
    draws = Draws() if draws is None else draws
    rows = []
    for row in (published("silicon") if table is None else table).values():
        assert row.value is not None
        reason = excluded(row)
        answer: Answer = reason or predict(row, None)
        drawn: Answer | None = predict(row, draws) if not isinstance(answer, str) else None
        if isinstance(answer, str):
            reason = answer
        elif isinstance(drawn, str):
            reason = drawn
        theirs, ours = row.value, np.nan
        figures: NDArray[np.float64] | None = None
        low, high = np.nan, np.nan
        if not reason:
            ours, figures = float(np.asarray(answer)), np.asarray(drawn, dtype=np.float64)
        if row.quantity == "density":
            theirs, ours = 1.0 / theirs, 1.0 / ours
            figures = None if figures is None else 1.0 / figures
        if figures is not None:
            low, high = (float(end) for end in np.percentile(figures, INTERVAL))
        rows.append(
            {
                "id": row.id,
                "chip": chip_of(row),
                "quantity": "macro_area" if row.quantity == "density" else row.quantity,
                "technology": row.technology,
                "node": row.node,
                "what": row.what,
                "source": row.source,
                "unit": "m^2" if row.quantity == "density" else row.unit,
                "theirs": theirs,
                "ours": ours,
                "low": low,
                "high": high,
                "factor": ours / theirs,
                "covered": bool(low <= theirs <= high),
                "width": high / low,
                "draws": figures,
                "reason": reason,
            }
        )
    return pd.DataFrame(rows).set_index("id")


def leave_one_out(frame: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """Return the compared rows after one factor of their quantity, fitted on all chips but their own.

    The factor is the geometric mean of published over ours on the m other chips, the same for every technology. The
    interval is that of the row's own draws, so its factor is fitted on the medians of the draws of the others, and
    multiplied by what their draws do not explain: with s^2 the variance of the logarithm of published over these
    medians and v the mean variance of the logarithm of the draws, a Student t of m - 1 degrees of freedom times
    sqrt(max(s^2 - v, 0) + s^2/m), the second term for the factor itself. NaN where there are less than two other chips.

    Columns: chip, quantity, theirs, others (m), fitted (the factor), factor (ours times it, over theirs), low, high,
    width, covered.

    Args:
        frame: of `silicon_rows`.
        seed: of the order in which the quantiles of t meet the draws.

    Source of the split of the variance: the moment estimate of a random effect, DerSimonian and Laird, Controlled
    Clinical Trials 7 (1986), equal weights.
    """
    from scipy.special import stdtrit

    used = frame[frame["reason"] == ""]
    lines = []
    for quantity, part in used.groupby("quantity", sort=True):
        logs = part["draws"].map(np.log)
        chips = pd.DataFrame(
            {
                "point": -np.log(part["factor"].astype(float)),
                "median": np.log(part["theirs"].astype(float)) - logs.map(np.median),
                "spread": logs.map(np.var),
            }
        )
        chips = chips.astype(float).groupby(part["chip"]).mean()
        for name, row in part.iterrows():
            rest = chips.drop(row["chip"])
            line = {"id": name, "chip": row["chip"], "quantity": quantity, "theirs": row["theirs"], "others": len(rest)}
            line.update(dict.fromkeys(("fitted", "factor", "low", "high", "width", "covered"), np.nan))
            if len(rest) >= 2:
                fitted, variance = float(np.exp(rest["point"].mean())), float(rest["median"].var())
                left = max(variance - float(rest["spread"].mean()), 0.0) + variance / len(rest)
                drawn = np.log(row["draws"]) + float(rest["median"].mean())
                order = Stream(seed).child("leave one out").child(str(name)).permutation(len(drawn))
                noise = np.sqrt(left) * stdtrit(len(rest) - 1.0, (order + 0.5) / len(drawn))
                low, high = np.exp(np.percentile(drawn + noise, INTERVAL))
                line.update(
                    fitted=fitted, factor=row["factor"] * fitted, low=low, high=high, width=high / low,
                    covered=float(low <= row["theirs"] <= high),
                )  # fmt: skip
            lines.append(line)
    columns = ["id", "chip", "quantity", "theirs", "others", "fitted", "factor", "low", "high", "width", "covered"]
    return pd.DataFrame(lines, columns=columns).set_index("id")


def chip_scores(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one line per quantity and chip: rows of one chip are one piece of evidence.

    Columns: rows, factor (ours/theirs), low and high (the interval over theirs), width, all geometric means, and
    covered (share of the rows).

    Args:
        frame: of `silicon_rows`, or of `leave_one_out`.
    """
    used = frame[frame["reason"] == ""] if "reason" in frame else frame
    lines = []
    for (quantity, chip), part in used.groupby(["quantity", "chip"], sort=True):
        factors = {"factor": part["factor"], "width": part["width"]}
        factors |= {name: part[name] / part["theirs"] for name in ("low", "high")}
        means = {name: float(np.exp(np.log(of.to_numpy(float)).mean())) for name, of in factors.items()}
        covered = float(part["covered"].astype(float).mean())
        lines.append({"quantity": quantity, "chip": chip, "rows": len(part), "covered": covered, **means})
    columns = ["quantity", "chip", "rows", "factor", "low", "high", "covered", "width"]
    return pd.DataFrame(lines, columns=columns).set_index(["quantity", "chip"])


def nvsim_rows(path: Path, frame: pd.DataFrame) -> pd.DataFrame:
    """Return NVSim's answer over the published figure on rows of chips that it was run for.

    It was given each chip's cell area and write pulse and searched the organisation itself, once for the shortest read
    and once for the smallest area; the program prints no interval.

    Args:
        path: its stored answers, ``tests/peers/nvsim_silicon.csv``.
        frame: of `silicon_rows`; rows that are no figure of a macro are left out, others stay.

    Returns:
        Indexed by row: chip, quantity, fast, small (answer over published figure), ours (the same, NaN where none).
    """
    with path.open(encoding="utf-8", newline="") as file:
        answers = {(line["chip"], line["target"]): line for line in csv.DictReader(file)}
    shown = zip(frame.index, frame["quantity"], frame["theirs"], frame["factor"], strict=True)
    known = {str(name): (str(quantity), float(figure), float(ours)) for name, quantity, figure, ours in shown}
    lines = []
    for row in published("silicon").values():
        pair = [answers.get((row.chip, target)) for target in ("ReadLatency", "Area")]
        theirs = [_nvsim_figure(row, line) for line in pair if line is not None]
        if excluded(row) not in ("", f"sets {SET.get(row.id)}") or len(theirs) < 2 or None in theirs:
            continue
        quantity, figure, ours = known[row.id]
        fast, small = (float(answer or np.nan) / figure for answer in theirs)
        line = {"id": row.id, "chip": chip_of(row), "quantity": quantity, "fast": fast, "small": small, "ours": ours}
        lines.append(line)
    return pd.DataFrame(lines, columns=["id", "chip", "quantity", "fast", "small", "ours"]).set_index("id")


def _nvsim_figure(row: Published, line: Mapping[str, str]) -> float | None:
    """Return NVSim's figure in the unit of `silicon_rows`; None where it has none or at another temperature."""
    if row.temperature and abs(row.temperature - float(line["temperature_k"])) > 25.0:
        return None
    bits, word = float(line["capacity_bits"]), float(line["word_bits"])
    column, scale = {
        "density": ("total_area", 1.0 / bits),
        "macro_area": ("total_area", row.capacity / bits),
        "read_access_time": ("read_latency", 1.0),
        "write_time": ("write_latency", 1.0),
        "read_energy": ("read_dynamic_energy", 1.0 / word),
        "write_energy": ("write_dynamic_energy", 1.0 / word),
        "standby_power": ("leakage_power", row.capacity / bits),
    }.get(row.quantity, ("", 1.0))
    return float(line[column]) * scale if column and line[column] else None
