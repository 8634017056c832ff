"""Gates of a logic line: what this TMR allows, what each would need, how errors move: tables, figures, page."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter, NullFormatter
from rich.table import Table
from scipy.special import ndtri

from remanence.core import units
from remanence.cram.cells.gate_set import MOST_WRONG
from remanence.cram.cells.response import Curve
from remanence.data import rows_of
from remanence.report import assumptions
from remanence.report.document import document
from remanence.report.figures import STYLE, inline, save
from remanence.report.markup import Markup, element, figure, table
from remanence.report.palette import colour
from remanence.study.cram_gates import LEAST, SHOWN, Gatestudy
from remanence.system.catalogue import KINDS

HEADINGS = (
    "gate", "here", "needs TMR", "window", "margin", "best voltage", "error", "worst input", "disturb", "energy",
    "verdict",
)  # fmt: skip
_WORN = 1e12
"""Pulses that a junction of a memory is usually asked to bear; fewer are told of."""
_OFF = "#b9c0c6"
_INK = "#1b1f23"


def gate_table(study: Gatestudy) -> Table:
    """Return the gates of a cell, a row each."""
    made = Table(
        title=f"gates: {study.title}",
        caption=f"error: mean over input words at the best voltage; a gate passes at {study.most_error:g} or less, and "
        "where it turns over its inputs no more often. worst input: error with the worst number of inputs at 0. "
        "disturb: largest current of an input over the one that turns it over",
    )
    for heading in HEADINGS:
        made.add_column(heading, justify="left" if heading in ("gate", "verdict") else "right")
    for row in gate_rows(study):
        made.add_row(*row, style=None if row[-1] == "passes" else "dim")
    return made


def gate_rows(study: Gatestudy) -> list[list[str]]:
    """Return the cells of the table of gates, as text."""
    return [
        [
            row["gate"], "no" if row["refused"] else "yes", _tmr(study, row["gate"]),
            f"{1e3 * row['low']:.1f} to {1e3 * row['high']:.1f} mV",
            f"{row['margin']:.1%}",
            f"{1e3 * row['voltage']:.1f} mV", odds(row["error"]), odds(row["worst_error"]), f"{row['disturb']:.2f}",
            units.show(row["energy"], "J"), row["refused"] or "passes",
        ]
        for row in study.frame.to_dict("records")
    ]  # fmt: skip


def _tmr(study: Gatestudy, name: str) -> str:
    return _ratio(study, study.needed[name])


def _ratio(study: Gatestudy, needed: float) -> str:
    least, most = float(study.against_tmr["tmr"].min()), float(study.against_tmr["tmr"].max())
    if not np.isfinite(needed):
        return f"above {most:.0%}"
    return f"below {least:.0%}" if needed <= least else f"{needed:.0%}"


def gate_remarks(study: Gatestudy) -> list[str]:
    """Return in words which gates this cell can do, what the others would need, and what the cell is."""
    cell, names = study.gates.cell, study.gates.names
    ratio = f"a TMR of {float(cell.tunnel_magnetoresistance):.0%}"
    able = f"gates that pass at {ratio}: {', '.join(names)}" if names else f"no gate passes at {ratio}"
    wanting = {name: study.needed[name] for name in study.gates.refused}
    reachable = sorted((name for name in wanting if np.isfinite(wanting[name])), key=lambda name: wanting[name])
    never = [name for name in wanting if not np.isfinite(wanting[name])]
    lines = [able]
    if reachable:
        told = ", ".join(f"{name} {_tmr(study, name)}" for name in reachable)
        lines.append(f"TMR that the others would need, all else as it is: {told}")
    if never:
        lines.append(f"at no TMR up to {study.against_tmr['tmr'].max():.0%}: {', '.join(never)}")
    lines.append(
        f"{cell.topology} cell: R_P {units.show(float(cell.parallel_resistance), 'ohm')}, switched in half of the "
        f"pulses of {units.show(float(cell.pulse), 's')} by {units.show(float(cell.to_antiparallel), 'A')} to AP and "
        f"{units.show(float(cell.to_parallel), 'A')} to P; transistor "
        f"{units.show(float(cell.access_resistance), 'ohm')}, logic line "
        f"{units.show(float(cell.line_resistance), 'ohm')}"
    )
    return [*lines, *_reasons(study)]


def _reasons(study: Gatestudy) -> list[str]:
    """Return why NAND2, the gate of the widest window after NOT, passes or fails, and how much the barrier bears."""
    cell, sheet = study.gates.cell, study.gates.sheets["NAND2"]
    response = None if study.design is None else study.design.response
    thermal = f" ({max(response.width):.1%} thermal)" if isinstance(response, Curve) else ""
    lines = [
        f"the switching current is {float(cell.width):.1%} wide{thermal}, the window of NAND2 "
        f"{float(sheet.window.margin):.1%}: an error of {study.most_error:g} needs about "
        f"{2.0 * _deviations(study.most_error):.1f} widths"
    ]
    swept = study.against_pulse
    if len(swept) and "NAND2" in study.gates.refused:
        part = swept[swept["gate"] == "NAND2"]
        good, longest = part[part["error"] <= study.most_error]["pulse"], part.iloc[int(np.argmax(part["pulse"]))]
        if len(good):
            lines.append(f"NAND2 passes with pulses from {units.show(float(good.min()), 's')} on")
        else:
            lines.append(
                f"no pulse up to {units.show(float(longest['pulse']), 's')} is long enough for NAND2 at this TMR: its "
                f"error is {odds(longest['error'])} there, and a TMR of {_ratio(study, longest['nand_needs'])} needed"
            )
    if float(cell.breakdown_voltage) <= 0.0:
        return [*lines, "the breakdown voltage of this set is not known: not checked"]
    worst = max((study.gates.sheets[name] for name in study.gates.names or ("NAND2",)), key=lambda one: one.stress)
    told = f"{worst.gate.name} puts {worst.stress:.2f} V on a junction that breaks at {cell.breakdown_voltage:.2f} V"
    count = study.cycles.get(worst.gate.name)
    if count is not None:
        told += f": one in a million is broken after {count:.1e} pulses" + (" only" if count < _WORN else "")
    return [*lines, told]


def _deviations(share: float) -> float:
    return float(-ndtri(share))


def sweep_tables(study: Gatestudy) -> list[Table]:
    """Return errors against TMR, temperature and pulse; those of a junction where it was swept."""
    made = []
    for title, headings, rows in _sweeps(study):
        one = Table(title=title)
        for heading in headings:
            one.add_column(heading, justify="right")
        for row in rows:
            one.add_row(*row)
        made.append(one)
    return made


def _sweeps(study: Gatestudy) -> list[tuple[str, tuple[str, ...], list[list[str]]]]:
    found: list[tuple[str, tuple[str, ...], list[list[str]]]] = []
    for frame, what, show in (
        (study.against_tmr[study.against_tmr["tmr"].isin(study.against_tmr["tmr"].unique()[::2])], "tmr",
         lambda x: f"{x:.0%}"),
        (study.against_temperature, "temperature", lambda x: f"{x - 273.15:.0f} degC"),
        (study.against_pulse, "pulse", lambda x: units.show(x, "s")),
    ):  # fmt: skip
        if not len(frame):
            continue
        wide = "width" in frame
        rows = []
        for number, part in frame.groupby(what, sort=True):
            errors = {row["gate"]: "constant" if row["worst"] > MOST_WRONG else odds(row["error"])
                      for row in part.to_dict("records")}  # fmt: skip
            row = [show(number), *(errors[name] for name in SHOWN)]
            if wide:
                one = part.iloc[0]
                row += [_ratio(study, one["nand_needs"]), f"{one['width']:.1%}", f"{part['stress'].max():.2f} V"]
            rows.append(row)
        more = ("NAND2 needs TMR", "width", "on a junction") if wide else ()
        headings = (what.upper() if what == "tmr" else what, *SHOWN, *more)
        found.append((f"error at the best voltage against {headings[0]}", headings, rows))
    return found


def _windows(study: Gatestudy, axes: Axes) -> None:
    """Draw the windows of all gates with their best voltages."""
    frame = study.frame
    places = np.arange(len(frame))
    colours = [colour(0) if not why else _OFF for why in frame["refused"]]
    axes.barh(places, 1e3 * (frame["high"] - frame["low"]), left=1e3 * frame["low"], color=colours, height=0.65)
    axes.plot(1e3 * frame["voltage"], places, "|", color=_INK, ms=9, label="best voltage")
    axes.set_yticks(places, frame["gate"])
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.set(xlabel="voltage of the gate, mV", xlim=(800 * frame["low"].min(), 1150 * frame["high"].max()))
    axes.legend(frameon=False, fontsize=8, loc="best")


def _needs(study: Gatestudy, axes: Axes) -> None:
    """Draw the TMR from which each gate passes, beside that of the cell."""
    largest, least = 100 * study.against_tmr["tmr"].max(), 100 * study.against_tmr["tmr"].min()
    names = list(study.gates.sheets)
    for place, name in enumerate(names):
        needed = 100 * study.needed[name]
        shade = colour(0) if name not in study.gates.refused else "#9cc4d8"
        if np.isfinite(needed):
            axes.barh(place, largest - needed, left=needed, color=shade, height=0.65)
        else:
            axes.text(1.06 * least, place, "at none of these", va="center", fontsize=8, color="#777777")
    axes.axvline(100 * float(study.gates.cell.tunnel_magnetoresistance), color=_INK, lw=1.0, ls="--", label="this cell")
    axes.set_yticks(np.arange(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")
    axes.set(xscale="log", xlim=(least, largest), xlabel="TMR at low bias, %")
    _plain_ticks(axes)
    axes.legend(frameon=False, fontsize=8, loc="lower right")


def _course(study: Gatestudy, axes: Axes, what: str) -> None:
    """Draw errors at the best voltage; a line ends where a gate is more often wrong than right for some input word."""
    frame: pd.DataFrame = getattr(study, f"against_{what}")
    scale, shift, label, here = _axis(study, what)
    for place, (name, part) in enumerate(frame.groupby("gate", sort=False)):
        drawn = np.where(part["worst"] > MOST_WRONG, np.nan, part["error"])
        axes.plot(scale * part[what] - shift, drawn, color=colour(place), label=str(name),
                  marker="" if what == "tmr" else "o", ms=3)  # fmt: skip
    axes.axhline(study.most_error, color="#444444", lw=0.8, ls=":")
    axes.axvline(here, color=_INK, lw=1.0, ls="--")
    axes.set(xlabel=label, yscale="log", ylabel="error, mean over input words",
             ylim=(max(1e-9, 0.3 * min(frame["error"].min(), study.most_error)), 1))  # fmt: skip
    if what != "temperature":
        axes.set_xscale("log")
    if what == "tmr":
        _plain_ticks(axes)
    axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.45, -0.16), ncols=4)


def _axis(study: Gatestudy, what: str) -> tuple[float, float, str, float]:
    cell = study.gates.cell
    if what == "tmr":
        return 100.0, 0.0, "TMR at low bias, %", 100.0 * float(cell.tunnel_magnetoresistance)
    if what == "pulse":
        return 1e9, 0.0, "pulse, ns", 1e9 * float(cell.pulse)
    assert study.design is not None
    return 1.0, 273.15, "temperature, degC", float(study.design.junction.temperature) - 273.15


def _plain_ticks(axes: Axes) -> None:
    axes.set_xticks([50, 100, 200, 500, 1000])
    axes.xaxis.set_major_formatter(FuncFormatter(lambda number, _: f"{number:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())


def gate_canvas(study: Gatestudy) -> Canvas:
    """Return windows, needed TMR and errors against TMR side by side."""
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(12.0, 4.8), layout="constrained")
        for axes, (draw, title) in zip(canvas.subplots(1, 3), (
            (_windows, "windows; dark: passes"), (_needs, "TMR from which a gate passes"),
            (lambda study, axes: _course(study, axes, "tmr"), "error at the best voltage"),
        ), strict=True):  # fmt: skip
            draw(study, axes)
            axes.set_title(title)
    return canvas


def draw_gates(study: Gatestudy, path: Path) -> None:
    """Draw `gate_canvas` into a file."""
    with mpl.rc_context(STYLE):
        save(gate_canvas(study), path)


def gate_page(study: Gatestudy) -> str:
    """Return a page of the gates of a cell as HTML text; it needs no other file and no network."""
    remarks = gate_remarks(study)
    first = element("p", remarks[0], class_="verdict")
    sections: dict[str, tuple[str, list[Markup]]] = {
        "verdict": ("What this TMR allows", [
            first,
            element("ul", *(element("li", line) for line in remarks[1:])),
            element("div", _drawn("needed", "TMR from which each gate passes; dark: it does here", _needs, study),
                    _drawn("windows", "Voltage windows at the median switching current; dark: passes", _windows, study),
                    class_="pair"),
        ]),
        "gates": ("Gates", [table("Every gate at its best voltage", HEADINGS, gate_rows(study), class_="wordy")]),
    }  # fmt: skip
    courses = [what for what in ("tmr", "temperature", "pulse") if len(getattr(study, f"against_{what}"))]
    content = [
        element("p", "Each gate at its best voltage; dotted: what is allowed, dashed: this cell. A line ends, and a "
                "table says constant, where some input word comes out wrong more often than right: no such voltage "
                "makes a gate.", class_="note"),
        element("div", *(_drawn(what, f"Error against {'TMR' if what == 'tmr' else what}",
                                functools.partial(_course, what=what), study) for what in courses), class_="pair"),
        *(table(title, headings, rows) for title, headings, rows in _sweeps(study)),
    ]  # fmt: skip
    if study.design is None:
        content.append(element("p", "A published set has neither temperature nor a curve over pulses: give a junction "
                               "to see them.", class_="note"))  # fmt: skip
    sections["sweeps"] = ("Errors against TMR, temperature and pulse", content)
    sections["assumptions"] = ("Assumptions", [assumptions.of_cards({card.name: card for card in study.cards})])
    sections["references"] = ("References", [assumptions.references(
        {row.source for card in study.cards for row in rows_of(KINDS[card.kind], card)})])  # fmt: skip
    return document(f"Gates: {study.title}", f"error up to {study.most_error:g}", sections,
                    footer=element("p", "Made by remanence."), interactive=False)  # fmt: skip


def _drawn(name: str, told: str, draw: Callable[[Gatestudy, Axes], None], study: Gatestudy) -> Markup:
    with mpl.rc_context(STYLE):
        canvas = Canvas(figsize=(5.0, 4.6), layout="constrained")
        draw(study, canvas.subplots())
    return figure(name, told, Markup(inline(canvas)), told)


def odds(probability: float) -> str:
    """Return a probability as text: a share from one in a hundred on."""
    if probability <= LEAST:
        return f"< {LEAST:.0e}"
    return f"{probability:.1e}" if probability < 0.01 else f"{probability:.1%}"
