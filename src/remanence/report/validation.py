"""The pages of docs/validation: our figures beside published ones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from remanence.core import units
from remanence.report import silicon
from remanence.study import cram_arithmetic, cram_published, published
from remanence.system import Estimate

ENOUGH = 6
"""Rows below which no median error is quoted."""
TOLERANCE = 1.1
"""More than a tenth above a peer is said."""


def pages(nvsim: Path | None = None, rows: pd.DataFrame | None = None, simpler: Path | None = None) -> dict[str, str]:
    """Return the text of every page by name.

    Args:
        nvsim: NVSim's stored answers for the page on silicon; without them that page has no section on them.
        rows: of `study.silicon.silicon_rows` for that page, made where left out.
        simpler: SIMPLER's stored steps for the page on computing in magnetic cells, likewise.
    """
    filled = published.filled_crossbars()
    return {
        "device": _page(
            "Junctions against published ones",
            "Two numbers per stack were fitted, at one diameter (`device.fit_stack`: the anisotropy from the barrier, "
            "the efficiency from the current); every other row is a prediction.",
            published.device_rows(),
        ),
        "macros": _page(
            "The STT-MRAM storage macro against silicon",
            "Card `stt-macro` on `cmos-22nm`, 1 Mbit (8 Mbit beside Intel's), by `circuit.storage`. No row was used to "
            "set a parameter. The model has no interface, and no spread of cells in its sense amplifier.",
            published.macro_rows(),
        ),
        "microcontrollers": _page(
            "The microcontroller against MLPerf Tiny",
            "Card `stm32l4r5`: energy is proportional to multiply-accumulates, whatever the network.",
            published.microcontroller_rows(),
        ),
        "computing": _computing(published.computing_rows(filled), filled),
        "silicon": silicon.page(nvsim, rows),
        "cram": _cram(simpler),
    }


def _cram(simpler: Path | None) -> str:
    text = _page(
        "Computing in magnetic cells against published results",
        "One width of the switching current, that which makes a NAND of two inputs right in 99.4 % at a TMR of 109 %, "
        "gives every other accuracy; nothing else is fitted. Resistances and currents follow from RA, diameter and "
        "current density. Results on cells are from memory, those on voltage-controlled anisotropy from an abstract; "
        "counts of steps, further down, were read and run.",
        cram_published.cram_rows(),
    )
    frame = cram_published.windows()
    lines = ["## Windows of the published device sets", "", "Constant resistances, no transistor, as there: the least "
             "and the largest voltage, and the width over the middle.", "",
             f"| gate | {' | '.join(cram_published.SETS)} |",
             f"| --- |{' --- |' * len(cram_published.SETS)}"]  # fmt: skip
    for name, row in frame.iterrows():
        cells = [
            f"{1e3 * row[f'{each} low']:.1f} to {1e3 * row[f'{each} high']:.1f} mV, {row[f'{each} margin']:.1%}"
            for each in cram_published.SETS
        ]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += [
        "",
        "## Where it fails",
        "",
        "- The full adder of NAND gates is far too good here, that of majorities too bad. The order is right. Spread "
        "from cell to cell, voltages that are not each gate's best, and what was averaged are likely causes; the paper "
        "was not read. To get the recalled 78.5 % every NAND must be right in 97.4 %, not in 99.4 %.",
        "- The energy and the time of the MNIST task cannot be rebuilt: gates and presets of that device set take a "
        "fraction of the energy and more than the time before any periphery (rows above: with that of a 16 nm "
        "node). [What they require](../cram-claim.md).",
        "- Voltage-controlled anisotropy of 200 fJ/(V m) takes a tenth off the error here, 61 % in the published "
        "simulation, whose gate, TMR and pulse are not in the abstract.",
        "",
    ]
    return "\n".join([text, *lines, *_arithmetic(), *([] if simpler is None else _circuits(simpler))])


def _arithmetic() -> list[str]:
    """Steps and cells beside AritPIM."""
    frame = cram_arithmetic.arithmetic_rows()
    lines = [
        "## Arithmetic in a row: AritPIM",
        "",
        "Bit-serial programs of NOT and NOR of two, each output preset in a step of its own, inputs kept, results of "
        "the same widths (a dividend has twice the bits of its divisor, and the quotient fits). Cells are all columns "
        "of a row that a program takes, operands and results included. Theirs: github oleitersdorf/AritPIM at 71b97a4, "
        "results/fixed. Programs are checked on random operands (`tests/study/test_cram_arithmetic.py`).",
        "",
        "| operation | bits | steps: theirs | ours | ours/theirs | cells: theirs | ours | ours/theirs |",
        "| --- |" + " ---: |" * 7,
    ]
    for operation in cram_arithmetic.OPERATIONS:
        for bits in cram_arithmetic.WIDTHS:
            cells = []
            for kind in ("cycles", "cells"):
                row = frame.loc[f"{operation}-{bits}-{kind}"]
                cells.append(f"{row['theirs']:,.0f} | {row['ours']:,.0f} | {row['factor']:.3f}")
            lines.append(f"| {operation} | {bits} | {' | '.join(cells)} |")
    worst = {kind: frame.filter(like=f"-{kind}", axis=0)["factor"] for kind in ("cycles", "cells")}
    over = [
        str(name).rsplit("-", 1)[0].replace("-", " ") for name, factor in worst["cells"].items() if factor > TOLERANCE
    ]
    lines += [
        "",
        f"Steps: {worst['cycles'].min():.3f} to {worst['cycles'].max():.3f} of theirs. Cells: "
        f"{worst['cells'].min():.2f} to {worst['cells'].max():.2f}; more than {TOLERANCE - 1:.0%} above theirs: "
        f"{', '.join(over) or 'none'}. Their multiplication adds one row of partial products at a time into cells that "
        "it uses again; ours adds up columns of bits, which takes fewer gates and keeps more of them at once. Their "
        "division does not restore the remainder, ours does, and holds the choice and the difference beside it.",
        "",
    ]
    return lines


def _circuits(path: Path) -> list[str]:
    """Steps of whole circuits beside SIMPLER."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    both = frame[frame["ratio"] != ""]
    factors = both["ratio"].astype(float)
    lines = [
        "## Whole circuits in a row: SIMPLER MAGIC",
        "",
        "Steps with NOT and NOR of two; all free cells are preset together whenever none is left, and the first such "
        "step is not counted, as SIMPLER counts. Theirs: github RotemBenHur/SIMPLER-MAGIC at e480713 with its own "
        "script for ABC, run on the same files: EPFL suite (github lsils/benchmarks at 94e25f3) and ISCAS-85 (github "
        "ispras/hdl-benchmarks at a0c4cfa). ABC stops at outputs that are always 0 (router, c2670, c7552); for those "
        "SIMPLER's library was given a 0. Stored by `tests/peers/simpler_magic.py`. The last column has gates of a "
        "magnetic cell instead (NOT, NAND2, NAND3, NMAJ3), first presets included. Every program was run on random "
        "words against the circuit; proved: ABC found both programs equal to it, too.",
        "",
        "| circuit | row | inputs | outputs | SIMPLER | ours | ours/SIMPLER | checked | magnetic gates |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: |",
    ]
    lines += [f"| {' | '.join(row)} |" for row in frame.itertuples(index=False)]
    lines += [
        "",
        f"{both['circuit'].nunique()} circuits fit with both; ours takes {factors.min():.3f} to {factors.max():.3f} of "
        f"SIMPLER's steps, {np.exp(np.log(factors).mean()):.3f} in the geometric mean, and fewer in "
        f"{int((factors < 1).sum())} of {len(factors)} cases. Empty: no mapping into so narrow a row was found.",
        "",
    ]
    return lines


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
    if len(read):
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


def _computing(frame: pd.DataFrame, filled: Mapping[str, Estimate]) -> str:
    lines = [
        "# The crossbars' energy per multiply-accumulate beside published macros",
        "",
        "Made by `make figures`; a test fails where this page and the code differ.",
        "",
        "Ours: 8-bit weights and inputs, filled arrays (`study.published.filled_crossbar`), scope chip, per "
        "multiply-accumulate with the 90 % interval:",
        "",
        "| chip | energy | per bit product | by component |",
        "| --- | --- | --- | --- |",
    ]
    for name, estimate in filled.items():
        energy = estimate.energy_per_multiply
        parts = estimate.energy_parts[0].sum(axis=0) / estimate.multiply_accumulates
        by = dict(zip(estimate.components, parts, strict=True))
        shown = ", ".join(f"{part} {units.show(float(j), 'J')}" for part, j in by.items() if j > 0.02 * parts.sum())
        lines.append(f"| `{name}` | {energy} | {units.show(energy.value / 64, 'J')} | {shown} |")
    lines += [
        "",
        "| macro | precision | per multiply-accumulate | per bit product | ours | ours/published "
        "at the same precision |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in frame.to_dict("records"):
        per_bit = units.show(row["per_bit"], "J") if np.isfinite(row["per_bit"]) else "not normalised"
        factor = f"{row['factor']:.1f}" if row["precision"] == "8b x 8b" else ""
        cells = (f"{row['what']} ({row['source']})", row["precision"], units.show(row["theirs"], "J"), per_bit,
                 f"`{row['beside']}`", factor)  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    lines += [
        "",
        "Why ours lie above the band: seven binary slices times eight input bits are 56 conversions per 64 rows, "
        "and in the resistive arrays 56 reads of a differential pair of kilo-ohm devices, charged at the supply "
        "while the converter samples. Charge-domain SRAM has no such current: its array takes almost nothing and "
        "what is left is the converters, which the published macros use less often: ladders of capacitors that "
        "weigh the bits before one conversion (wang2023cim), a time-domain readout free of direct current "
        "(nthu2023), digital logic without converters (nvdcim2025). A current-sum crossbar of low-resistance "
        "junctions at 8 x 8 bits is the expensive way to use MRAM; that is a finding, and the converter's "
        "interval (a factor of 13 between published macros) does not change it.",
        "",
    ]
    return "\n".join(lines)
