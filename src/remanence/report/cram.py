"""Gates of a logic line, the cost of a program, and a claim taken apart: tables, figures, pages."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure as Canvas
from rich.table import Table

from remanence.core import units
from remanence.data import load_card, rows_of
from remanence.report import assumptions
from remanence.report.document import document
from remanence.report.figures import STYLE, inline, save
from remanence.report.markup import Markup, element, figure, table
from remanence.report.palette import colour
from remanence.study.cram_claim import Claimstudy
from remanence.study.cram_gates import Gatestudy
from remanence.system.catalogue import KINDS

HEADINGS = (
    "gate",
    "preset",
    "window",
    "margin",
    "best voltage",
    "error",
    "worst input",
    "disturb",
    "energy",
    "verdict",
)
STEPS = ("step", "CRAM energy", "CRAM time", "energy gain", "time gain", "what")


def gate_table(study: Gatestudy) -> Table:
    """Return the gates of a cell, a row each."""
    made = Table(
        title=f"gates: {study.title}",
        caption=f"error: mean over input words at the best voltage; a gate passes at {study.most_error:g} or less, and "
        "where it turns over its inputs no more often. disturb: largest current of an input over the one that turns it "
        "over",
    )
    for heading in HEADINGS:
        made.add_column(heading, justify="left" if heading in ("gate", "verdict") else "right")
    for row in _gate_rows(study):
        made.add_row(*row, style=None if row[-1] == "passes" else "dim")
    return made


def _gate_rows(study: Gatestudy) -> list[list[str]]:
    return [
        [
            row["gate"], str(row["preset"]), f"{1e3 * row['low']:.1f} to {1e3 * row['high']:.1f} mV",
            f"{row['margin']:.1%}", f"{1e3 * row['voltage']:.1f} mV", _odds(row["error"]), _odds(row["worst_error"]),
            f"{row['disturb']:.2f}", units.show(row["energy"], "J"), row["refused"] or "passes",
        ]
        for row in study.frame.to_dict("records")
    ]  # fmt: skip


def gate_remarks(study: Gatestudy) -> list[str]:
    """Return in words what the cell is and what it can do."""
    cell, names = study.gates.cell, study.gates.names
    told = (
        f"{cell.topology} cell: R_P {units.show(float(cell.parallel_resistance), 'ohm')}, TMR "
        f"{float(cell.tunnel_magnetoresistance):.0%}, switched in half of the pulses of "
        f"{units.show(float(cell.pulse), 's')} by {units.show(float(cell.to_parallel), 'A')}, width "
        f"{float(cell.width):.1%} of it; transistor {units.show(float(cell.access_resistance), 'ohm')}, logic line "
        f"{units.show(float(cell.line_resistance), 'ohm')}"
    )
    able = f"gates that pass: {', '.join(names)}" if names else "no gate passes: this cell cannot compute"
    needed = _needed(study)
    return [told, able, *needed]


def _needed(study: Gatestudy) -> list[str]:
    lines = []
    for name in ("NAND2", "NMAJ3"):
        part = study.against_tmr[study.against_tmr["gate"] == name]
        good = part[part["error"] <= study.most_error]["tmr"]
        told = f"passes from a TMR of about {good.min():.0%} on" if len(good) else "does not pass up to a TMR of 600 %"
        lines.append(f"{name} {told}, all else as it is")
    return lines


def gate_canvas(study: Gatestudy) -> Canvas:
    """Return windows of all gates, and margin and error of some against TMR."""
    frame, swept = study.frame, study.against_tmr
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(10.5, 4.6), layout="constrained")
        left, middle, right = canvas.subplots(1, 3, width_ratios=(1.25, 1, 1))
        places = np.arange(len(frame))
        passes = frame["refused"] == ""
        colours = [colour(0) if good else "#b9c0c6" for good in passes]
        left.barh(places, 1e3 * (frame["high"] - frame["low"]), left=1e3 * frame["low"], color=colours, height=0.65)
        left.plot(1e3 * frame["voltage"], places, "|", color="#1b1f23", ms=9, label="best voltage")
        left.set_yticks(places, [f"{name} ({preset})" for name, preset in zip(frame["gate"], frame["preset"],
                                                                             strict=True)])  # fmt: skip
        left.invert_yaxis()
        left.grid(visible=False, axis="y")
        left.set_xlim(left=900 * frame["low"].min())
        left.set(xlabel="voltage of the gate, mV", title="windows (preset); blue: passes")
        left.legend(frameon=False, fontsize=8, loc="lower right")
        for place, (name, part) in enumerate(swept.groupby("gate", sort=False)):
            middle.plot(100 * part["tmr"], 100 * part["margin"], color=colour(place), label=str(name))
            right.plot(100 * part["tmr"], part["error"], color=colour(place), label=str(name))
        here = 100 * float(study.gates.cell.tunnel_magnetoresistance)
        for axis in (middle, right):
            axis.axvline(here, color="#444444", lw=0.8, ls="--")
            axis.set(xlabel="TMR at low bias, % (dashed: this cell)", xscale="log")
            axis.set_xticks([50, 100, 200, 500], ["50", "100", "200", "500"])
            axis.xaxis.set_minor_formatter("")
        middle.set(ylabel="width of the window over its middle, %", title="margin")
        right.set(
            ylabel="error, mean over input words",
            yscale="log",
            title="error at the best voltage",
            ylim=(max(1e-12, 0.1 * swept["error"].min()), 1),
        )
        right.axhline(study.most_error, color="#444444", lw=0.8, ls=":")
        right.legend(frameon=False, fontsize=8, loc="lower left")
    return canvas


def gate_page(study: Gatestudy) -> str:
    """Return a page of the gates of a cell as HTML text; it needs no other file and no network."""
    told = "Voltage windows of the gates, and margin and error of some against the TMR."
    remarks = [element("li", line) for line in gate_remarks(study)]
    sections = {
        "verdict": ("What it can do", [element("ul", *remarks)]),
        "windows": ("Windows and errors", [figure("windows", told, Markup(inline(gate_canvas(study))), told)]),
        "gates": ("Gates", [table("Every gate at its best voltage", HEADINGS, _gate_rows(study), class_="wordy")]),
        "assumptions": ("Assumptions", [assumptions.of_cards({card.name: card for card in study.cards})]),
        "references": ("References", [assumptions.references(
            {row.source for card in study.cards for row in rows_of(KINDS[card.kind], card)})]),
    }  # fmt: skip
    return document(f"Gates: {study.title}", f"error up to {study.most_error:g}", sections,
                    footer=element("p", "Made by remanence."), interactive=False)  # fmt: skip


def claim_table(study: Claimstudy) -> Table:
    """Return the claim step by step."""
    made = Table(title=study.case.title, caption="each step keeps those before; the last line stands by itself")
    for heading in STEPS:
        made.add_column(heading, justify="left" if heading in ("step", "what") else "right")
    for row in _claim_rows(study):
        made.add_row(*row)
    return made


def _claim_rows(study: Claimstudy) -> list[list[str]]:
    return [
        [step.name, units.show(step.energy, "J"), units.show(step.time, "s"), _times(step.energy_gain),
         _times(step.time_gain), step.what]
        for step in study.steps
    ]  # fmt: skip


def required_rows(study: Claimstudy) -> list[list[str]]:
    """Return what the published figures require, as text."""
    return [[name, units.show(number, unit)] for name, (number, unit) in study.required.items()]


def claim_remarks(study: Claimstudy) -> list[str]:
    """Return in words what remains of the claim, and what its energy, errors and wear say."""
    last, case = study.last, study.case
    share = study.required["share of the cells in the energy"][0]
    return [
        f"with all steps taken CRAM needs {_times(1 / last.energy_gain)} the energy and {_times(1 / last.time_gain)} "
        "the time of the competent baseline",
        f"cells of set {case.ideal} take {100 * share:.2g} % of the claimed energy: the rest is periphery, or it is "
        "not this application",
        f"wrong outcomes of gates and presets in a neuron: {study.wrong['ideal']:.2g} with majorities of set "
        f"{case.ideal}, {study.wrong['made']:.2g} with those of {case.made}, {study.wrong['reliable']:.2g} with its "
        "NAND",
        f"the busiest cell is worn out after {_long(study.lifetime)} at the claimed rate, after "
        f"{_long(study.lifetime_made)} at that of the last step, if it bears {float(case.cycles):.0e} pulses",
    ]


def claim_canvas(study: Claimstudy) -> Canvas:
    """Return the gains of every step as bars on a logarithmic axis."""
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(9.6, 5.0), layout="constrained")
        axes = canvas.subplots(1, 2, sharey=True)
        names = [step.name for step in study.steps]
        places = np.arange(len(names))
        for axis, gains, label in (
            (axes[0], [step.energy_gain for step in study.steps], "energy gain over the baseline"),
            (axes[1], [step.time_gain for step in study.steps], "time gain over the baseline"),
        ):
            for place, gain in enumerate(gains):
                axis.barh(place, gain - 1.0, left=1.0, height=0.6, color=colour(2 if gain >= 1 else 1))
                axis.text(gain * (1.15 if gain >= 1 else 1 / 1.15), place, _times(gain), va="center", fontsize=8,
                          ha="left" if gain >= 1 else "right")  # fmt: skip
            low, high = min(gains), max(gains)
            axis.set(xscale="log", xlabel=label, xlim=(low / 300, high * 300))
            axis.axvline(1.0, color="#1b1f23", lw=0.8)
            axis.grid(visible=False, axis="y")
        axes[0].set_yticks(places, names)
        axes[0].invert_yaxis()
    return canvas


def draw_claim(study: Claimstudy, path: Path) -> None:
    """Draw `claim_canvas` into a file."""
    with mpl.rc_context(STYLE):
        save(claim_canvas(study), path)


def draw_gates(study: Gatestudy, path: Path) -> None:
    """Draw `gate_canvas` into a file."""
    with mpl.rc_context(STYLE):
        save(gate_canvas(study), path)


def claim_page(study: Claimstudy) -> str:
    """Return a page of the claim as HTML text; it needs no other file and no network."""
    card = load_card("logicclaim", study.case.name)
    others = (("logicarray", "standard"), ("logiccell", study.case.ideal), ("logiccell", study.case.made))
    cards = {item.name: item for item in (card, *(load_card(kind, name) for kind, name in others))}
    told = "Gains in energy and time after each step; green above 1, red below."
    sections = {
        "verdict": ("What remains", [element("ul", *(element("li", line) for line in claim_remarks(study)))]),
        "waterfall": ("Step by step", [
            figure("waterfall", told, Markup(inline(claim_canvas(study))), told),
            table("The whole task at each step", STEPS, _claim_rows(study), class_="wordy"),
        ]),
        "required": ("What the published figures require", [
            table("Solved back", ("quantity", "value"), required_rows(study))]),
        "parameters": ("Parameters", [assumptions.of_cards(cards)]),
        "references": ("References", [assumptions.references(
            {row.source for item in cards.values() for row in rows_of(KINDS[item.kind], item)})]),
    }  # fmt: skip
    return document(study.case.title, card.about or "", sections, footer=element("p", "Made by remanence."),
                    interactive=False)  # fmt: skip


def claim_text(study: Claimstudy) -> str:
    """Return docs/cram-claim.md."""
    return "\n".join([
        "# A claim about CRAM taken apart",
        "",
        "Made by `make figures`; a test fails where this page and the code differ. `remanence cram claim` prints it.",
        "",
        f"{study.case.title}. The ratios were read in a report; everything else about the case is from memory (card "
        f"`{study.case.name}`). Each step changes one thing and keeps those before.",
        "",
        "![gains at each step](figures/cram-claim.svg)",
        "",
        *_markdown(STEPS, _claim_rows(study)),
        "",
        *(f"- {line}." for line in claim_remarks(study)),
        "",
        "## What the published figures require",
        "",
        *_markdown(("quantity", "value"), required_rows(study)),
        "",
        "## How it is computed, and what is assumed",
        "",
        "A neuron is a program of a row: AND of inputs and weights, then a tree of full adders that counts the ones; "
        "gates, columns and presets are those of the scheduled program. Device energies come from the voltage of least "
        "error and the currents at it, over the numbers of zeros that random bits give. Presets draw the current that "
        "fails once in a million. Rows at once follow from the current that the drivers of an array deliver and the "
        "drop along strapped bit lines. Periphery is priced with the node's gates and wires (`cram.drivers`). Loading "
        "images is not charged on either side. The competent baseline is an assumption: lanes, clock, and energies of "
        "a bit and of a binary multiply-accumulate are rows of the card.",
        "",
        "Two of these steps go beyond what others computed for this claim. Cells alone raise the gain in energy before "
        "they lower it, since the claimed energy is nearly all periphery. And the rows that can work at once are far "
        "fewer than an array has, because a bit line carries the current of all of them. Where others took twice the "
        "claimed energy for presets, the preset of a cell here costs several times a gate, as its current must be "
        "certain to switch while that of a gate is split between inputs.",
        "",
        "No gate of the junctions whose parameters this package has measured values for passes at all: their thermal "
        "width is 8 to 16 % of the switching current for pulses of 50 to 5 ns, and their TMR falls with bias "
        "(`remanence cram gates --junction cofeb-double-mgo`). The step to the 45 nm set is therefore the lenient one.",
        "",
    ])  # fmt: skip


def _markdown(headings: tuple[str, ...], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(headings)} |", f"|{' --- |' * len(headings)}", *(f"| {' | '.join(row)} |" for row in rows)]


def _odds(probability: float) -> str:
    return f"{probability:.1e}" if probability < 0.1 else f"{probability:.2f}"


def _times(gain: float) -> str:
    return f"{gain:,.0f}×" if gain >= 100 else f"{gain:.3g}×"


def _long(seconds: float) -> str:
    hours = seconds / 3600.0
    return f"{hours:.3g} hours" if hours < 100 else f"{hours / 24.0:.3g} days"
