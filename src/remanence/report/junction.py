"""The page of one junction: its data sheet, how it is written, how long it keeps, what wears it, where it works."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure as Canvas

from remanence.core import units
from remanence.core.provenance import versions
from remanence.data import Card, load_card, rows_of
from remanence.device import Breakdown, Stack
from remanence.device.reduced import SMALLEST
from remanence.report import assumptions, operating_window
from remanence.report.document import document
from remanence.report.figures import STYLE, inline, junction_scaling_canvas
from remanence.report.markup import Markup, details, element, figure, table
from remanence.report.palette import colour
from remanence.report.tables import long_time, small_error, specification
from remanence.study.datasheet import BITS, LAWS, PULSES, WRITE_PULSE, YEARS, Sheet, errors_at


def page(sheet: Sheet, card: Card) -> str:
    """Return the page as HTML text; it needs no other file and no network.

    Args:
        sheet: from `study.datasheet.sheet`.
        card: of its stack, for the assumptions.
    """
    device = sheet.junction
    laws = {law: load_card("breakdown", law) for law in LAWS}
    sources = {row.source for row in rows_of(Stack, card)}
    sources |= {row.source for law in laws.values() for row in rows_of(Breakdown, law)}
    name = f"{card.name}, {units.show(float(device.diameter), 'm')}"
    sections = {
        "sheet": ("Data sheet", list(_figures(sheet))),
        "resistance": ("Resistance", [
            _drawn("ohms", "Resistance of both states against voltage", _resistance(sheet),
                   "The antiparallel resistance falls with the bias as the TMR does."),
        ]),
        "writing": ("Writing", list(_writing(sheet))),
        "keeping": ("Keeping", list(_keeping(sheet))),
        "wearing": ("Wearing out", list(_wearing(sheet))),
        "window": ("Where it works", list(_window(sheet))),
        "assumptions": ("Assumptions", [assumptions.of_cards({card.name: card, **laws})]),
        "references": ("References", [assumptions.references(sources)]),
    }  # fmt: skip
    celsius = float(device.temperature) - 273.15
    packages = ", ".join(f"{package} {version}" for package, version in versions().items())
    return document(
        name,
        f"{card.title}; at {celsius:.0f} degC, read at {units.show(sheet.voltage, 'V')}",
        sections,
        footer=element("p", f"Made by remanence. {packages}."),
        interactive=False,
    )


def scaling_page(frame: pd.DataFrame, cards: Sequence[Card]) -> str:
    """Return a page of junctions against diameter; ``frame`` comes from `study.junction_scaling`."""
    rows = [
        [f"{row['stack']}, {units.show(row['diameter'], 'm')}", f"{row['thermal_stability']:.3g}",
         units.show(row["critical_current"], "A"), units.show(row["critical_voltage"], "V"),
         units.show(row["breakdown_voltage"], "V"), row["verdict"]]
        for row in frame.to_dict("records")
    ]  # fmt: skip
    headings = ("junction", "stability", "critical current", "voltage at it", "breakdown", "verdict")
    told = "Thermal stability, critical current and the voltage that drives it, against diameter."
    sections = {
        "curves": ("Against diameter", [_drawn("scaling", told, junction_scaling_canvas(frame), told)]),
        "numbers": ("Numbers", [details("Every diameter", table("Junctions against diameter", headings, rows))]),
        "assumptions": ("Assumptions", [assumptions.of_cards({card.name: card for card in cards})]),
        "references": ("References", [assumptions.references({r.source for c in cards for r in rows_of(Stack, c)})]),
    }  # fmt: skip
    names = ", ".join(card.name for card in cards)
    return document(f"{names} against diameter", "medians of the cards' rows", sections,
                    footer=element("p", "Made by remanence."), interactive=False)  # fmt: skip


def _drawn(key: str, title: str, canvas: Canvas, alternative: str) -> Markup:
    return figure(key, title, Markup(inline(canvas)), alternative)


def _figures(sheet: Sheet) -> Iterator[Markup]:
    yield element("p", sheet.junction.switchability + ".", class_="verdict")
    rows = []
    for item, number in sheet.figures.items():
        low, high = sheet.ranges.get(item.name, (float(number), float(number)))
        ends = [long_time(end, item.unit) for end in (low, high)]
        told = "" if ends[0] == ends[1] else " to ".join(ends)
        rows.append([item.doc, long_time(float(number), item.unit), told])
    caption = "At the medians of the card; 90 % interval over the ranges of its rows"
    yield table(caption, ("figure", "value", "interval"), rows)  # fmt: skip
    left = [element("li", element("b", name.replace("_", " ")), f": {why}") for name, why in sheet.omitted.items()]
    if left:
        yield details(f"{len(left)} not given, and why", element("ul", *left), open_=True)


def _resistance(sheet: Sheet) -> Canvas:
    device = sheet.junction
    volts = np.linspace(-1.0, 1.0, 201) * float(device.stack.breakdown_voltage)
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(6.4, 3.0), layout="constrained")
        axis = canvas.subplots()
        for place, state in enumerate(("P", "AP")):
            ohms = np.asarray(device.resistance(state, voltage=volts)) * np.ones_like(volts)
            axis.plot(volts, ohms * 1e-3, color=colour(place), label=state)
        axis.set(xlabel="voltage over the junction, V (up to breakdown)", ylabel="resistance, kohm", ylim=(0, None))
        axis.legend(frameon=False)
    return canvas


def _writing(sheet: Sheet) -> Iterator[Markup]:
    data = sheet.writing
    if data is None or not data["voltage"].size:
        why = sheet.omitted.get("writing", "the critical voltage lies above the breakdown of the barrier")
        yield element("p", f"No write error is given: {why}.")
        return
    volts, times = data["voltage"].to_numpy(), data["duration"].to_numpy()
    failing = data["write_error"].to_numpy()
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(6.4, 3.4), layout="constrained")
        axis = canvas.subplots()
        for place, volt in enumerate(volts):
            shown = np.where(failing[place] >= SMALLEST, failing[place], np.nan)
            axis.plot(times * 1e9, shown, color=colour(place), label=f"{volt:.2f} V")
        axis.set(xlabel="pulse, ns", ylabel="write error", xscale="log", yscale="log", ylim=(SMALLEST, 2.0))
        axis.legend(frameon=False, title="over the junction")
    yield _drawn("write-error", "Write error against pulse, antiparallel to parallel", canvas,
                 "Write errors fall the faster with the pulse the higher the voltage.")  # fmt: skip
    errors = errors_at(data)
    rows = [[f"{volt:.3f} V", *map(small_error, row)] for volt, row in zip(volts, errors.to_numpy(), strict=True)]
    headings = ("voltage", *(units.show(pulse, "s") for pulse in PULSES))
    yield details("The numbers", table("Write error at pulse ends (Fokker-Planck)", headings, rows))


def _keeping(sheet: Sheet) -> Iterator[Markup]:
    data = sheet.keeping
    if data is None:
        yield element("p", f"No retention is given: {sheet.omitted.get('keeping', '')}.")
        return
    celsius = data["temperature"].to_numpy() - 273.15
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(6.4, 3.0), layout="constrained")
        left, right = canvas.subplots(1, 2)
        left.plot(celsius, data["thermal_stability"], color=colour(0))
        left.set(xlabel="temperature, degC", ylabel="thermal stability", ylim=(0, None))
        right.plot(celsius, data["loss"].where(data["loss"] > 1e-30), color=colour(1))
        right.set(xlabel="temperature, degC", ylabel=f"share lost in {YEARS:g} years", yscale="log")
    yield _drawn("retention", "Stability and loss against temperature", canvas, "Both worsen as it warms.")
    hot = float(data["loss"].to_numpy()[-1])
    lost = f"{hot * BITS:.2g} of {BITS:,} bits" if hot * BITS > 1e-3 else "no bit"
    read = "" if sheet.reading is None else f" One read flips it with a probability of {sheet.reading:.1e}."
    yield element("p", f"In {YEARS:g} years at {celsius[-1]:.0f} degC {lost} of this one design would be lost; the "
                  f"spread from cell to cell comes on top.{read}")  # fmt: skip


def _wearing(sheet: Sheet) -> Iterator[Markup]:
    data = sheet.wearing
    if data is None:
        yield element("p", f"No endurance is given: {sheet.omitted.get('wearing', '')}.")
        return
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(6.4, 3.0), layout="constrained")
        axis = canvas.subplots()
        for place, name in enumerate(data.data_vars):
            axis.plot(data["voltage"], data[name], color=colour(place), label=str(name))
        axis.set(xlabel="voltage over the junction, V", ylabel="pulses", yscale="log")
        axis.legend(frameon=False)
    told = f"Pulses of {units.show(WRITE_PULSE, 's')} until one cell in a million is broken"
    yield _drawn("endurance", told, canvas, f"{told}: two laws of acceleration, decades apart at low voltage.")
    yield element("p", "The constants of both laws are recalled or assumed; they show how far apart honest "
                  "extrapolations lie, not what a given barrier stands.", class_="note")  # fmt: skip


def _window(sheet: Sheet) -> Iterator[Markup]:
    if sheet.window is None:
        yield element("p", f"No window is given: {sheet.omitted.get('window', '')}")
        return
    writable = bool(sheet.window["writable"].any())
    told = "There is a window" if writable else "No point of the map meets all of it"
    yield element("p", f"Asked for: {specification()}. {told}.")
    yield _drawn("operating-window", "Operating window: voltage and pulse in which all specifications hold",
                 operating_window.canvas(sheet.window), f"{told}; the regions are named beside the map.")  # fmt: skip
