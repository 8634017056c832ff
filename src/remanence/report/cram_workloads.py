"""Workloads in CRAM beside SRAM with a datapath: tables, a figure, the page docs/howto/cram-workloads.md."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure as Canvas

from remanence.core import units
from remanence.report.figures import STYLE, save
from remanence.report.palette import colour
from remanence.study.cram_workloads import Division, Outcome
from remanence.study.published import beside

PROGRAMS = ("workload", "what", "items", "rows", "arrays", "gates", "steps", "columns needed", "area", "SRAM area")
PRICES = ("workload", "time (cells alone)", "energy (cells alone)", "energy an item", "wrong outcomes an item",
          "items wrong", "busiest cell lasts", "SRAM time", "SRAM energy", "time ÷ SRAM", "energy ÷ SRAM")  # fmt: skip
DIVISIONS = ("product", "set", "all in cells", "wrong", "sums in CMOS", "wrong", "time gain", "energy gain",
             "SRAM and datapath")  # fmt: skip


def program_rows(outcomes: Sequence[Outcome]) -> list[list[str]]:
    """Return what each workload is, from the outcomes on one device set."""
    return [
        [
            found.workload.name, found.workload.what, f"{found.workload.items:,} {found.workload.item}",
            f"{found.cost.rows:,}", str(found.cost.arrays), f"{found.cost.gate_steps:,}", f"{found.cost.steps:,}",
            f"{found.workload.columns:,}", units.show(found.cost.area, "m^2"), units.show(found.baseline.area, "m^2"),
        ]
        for found in outcomes
    ]  # fmt: skip


def price_rows(outcomes: Sequence[Outcome]) -> list[list[str]]:
    """Return what each workload takes on one device set, and beside SRAM."""
    return [
        [
            found.workload.name,
            f"{units.show(found.cost.latency, 's')} ({units.show(found.cost.cell_latency, 's')})",
            f"{units.show(found.cost.energy, 'J')} ({units.show(found.cost.cell_energy, 'J')})",
            units.show(found.cost.energy / found.workload.items, "J"), f"{found.errors_per_item:.2g}",
            _share(found.wrong, found.workload.expected.size), f"{found.lifetime / 86400.0:.3g} days",
            units.show(found.baseline.time, "s"), units.show(found.baseline.energy, "J"),
            _ratio(1.0 / found.time_gain), _ratio(1.0 / found.energy_gain),
        ]
        for found in outcomes
    ]  # fmt: skip


def division_rows(divisions: Sequence[Division]) -> list[list[str]]:
    """Return the products of matrix and vector, a row each."""
    return [
        [
            each.what, each.device,
            _both(each.cells.latency, each.cells.energy), _share(each.wrong_cells, each.hybrid.rows),
            _both(each.hybrid.latency, each.hybrid.energy), _share(each.wrong_hybrid, each.hybrid.rows),
            _ratio(each.time_gain), _ratio(each.energy_gain), _both(each.baseline.time, each.baseline.energy),
        ]
        for each in divisions
    ]  # fmt: skip


def canvas(outcomes: Sequence[Outcome]) -> Canvas:
    """Return time and energy over those of SRAM, for every workload and device set, on logarithmic axes."""
    names = list(dict.fromkeys(found.workload.name for found in outcomes))
    sets = list(dict.fromkeys(found.device for found in outcomes))
    with mpl.rc_context(STYLE):
        drawn = Canvas(figsize=(9.6, 3.8), layout="constrained")
        axes = drawn.subplots(1, 2, sharey=True)
        for axis, kind in zip(axes, ("time", "energy"), strict=True):
            for number, device in enumerate(sets):
                part = {found.workload.name: found for found in outcomes if found.device == device}
                ratios = [1.0 / (part[name].time_gain if kind == "time" else part[name].energy_gain) for name in names]
                places = np.arange(len(names)) + 0.38 * (number - 0.5 * (len(sets) - 1))
                axis.barh(places, np.array(ratios) - 1.0, left=1.0, height=0.34, color=colour(number), label=device)
            axis.axvline(1.0, color="#1b1f23", lw=0.8)
            axis.set(xscale="log", xlabel=f"{kind} in CRAM over that in SRAM with a datapath")
            axis.grid(visible=False, axis="y")
        axes[0].set_yticks(np.arange(len(names)), names)
        axes[0].invert_yaxis()
        axes[1].legend(frameon=False, fontsize=8)
    return drawn


def draw(outcomes: Sequence[Outcome], path: Path) -> None:
    """Draw `canvas` into a file."""
    with mpl.rc_context(STYLE):
        save(canvas(outcomes), path)


def text(outcomes: Sequence[Outcome], divisions: Sequence[Division]) -> str:
    """Return docs/howto/cram-workloads.md."""
    sets = list(dict.fromkeys(found.device for found in outcomes))
    tables: list[str] = []
    for device in sets:
        part = [found for found in outcomes if found.device == device]
        tables += [f"### {part[0].title}", "", *_markdown(PRICES, price_rows(part)), ""]
    most = max(each.time_gain for each in divisions)
    row = beside("cram_workloads", {"hybrid-time": most}).loc["hybrid-time"]
    return "\n".join([
        "# Seven workloads in CRAM, and what SRAM takes for them",
        "",
        "Made by `make figures`; a test fails where this page and the code differ. `examples/cram_*.py` run each of "
        "them on its own, with NumPy's result beside; your own is a `Workload` for `study.cram_workloads.measure`:",
        "",
        "```python",
        "from remanence import cram",
        "from remanence.study.cram_workloads import Datapath, Workload, measure",
        "",
        "mine = Workload(",
        '    name="sum of squares",',
        '    what="two bytes a row",',
        '    item="sums",',
        "    rows=65536,",
        "    per_row=1,",
        "    lanes=(cram.asarray(x, 8) * cram.asarray(x, 8)).sum(axis=1),",
        "    expected=(x * x).sum(axis=1),",
        "    datapath=Datapath(read=16, written=17, adders=130, registers=17),",
        ")",
        'print(measure(mine, cram.Array(cell="stt-10nm")))  # x: a sample of the rows, shape (2048, 2)',
        "```",
        "",
        *_markdown(PROGRAMS, program_rows([found for found in outcomes if found.device == sets[0]])),
        "",
        "Gates are NAND of two inputs and NOT alone, the gates with the widest windows; no results differ from "
        "NumPy's with errors off. Rows and arrays are those of the whole task; a sample of the rows is simulated.",
        "",
        "![time and energy over those of SRAM](../figures/cram-workloads.svg)",
        "",
        *tables,
        "## What it says",
        "",
        *(f"- {line}." for line in remarks(outcomes, divisions)),
        "",
        "## The same scope on both sides",
        "",
        "- Data lie in the memory before, results after; loading them from elsewhere is charged to neither. Constants "
        "(weights of the network, kernel, query, read) come with the program in CRAM, and stand in the datapath in "
        "CMOS.",
        "- As many SRAM macros as arrays, with as many bits (card `sram-wide`), on the same node as CRAM's periphery; "
        "each reads or writes a word of 256 bits a cycle. The datapath takes what a word brings, up to 4,096 full "
        "adders wide; gates are those of card `static-cmos`, half as much again goes into control and clock (card "
        "`edge-256`).",
        "- CRAM: presets, lines, decoders, regulator and rows that wait their turn are in time and energy; in brackets "
        "the pulses of the cells alone. The error of a preset pulse is 1e-6, a row of card `standard`.",
        "- The busiest cell's life is for one run after the other, without rotating scratch columns "
        "(`schedule(start=)`), if it bears the pulses of card `standard`.",
        "- Random numbers stand for image, genome and records; the network's weights are random, which takes as many "
        "gates; [with trained ones and real images](../validation/cram-mnist.md).",
        "- The filter of the scan is that of TPC-H query 6, from memory (tpch). Programs whose gates do not depend on "
        "data need no query of their own in the rows: a new query is a new program.",
        "",
        "## Sums in the cells or beside them",
        "",
        "`cram.hybrid_dot` makes the products of bits in the cells, one NAND each, and reads the rows into a tree of "
        "full adders at the edge of each array. Time and energy:",
        "",
        *_markdown(DIVISIONS, division_rows(divisions)),
        "",
        f"Published for such a division of work: up to {row['theirs']:.0f} times less time than cells alone (abstract "
        f"of {row['source']}; its layout and its baseline were not read). Here the gain is at most {most:.3g}: a full "
        "adder of nine NAND is saved for every product, and products still come one a step in a row. With more "
        "products at once (lines in segments), or adders that take more steps than nine, it grows.",
        "",
        "Of the published workloads in CRAM (pattern matching, decision trees, neural networks) only abstracts without "
        "figures could be read, so that none stands here.",
        "",
    ])  # fmt: skip


def remarks(outcomes: Sequence[Outcome], divisions: Sequence[Division]) -> list[str]:
    """Return in words what the tables say."""
    lines = []
    for device in dict.fromkeys(found.device for found in outcomes):
        part = [found for found in outcomes if found.device == device]
        times, energies = ([1.0 / getattr(found, f"{kind}_gain") for found in part] for kind in ("time", "energy"))
        better = [found.workload.name for found in part if found.energy_gain > 1.0]
        lines.append(
            f"set {device}: CRAM takes {_ratio(min(times))} to {_ratio(max(times))} the time and "
            f"{_ratio(min(energies))} to {_ratio(max(energies))} the energy of SRAM; less energy in "
            f"{', '.join(better) or 'none'}"
        )
        lines.append(
            f"set {device}: {_share(min(f.wrong for f in part), 0)} to {_share(max(f.wrong for f in part), 0)} of the "
            "items are wrong"
        )
    lines.append(
        "what is read once and used in few operations gains most, since reading SRAM is then the bill; what is used "
        "often after a read (products, counts) loses, as a full adder is nine pulses here and a few gates there"
    )
    lines.append("a row runs one gate at a time, and a bit line bears only some of the rows: hence the time")
    for device in dict.fromkeys(each.device for each in divisions):
        gains = [each.energy_gain for each in divisions if each.device == device]
        told = "saves energy too" if min(gains) > 1 else "takes more energy, since reading rows costs more than pulses"
        lines.append(f"set {device}: sums in CMOS make a product faster, and it {told}")
    return lines


def _both(time: float, energy: float) -> str:
    return f"{units.show(time, 's')}, {units.show(energy, 'J')}"


def _share(share: float, of: int) -> str:
    if not share:
        return f"none of {of:,}" if of else "none"
    return f"{100 * share:.3g} %" if share > 0.01 else f"{100 * share:.2g} %"


def _ratio(ratio: float) -> str:
    return f"{ratio:,.0f}×" if ratio >= 100 else f"{ratio:.3g}×"


def _markdown(headings: tuple[str, ...], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(headings)} |", f"|{' --- |' * len(headings)}", *(f"| {' | '.join(row)} |" for row in rows)]
