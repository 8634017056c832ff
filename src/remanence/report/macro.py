"""The page of one storage macro: the chosen organisation, what its figures are made of, what else there was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from remanence.circuit import Reason
from remanence.circuit.organisation import QUANTITIES
from remanence.core import units
from remanence.core.provenance import versions
from remanence.data import Draws
from remanence.report import assumptions, floorplan, macro_charts
from remanence.report.canvas import html
from remanence.report.document import document
from remanence.report.macro_charts import shown, words
from remanence.report.markup import Markup, bar, details, element, figure, legend, table
from remanence.report.palette import colour
from remanence.study.macro import Chosen
from remanence.study.macro_breakdown import TOTAL, breakdown, unreadable
from remanence.study.macro_breakdown import floorplan as plan_of
from remanence.study.macro_export import cards_of, sources_of

REASONS = {
    Reason.MULTIPLEXER: "the multiplexers do not divide the columns",
    Reason.SHAPE: "more subarrays opened than there are",
    Reason.CAPACITY: "rows, columns and subarrays do not give the capacity",
    Reason.WORD: "the opened subarrays do not give the word",
    Reason.DESTRUCTIVE: "bitlines share an amplifier although a read destroys all cells of its row",
    Reason.SIGNAL: "the signal on the bitline is below what the amplifier needs",
    Reason.LOSS: "the other cells of a bitline leak too much of the signal",
    Reason.ASPECT: "a bank is too long and thin",
    Reason.CONSTRAINT: "outside a limit that was asked for",
}
"""What each reason code means, in words."""
_PARTS = ("read_latency", "write_latency", "read_energy", "write_energy", "area", "leakage")
_MOST = 12
"""Organisations of a front in its table."""


def page(one: Chosen, *, node: str, asked: str, optimised: str, draws: Draws | None = None) -> str:
    """Return the page as HTML text; it needs no other file and no network.

    Args:
        one: from `study.macro.choose`.
        node: name of the node.
        asked: capacity, word, code and target in a line.
        optimised: quantity of which it has the least.
        draws: over the ranges of all rows.
    """
    joint = draws or Draws()
    cards = cards_of(one, node)
    sections = {
        "figures": ("Figures", list(_figures(one, optimised, joint))),
        "organisation": ("Organisation", list(_organisation(one))),
        "parts": ("Where it goes", list(_parts(one, joint))),
        "alternatives": ("What else there was", list(_alternatives(one, optimised))),
        "rejected": ("What was rejected", list(_rejected(one))),
        "assumptions": ("Assumptions", [assumptions.of_cards(cards)]),
        "references": ("References", [assumptions.references(sources_of(cards))]),
    }  # fmt: skip
    yields = yield_section(one)
    if yields:
        sections = {**dict(list(sections.items())[:4]), "yield": ("Yield", yields), **dict(list(sections.items())[4:])}
    return document(f"{one.cell} on {node}", asked, sections, footer=footer(joint))


def footer(draws: Draws) -> Markup:
    """Return what made a page of macros."""
    packages = ", ".join(f"{package} {version}" for package, version in versions().items())
    return element("p", f"Made by remanence. {draws.count} joint draws, seed {draws.seed}. {packages}.")


def _figures(one: Chosen, optimised: str, draws: Draws) -> Iterator[Markup]:
    best = one.best
    failing = unreadable(best.costs(draws=draws))
    read = f"reads a word in {shown(float(best['read_latency'][0]), 'read_latency')}"
    yield element(
        "p", f"Of {len(one.macros):,} legal organisations the one of least {words(optimised)}: it {read} for "
        f"{shown(float(best['read_energy'][0]), 'read_energy')}, writes it in "
        f"{shown(float(best['write_latency'][0]), 'write_latency')} for "
        f"{shown(float(best['write_energy'][0]), 'write_energy')}, and takes {shown(float(best['area'][0]), 'area')}.",
        class_="verdict",
    )  # fmt: skip
    if failing > 0:
        told = (
            f"In {failing:.0%} of the draws the spread of the cells leaves the sense amplifier nothing to tell: no "
            "read, however long. Those draws count as infinite, so an interval may be open above."
        )
        yield element("p", told)
    if one.retained:
        yield element("p", "The retention target is met at the medians of the junction's rows.")
    rows = []
    for quantity in QUANTITIES:
        low, median, high = map(float, one.figures.loc[quantity, ["low", "median", "high"]].to_numpy(dtype=np.float64))
        rows.append([words(quantity), shown(float(best[quantity][0]), quantity), shown(median, quantity),
                     f"{shown(low, quantity)} to {shown(high, quantity)}"])  # fmt: skip
    caption = (
        "At the medians of all rows, and over joint draws of their ranges: median and 80 % interval. Both differ where "
        "a quantity is far from linear in what is uncertain."
    )
    for name, unit in (("wake_time", "s"), ("wake_energy", "J")):
        ends = one.power.loc[name, ["low", "median", "high"]].to_numpy(dtype=np.float64)
        least, middle, most = (units.show(float(end), unit) for end in ends)
        rows.append([f"{words(name)} from standby", "", middle, f"{least} to {most}"])
    yield table(caption, ("quantity", "at the medians", "median of the draws", "80 % interval"), rows)


def _organisation(one: Chosen) -> Iterator[Markup]:
    plan = plan_of(one)
    organisation = one.best.organisations
    asked = ("rows", "columns", "spare", "sense_mux", "output_mux", "banks", "check_bits", "word_bits")
    count = {name: int(np.ravel(getattr(organisation, name))[0]) for name in asked}
    opened = plan.active_across * plan.active_down
    told = (
        f"{count['banks']} bank(s) of {plan.across} x {plan.down} subarrays, each of {plan.rows} rows and "
        f"{plan.columns} columns; an access opens {opened}."
    )
    yield Markup(
        element(
            "div",
            figure("macro-plan", f"The macro: {count['banks']} bank{'s' if count['banks'] > 1 else ''}",
                   floorplan.macro(plan), f"Drawn to scale: {told}",
                   legend([("■", floorplan.CELLS, "banks"), ("■", floorplan.OPENED, "the bank of an access")])),
            figure("bank-plan", f"One bank: {plan.across} x {plan.down} subarrays", floorplan.bank(plan),
                   f"Drawn to scale: {plan.across} x {plan.down} subarrays, of which an access opens {opened}.",
                   legend([("■", floorplan.CELLS, "subarrays"), ("■", floorplan.OPENED, "opened by an access")])),
            figure("subarray-plan", "One subarray", floorplan.subarray(plan),
                   f"Drawn to scale: {plan.rows} x {plan.columns} cells, {plan.amplifiers} sense amplifiers.",
                   legend([("■", floorplan.CELLS, f"{plan.rows} x {plan.columns} cells"),
                           ("■", floorplan.SENSE, f"{plan.amplifiers} sense amplifiers, switches, drivers"),
                           ("■", floorplan.DECODER, "row decoder")])),
            class_="trio",
        )
    )  # fmt: skip
    yield element("p", f"To scale, but for the gaps between banks, which are for the eye. The subarrays are "
                  f"{plan.drawn_share:.0%} of the macro's area; control, code, pump and margins are priced and not "
                  "drawn. Which subarrays an access opens follows the tree of wires, which forks at its top.",
                  class_="note")  # fmt: skip
    rows = [
        ["subarray", f"{plan.rows} rows x {count['columns']} columns"
                     + (f" and {count['spare']} for check bits" if count["spare"] else "")],
        ["size of a subarray", f"{units.show(plan.width, 'm')} x {units.show(plan.height, 'm')}"],
        ["cells of a subarray", f"{plan.cells_width * plan.cells_height / (plan.width * plan.height):.0%} of its area"],
        ["banks", f"{count['banks']}, each of {plan.across} x {plan.down} subarrays"],
        ["opened by an access", f"{opened} subarrays of one bank"],
        ["bitlines on a sense amplifier", str(count["sense_mux"])],
        ["sense amplifiers on a data line", str(count["output_mux"])],
        ["word", f"{count['word_bits']} cells of data, {count['check_bits']} of check bits"],
    ]  # fmt: skip
    yield table("The chosen organisation", ("what", "how many"), rows)


def _parts(one: Chosen, draws: Draws) -> Iterator[Markup]:
    frame = breakdown(one, draws)
    yield element("p", "Bars stand at the medians of all rows and add up to the dark one; lines are 80 % of the draws. "
                  "A decoder's delay ends at the far cell of its wordline; the bitline's is settling and the time to "
                  "develop the sense margin.", class_="note")  # fmt: skip
    drawn = []
    for quantity in _PARTS:
        mine = pd.DataFrame(frame.xs(quantity))
        values = {str(part): float(value) for part, value in mine["value"].items()}
        total = values.pop(TOTAL)
        largest = max(values, key=lambda part: values[part])
        share = values[largest] / total
        key = quantity.replace("_", "-")
        drawn.append(
            figure(
                f"parts-{key}", f"{_first(words(quantity))}: {shown(total, quantity)}",
                html(macro_charts.parts(mine, quantity), f"parts-{key}"),
                f"Parts of the {words(quantity)}; the largest is {words(largest)}, {share:.0%}.",
            )
        )  # fmt: skip
    yield Markup(element("div", *drawn, class_="pair"))
    rows = []
    for quantity, part in frame.index.to_list():
        ends = map(float, frame.loc[(quantity, part), ["value", "low", "high"]].to_numpy(dtype=np.float64))
        rows.append([f"{words(quantity)}: {words(part)}", *(shown(end, quantity) for end in ends)])
    yield details("The numbers", table("By part: at the medians, and the ends of 80 % of the draws",
                                       ("part", "at the medians", "low", "high"), rows))  # fmt: skip


def pairs(optimised: str) -> list[tuple[str, str]]:
    """Return the pairs of quantities whose fronts are drawn: the optimised one first, each pair once."""
    first = optimised if optimised not in ("area", "bandwidth") else "read_latency"
    found = [(first, "area"), (first, "read_energy" if first != "read_energy" else "read_latency"),
             ("write_energy", "area"), ("leakage", "read_latency")]  # fmt: skip
    return list(dict.fromkeys(pair for pair in found if pair[0] != pair[1]))


def _alternatives(one: Chosen, optimised: str) -> Iterator[Markup]:
    told = (
        "Each line is a front: no legal organisation is better in both. The rings behind it are a sample of the "
        "others. All stand at the medians of the rows."
    )
    yield element("p", told, class_="note")
    drawn = []
    for first, second in pairs(optimised):
        key = f"front-{first}-{second}".replace("_", "-")
        edge = one.macros.pareto(first, second)
        told = f"{words(first)} against {words(second)}"
        drawn.append(
            figure(
                key, _first(told), html(macro_charts.front(one.macros, one.best, first, second), key),
                f"Front of {told}: {len(edge)} organisations; the chosen one is marked with a star.",
                legend([("●", colour(0), "front"), ("★", colour(1), "chosen"), ("○", "#8a9097", "others")]),
            )
        )  # fmt: skip
    yield Markup(element("div", *drawn, class_="pair"))
    first, second = pairs(optimised)[0]
    edge = one.macros.pareto(first, second)
    picked = np.unique(np.linspace(0, len(edge) - 1, min(_MOST, len(edge))).astype(int))
    rows = [
        [macro_charts.organisation(edge, place), *(shown(float(edge[name][place]), name) for name in QUANTITIES)]
        for place in map(int, picked)
    ]
    caption = f"{len(picked)} of {len(edge)} organisations on the front of {words(first)} and {words(second)}"
    yield details("The numbers", table(caption, ("organisation", *map(words, QUANTITIES)), rows))


def _rejected(one: Chosen) -> Iterator[Markup]:
    total = one.macros.candidates
    yield element("p", f"Of {total:,} combinations of subarrays and layouts {len(one.macros):,} are legal.")
    ranked = sorted(((reason, number) for reason, number in one.macros.rejected.items() if number), key=lambda x: -x[1])
    counted = sum(number for _, number in ranked)
    rows = [[REASONS[reason], f"{number:,}", bar(number / counted)] for reason, number in ranked]
    yield table("Each combination is counted under the first reason found", ("reason", "how many", "share"), rows)


def yield_section(one: Chosen) -> list[Markup]:
    """Return the yield by temperature (degC, the index) as a table; nothing where the macro has none."""
    found = one.yields
    if found is None or found.empty:
        return []
    rows = [[f"{float(str(place)):.0f} degC", *(_cell(item) for item in row)]
            for place, row in zip(found.index, found.to_numpy().tolist(), strict=True)]  # fmt: skip
    return [table("By temperature", ("temperature", *map(words, map(str, found.columns))), rows)]


def _first(text: str) -> str:
    """Return text with a capital first letter; units keep theirs."""
    return text[:1].upper() + text[1:]


def _cell(item: Any) -> str:
    return f"{item:.4g}" if isinstance(item, float) else str(item)
