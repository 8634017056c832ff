"""The pages of docs/validation: our figures beside published ones."""

from __future__ import annotations

import numpy as np
import pandas as pd

from remanence.core import units
from remanence.study import published
from remanence.system import Estimate

ENOUGH = 6
"""Rows below which no median error is quoted."""


def pages() -> dict[str, str]:
    """Return the text of every page by name."""
    filled = published.filled_crossbar()
    return {
        "device": _page(
            "Junctions against published ones",
            "Two numbers per stack were fitted, at one diameter (`device.fit_stack`: the anisotropy from the barrier, "
            "the efficiency from the current); every other row is a prediction.",
            published.device_rows(),
        ),
        "macros": _page(
            "The STT-MRAM storage macro against silicon",
            "Card `stt-macro` on `cmos-22nm`. No row was used to set a parameter. The model has no pumps, redundancy, "
            "test logic or interface, so its energies lie low.",
            published.macro_rows(),
        ),
        "microcontrollers": _page(
            "The microcontroller against MLPerf Tiny",
            "Card `stm32l4r5`: energy is proportional to multiply-accumulates, whatever the network.",
            published.microcontroller_rows(),
        ),
        "computing": _computing(published.computing_rows(), filled),
    }


def _page(title: str, lead: str, frame: pd.DataFrame) -> str:
    read, recalled = frame[~frame["recalled"]], frame[frame["recalled"]]
    parts = [
        f"# {title}",
        "",
        "Made by `make figures`; a test fails where this page and the code differ.",
        "",
        lead,
        "",
    ]
    parts += [*_rows(read), "", _score(read), ""]
    if len(recalled):
        parts += ["## Recalled, not read in the source: enters no score", "", *_rows(recalled), ""]
    return "\n".join(parts)


def _rows(frame: pd.DataFrame) -> list[str]:
    lines = ["| what | use | published | ours | ours/published | source |", "| --- | --- | --- | --- | --- | --- |"]
    for row in frame.to_dict("records"):
        if row["trend"]:
            theirs, ours, factor = "trend", "holds" if row["holds"] else "**does not hold**", ""
        else:
            theirs, ours = (units.show(row[key], row["unit"]) for key in ("theirs", "ours"))
            factor = f"{row['factor']:.2f}"
        lines.append(f"| {row['what']} | {row['use']} | {theirs} | {ours} | {factor} | {row['source']} |")
    return lines


def _score(frame: pd.DataFrame) -> str:
    checks = frame[(frame["use"] == "check") & ~frame["trend"]]
    trends = frame[(frame["use"] == "check") & frame["trend"]]
    text = []
    if len(checks):
        errors = np.exp(np.abs(np.log(checks["factor"].to_numpy(dtype=float))))
        if len(checks) < ENOUGH:
            text.append(f"Blind figures: {len(checks)}, not enough for a median; worst factor {errors.max():.2f}.")
        else:
            text.append(
                f"Blind figures: {len(checks)}; median factor {np.median(errors):.2f}, worst {errors.max():.2f}."
            )
    if len(trends):
        text.append(f"Blind trends: {int(trends['holds'].astype(bool).sum())} of {len(trends)} hold.")
    return " ".join(text)


def _computing(frame: pd.DataFrame, filled: Estimate) -> str:
    energy = filled.energy_per_multiply
    parts = filled.energy_parts[0].sum(axis=0) / filled.multiply_accumulates
    lines = [
        "# The crossbar's energy per multiply-accumulate beside published macros",
        "",
        "Made by `make figures`; a test fails where this page and the code differ.",
        "",
        "Ours: `crossbar-stt-22nm`, 8-bit weights and inputs, filled arrays (`study.published.filled_crossbar`): "
        f"{energy}, scope {energy.scope}; divided by 8 x 8 bits {units.show(energy.value / 64, 'J')}.",
        "",
        "| macro | precision | per multiply-accumulate | per bit product | ours/published, same precision only |",
        "| --- | --- | --- | --- | --- |",
    ]
    for row in frame.to_dict("records"):
        per_bit = units.show(row["per_bit"], "J") if np.isfinite(row["per_bit"]) else "not normalised"
        factor = f"{row['factor']:.1f}" if row["precision"] == "8b x 8b" else ""
        cells = (f"{row['what']} ({row['source']})", row["precision"], units.show(row["theirs"], "J"), per_bit, factor)
        lines.append(f"| {' | '.join(cells)} |")
    shares = {name: part for name, part in zip(filled.components, parts, strict=True) if part > 0.02 * parts.sum()}
    lines += [
        "",
        "Why ours lies above the band: "
        + ", ".join(f"{name} {units.show(float(j), 'J')}" for name, j in shares.items())
        + " per multiply-accumulate. "
        "Seven binary slices times eight input bits are 56 reads of a differential pair of kilo-ohm junctions, charged "
        "at the supply while the converter samples, and 56 conversions per 64 rows. The published macros avoid one or "
        "the other: capacitors instead of currents (wang2023cim), a time-domain readout free of direct current "
        "(nthu2023), digital logic without converters (nvdcim2025). A current-sum crossbar of low-resistance junctions "
        "at 8 x 8 bits is the expensive way to use MRAM; that is a finding, and the converter's interval (a factor of "
        "13 between published macros) does not change it.",
        "",
    ]
    return "\n".join(lines)
