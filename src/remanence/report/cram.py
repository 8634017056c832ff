"""A claim taken apart: tables, figure, page."""

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
from remanence.system.catalogue import KINDS

STEPS = ("step", "CRAM energy", "CRAM time", "energy gain", "time gain", "what")


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
        f"inputs that the gates of a neuron turn over: {study.turned['ideal']:.2g} with majorities of set "
        f"{case.ideal}, whose AND drives them with {study.disturb:.2f} of the current that does, images and weights "
        f"among them; {study.turned['reliable']:.1g} with NAND of {case.made}",
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


def _times(gain: float) -> str:
    return f"{gain:,.0f}×" if gain >= 100 else f"{gain:.3g}×"


def _long(seconds: float) -> str:
    hours = seconds / 3600.0
    return f"{hours:.3g} hours" if hours < 100 else f"{hours / 24.0:.3g} days"
