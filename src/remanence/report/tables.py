"""Results as tables for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from rich.markup import escape
from rich.table import Table

from remanence.core import units
from remanence.device import Datasheet
from remanence.device.reduced import SMALLEST
from remanence.report import verdict
from remanence.system import Figure
from remanence.system.catalogue import Entry

if TYPE_CHECKING:
    from remanence.device import Calibration
    from remanence.outlook import Judgement
    from remanence.study import Comparison
    from remanence.study.datasheet import Sheet
    from remanence.study.macro import Chosen
    from remanence.study.sweep import Tolerance


def _range(figure: Figure | None) -> str:
    if figure is None:
        return "not known"
    if figure.low == figure.high:
        return units.show(figure.value, figure.unit)
    low, high = (units.show(number, figure.unit, 2) for number in (figure.low, figure.high))
    (first, unit), (_, top) = low.split(" "), high.split(" ")
    span = f"{first} .. {high}" if unit == top else f"{low} .. {high}"
    return f"{units.show(figure.value, figure.unit)}\n[dim]{span}[/]"


def comparison(result: Comparison) -> Table:
    """Return the comparison of chips, one row each; ranges are 90 % intervals."""
    first = result.evaluations[result.names[0]].accuracy
    caption = (
        "accuracy: mean over programmed chips on the same images, 95 % interval",
        f"the choice of {first.images} images alone adds +-{100 * first.sampling_error:.1f} points",
        "costs: medians, 90 % interval over the parameters' ranges, per inference",
    )
    table = Table(
        title=f"{first.images} test images; float {first.float_model:.2%}, 8-bit integer {first.quantised:.2%}",
        caption="; ".join(caption),
        show_lines=True,
    )
    table.add_column("chip", no_wrap=True)
    for heading in ("accuracy", "energy", "over first", "latency", "energy/MAC", "area", "standby", "store weights"):
        table.add_column(heading)
    for name in result.names:
        accuracy, estimate = result.evaluations[name].accuracy, result.estimates[name]
        low, high = accuracy.interval
        mark = "" if estimate.scope == "chip" else f"\n[dim]{estimate.scope} scope[/]"
        table.add_row(
            f"[bold]{name}[/]{mark}",
            f"{accuracy.mean:.2%}" + (f"\n[dim]{low:.2%} .. {high:.2%}[/]" if high - low > 5e-5 else ""),
            _range(estimate.energy),
            f"{result.energy_ratio(name).value:.3g}",
            _range(estimate.latency),
            _range(estimate.energy_per_multiply),
            _range(estimate.area),
            _range(estimate.standby),
            _range(estimate.write_energy),
        )
    return table


def remarks(result: Comparison) -> list[str]:
    """Return what a reader must know beside the table: what stays digital, scopes, flags of the estimates."""
    return [f"[bold]{', '.join(names)}[/]: {line}" for line, names in verdict.remarks(result).items()]


def breakdown(result: Comparison, name: str) -> Table:
    """Return the energy of one chip by layer and component."""
    frame = result.estimates[name].table()
    table = Table(title=f"{name}: energy by layer and component")
    table.add_column("layer")
    for component in frame.columns:
        table.add_column(str(component), justify="right")
    for layer, row in frame.iterrows():
        cells = [units.show(float(row[c]), "s" if c == "latency" else "J") for c in frame.columns]
        table.add_row(f"[bold]{layer}[/]" if layer == "total" else str(layer), *cells)
    return table


def spread_sweep(frame: pd.DataFrame, name: str) -> Table:
    """Return accuracy against the spread of the junction resistance."""
    first = frame.iloc[0]
    setting = (
        f"{first['rows']:.0f} rows, TMR {first['tmr']:.0%} at the read voltage",
        f"{first['converter_bits']:.0f}-bit converters, range {first['lowest']:.0f} to {first['highest']:.0f} cells",
        "* the sourced spread",
    )
    table = Table(title=f"{name}: accuracy against the spread of R_P", caption="; ".join(setting))
    for heading in ("spread", "accuracy", "95 % interval", "worst chip", "loss, points"):
        table.add_column(heading, justify="right")
    for spread, row in frame.iterrows():
        table.add_row(
            f"{float(str(spread)):.1%}{'*' if row['sourced'] else ''}",
            f"{row['accuracy']:.2%}",
            f"{row['accuracy_low']:.2%} .. {row['accuracy_high']:.2%}",
            f"{row['worst_chip']:.2%}",
            f"{row['loss_points']:.2f}",
        )
    return table


def tolerances(limits: Mapping[str, Tolerance]) -> Table:
    """Return the spread between cells that each chip bears before it loses so many points."""
    points = next(iter(limits.values())).points
    table = Table(
        title=f"spread between cells at which accuracy falls by {points:g} points",
        caption="standard deviation of a conducting cell over its nominal value; only this spread grows",
    )
    for heading in ("chip", "what spreads", "on the card", "at the limit", "times the card"):
        table.add_column(heading, justify="left" if heading in ("chip", "what spreads") else "right")
    for name, one in limits.items():
        found = f"above {one.tried:.1%}" if one.limit is None else f"{one.limit:.1%}"
        margin = f"over {one.tried / one.spread:.3g}" if one.margin is None else f"{one.margin:.2g}"
        if one.limit is None and float(one.sweep["loss_points"].iloc[0]) >= points:
            found, margin = "below the card's", "below 1"
        table.add_row(name, one.axis.label.partition(" over the ")[0], f"{one.spread:.1%}", found, margin)
    return table


def scaling(frame: pd.DataFrame) -> Table:
    """Return junctions against diameter."""
    table = Table(title="junctions against diameter")
    for heading in ("stack", "diameter", "stability", "I_c0", "V at I_c0", "breakdown", "verdict"):
        table.add_column(heading)
    for row in frame.to_dict("records"):
        table.add_row(
            row["stack"],
            units.show(row["diameter"], "m"),
            f"{row['thermal_stability']:.0f}",
            units.show(row["critical_current"], "A"),
            units.show(row["critical_voltage"], "V"),
            units.show(row["breakdown_voltage"], "V"),
            row["verdict"],
        )
    return table


def card(title: str, rows: Sequence[Entry]) -> Table:
    """Return every field of a card with range and source."""
    table = Table(title=title)
    table.add_column("field", no_wrap=True)
    for heading in ("value", "range", "kind", "source", "meaning"):
        table.add_column(heading)
    for entry in rows:
        row = entry.row
        if row is None:
            table.add_row(entry.field, str(entry.content), "", "part" if entry.part else "design", "", entry.doc)
            continue
        low, high = (units.show(number, row.unit) for number in (row.low, row.high))
        source = f"{row.source}{' (recalled)' if row.recalled else ''}{': ' + row.locator if row.locator else ''}"
        table.add_row(
            entry.field,
            units.show(row.value, row.unit),
            f"{low} .. {high}" if row.uncertain else "",
            row.kind,
            source,
            entry.doc,
        )
    return table


def data_sheet(figures: Datasheet, ranges: Mapping[str, tuple[float, float]] | None = None, title: str = "") -> Table:
    """Return the static figures of one junction, with intervals where they are given."""
    table = Table(title=title or "data sheet", caption="90 % interval over the ranges of the card" if ranges else None)
    for heading in ("figure", "value", "interval") if ranges else ("figure", "value"):
        table.add_column(heading)
    for item, number in figures.items():
        cells = [item.doc, long_time(float(number), item.unit)]
        if ranges:
            ends = [long_time(end, item.unit) for end in ranges.get(item.name, (float(number), float(number)))]
            cells.append("" if ends[0] == ends[1] else " .. ".join(ends))
        table.add_row(*cells)
    return table


def long_time(number: float, unit: str) -> str:
    """Return a value with its unit; seconds beyond a life as a power of ten."""
    return f"10^{np.log10(number):.1f} s" if unit == "s" and number > 1e9 else units.show(number, unit)


def small_error(error: float) -> str:
    """Return a write error as people read it; below what the solution vouches for, only that."""
    return f"{error:.1e}" if error >= SMALLEST else f"below {SMALLEST:.0e}"


def write_errors(sheet: Sheet) -> Table | None:
    """Return write errors by voltage and pulse; None where there is no voltage to write with."""
    from remanence.study.datasheet import PULSES, errors_at

    data = sheet.writing
    if data is None or not data["voltage"].size:
        return None
    errors = errors_at(data)
    table = Table(
        title="write error (AP to P)", caption="Fokker-Planck; voltage over the junction, below its breakdown"
    )
    for heading in ("voltage", *(units.show(pulse, "s") for pulse in PULSES)):
        table.add_column(heading, justify="right")
    for volt, row in zip(errors.index, errors.to_numpy(), strict=True):
        table.add_row(units.show(float(volt), "V"), *(small_error(error) for error in row))
    return table


_MACRO_UNITS = {"area": "m^2", "bandwidth": "Hz", "leakage": "W", "standby": "W", "read_energy": "J",
                "read_latency": "s", "write_energy": "J", "write_latency": "s"}  # fmt: skip


def _macro_figure(figures: pd.DataFrame, quantity: str) -> str:
    """A quantity of a macro with its interval; bandwidth in bits a second."""
    unit = _MACRO_UNITS[quantity]
    ends = figures.loc[quantity, ["median", "low", "high"]].to_numpy(dtype=np.float64)
    shown = ["no read" if np.isinf(end) else units.show(float(end), unit).replace("Hz", "bit/s") for end in ends]
    return f"{shown[0]}\n{shown[1]} .. {shown[2]}"


def macros(chosen: Mapping[str, Chosen], optimised: str) -> Table:
    """Return chosen macros side by side, a row each."""
    table = Table(
        title=f"macros of least {optimised.replace('_', ' ')}",
        caption="median and 80 % interval over the rows' ranges; bandwidth: random reads, all banks at work; "
        "'no read': the cells' spread leaves no signal",
        show_lines=True,
    )
    for heading in ("macro", "rows x columns", "legal", *(name.replace("_", " ") for name in _MACRO_UNITS)):
        table.add_column(heading)
    for name, one in chosen.items():
        shape = one.best.organisations
        table.add_row(
            f"[bold]{escape(name)}[/]", f"{int(np.ravel(shape.rows)[0])} x {int(np.ravel(shape.columns)[0])}",
            f"{len(one.macros):,}", *(_macro_figure(one.figures, quantity) for quantity in _MACRO_UNITS),
        )  # fmt: skip
    return table


def power(one: Chosen) -> Table:
    """Return what a macro takes while idle and to come back, with intervals."""
    table = Table(title=f"{one.cell}: idle, power-down and wake-up")
    for heading in ("quantity", "median", "80 % interval"):
        table.add_column(heading)
    for name, unit in (("leakage", "W"), ("standby", "W"), ("wake_time", "s"), ("wake_energy", "J")):
        ends = one.power.loc[name, ["low", "median", "high"]].to_numpy(dtype=np.float64)
        low, median, high = (units.show(float(end), unit) for end in ends)
        table.add_row(name.replace("_", " "), median, f"{low} .. {high}")
    return table


def yields(one: Chosen) -> Table:
    """Return bit errors and yield of a macro by temperature."""
    found = one.yields
    assert found is not None
    table = Table(title=f"{one.cell}: bit errors and yield by temperature, at the medians")
    for heading in ("degC", *(str(name).replace("_", " ") for name in found.columns)):
        table.add_column(heading, justify="right")
    for celsius, row in zip(found.index, found.to_numpy(dtype=np.float64), strict=True):
        table.add_row(f"{float(str(celsius)):.0f}", *(f"{figure:.3g}" for figure in row))
    return table


def pareto(one: Chosen, first: str, second: str) -> Table:
    """Return the front of two quantities, at most twelve of its organisations."""
    front = one.macros.pareto(first, second)
    table = Table(title=f"{one.cell}: front of {first.replace('_', ' ')} and {second.replace('_', ' ')} (medians)")
    for heading in ("rows x columns", *(name.replace("_", " ") for name in _MACRO_UNITS)):
        table.add_column(heading, justify="right")
    picked = np.unique(np.linspace(0, len(front) - 1, min(12, len(front))).astype(int))
    rows, columns = (np.ravel(getattr(front.organisations, name)) for name in ("rows", "columns"))
    for place in picked:
        cells = [
            units.show(float(front[name][place]), unit).replace("Hz", "bit/s") for name, unit in _MACRO_UNITS.items()
        ]
        table.add_row(f"{int(rows[place])} x {int(columns[place])}", *cells)
    return table


def specification() -> str:
    """Return in words what the operating window asks for."""
    from remanence.study.datasheet import LAWS
    from remanence.study.datasheet import SPECIFICATION as WANTED

    return (
        f"a write error up to {WANTED['write_error']:.0e}, {WANTED['cycles']:.0e} writes that break at most "
        f"{WANTED['breakdown_ppm']:g} cell in a million (by the law {LAWS[0]}), {WANTED['reads']:.0e} reads that flip "
        f"it with at most {WANTED['disturb']:.0e}"
    )


def junction_remarks(sheet: Sheet) -> list[str]:
    """Return what stands below a data sheet: whether it can be written, kept and worn, and what is left out."""
    lines = [sheet.junction.switchability]
    if sheet.keeping is not None:
        hot = sheet.keeping.isel(temperature=-1)
        lines.append(
            f"at {float(hot['temperature']) - 273.15:.0f} degC: stability {float(hot['thermal_stability']):.1f}, "
            f"{float(hot['loss']):.1e} of the bits lost in 10 years"
        )
    if sheet.reading is not None:
        lines.append(f"one read at {units.show(sheet.voltage, 'V')} for 10 ns flips it with {sheet.reading:.1e}")
    writing = sheet.writing
    if sheet.wearing is not None and writing is not None and writing["voltage"].size:
        volts = writing["voltage"].to_numpy()
        volt = float(volts[min(1, volts.size - 1)])
        cycles = sorted(float(np.exp(np.interp(volt, sheet.wearing["voltage"], np.log(sheet.wearing[name]))))
                        for name in sheet.wearing.data_vars)  # fmt: skip
        lines.append(
            f"pulses of 10 ns at {volt:.2f} V until one cell in a million is broken: {cycles[0]:.0e} to "
            f"{cycles[-1]:.0e}, by two laws whose constants are recalled or assumed"
        )
    if sheet.window is not None:
        there = "a window of voltage and pulse" if bool(sheet.window["writable"].any()) else "no voltage and pulse"
        lines.append(f"{there} meets {specification()}")
    return [*lines, *(f"not given: {name.replace('_', ' ')} ({why})" for name, why in sheet.omitted.items())]


def calibration(result: Calibration) -> Table:
    """Return the estimates of a calibration with their 95 % intervals."""
    tested = "goodness of fit not testable"
    if result.p_value is not None:
        tested = f"goodness of fit: p = {result.p_value:.2g}, {result.degrees_of_freedom} degrees of freedom"
    table = Table(title=f"{result.file}: {result.model}", caption=f"{len(result.points)} points; {tested}")
    for heading in ("estimate", "value", "standard error", "95 % interval", "how"):
        table.add_column(heading)
    for one in result.estimates:
        held = one.how == "fixed"
        ends = " .. ".join(units.show(end, one.unit, 4) for end in (one.low, one.high))
        table.add_row(
            one.doc, units.show(one.value, one.unit, 4), "" if held else units.show(one.standard_error, one.unit, 2),
            "" if held else ends, one.how,
        )  # fmt: skip
    return table


def _verdict(judgement: Judgement) -> str:
    return judgement.verdict + (f" {escape(judgement.only_at)}" if judgement.only_at else "")


def claims(judgements: Mapping[str, Judgement]) -> Table:
    """Return claims with verdict and leading evidence, one row each."""
    table = Table(
        title="claims, each at its operating point",
        caption="intervals: 90 % over the ranges of the rows; remanence claims NAME explains one",
        show_lines=True,
    )
    for heading in ("name", "claim", "verdict", "leading evidence"):
        table.add_column(heading, no_wrap=heading == "name")
    for name, judgement in judgements.items():
        first = judgement.evidence[0].figure
        table.add_row(
            f"[bold]{name}[/]",
            escape(judgement.claim.title),
            _verdict(judgement),
            f"{escape(first.name)}: {_inline(first)}",
        )
    return table


def claim_paragraph(judgement: Judgement) -> list[str]:
    """Return the explanation of one claim: its words, where it is judged, the verdict and why."""
    claim = judgement.claim
    return [
        f"[bold]{escape(claim.title)}[/]",
        f'"{escape(claim.statement)}" ({claim.source}, {escape(claim.locator)})',
        f"[bold]judged at[/] {escape(claim.operating_point)}",
        f"[bold]{_verdict(judgement)}[/]. {escape(judgement.because)}",
        f"[bold]what would change it[/] {escape(claim.would_change)}",
    ]


def evidence(judgement: Judgement) -> Table:
    """Return the computed figures behind one verdict."""
    table = Table(title="evidence", caption="value at the medians; 90 % interval over the ranges of the rows")
    for heading in ("figure", "value", "interval", "how", "sources"):
        table.add_column(heading)
    for one in judgement.evidence:
        figure = one.figure
        table.add_row(
            escape(figure.name),
            units.show(figure.value, figure.unit),
            _interval(figure),
            escape(one.how),
            ", ".join(one.sources) + (" (some recalled)" if one.recalled else ""),
        )
    return table


def _interval(figure: Figure) -> str:
    if figure.low == figure.high:
        return ""
    return " .. ".join(units.show(number, figure.unit) for number in (figure.low, figure.high))


def _inline(figure: Figure) -> str:
    interval = _interval(figure)
    return units.show(figure.value, figure.unit) + (f" [dim]({interval})[/]" if interval else "")
