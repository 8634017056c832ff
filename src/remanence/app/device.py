"""Commands for one junction: its sheet, what measurements say about it, its netlist."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from remanence import __version__
from remanence.app import terminal
from remanence.core.errors import InputError

_STACK = typer.Argument(help="a stack by name")
_DIAMETER = typer.Option(help='such as "40 nm"; with --sweep a range, "5 nm:40 nm:71"')
_TEMPERATURE = typer.Option(help='such as "25 degC"')
_HTML = typer.Option("--html", help="write a page with charts to this file")
_JSON = typer.Option("--json", help="write the figures to this file")


def junction(
    stack: Annotated[str, _STACK],
    diameter: Annotated[str, _DIAMETER] = "40 nm",
    temperature: Annotated[str, _TEMPERATURE] = "25 degC",
    voltage: Annotated[str, typer.Option(help="read voltage over the junction")] = "0.1 V",
    aspect_ratio: Annotated[float, typer.Option(help="long over short axis; the diameter is the short one")] = 1.0,
    axial_field: Annotated[str, typer.Option(help="applied along the easy axis, positive for P")] = "0 A/m",
    in_plane_field: Annotated[str, typer.Option(help="applied across it")] = "0 A/m",
    sweep: Annotated[bool, typer.Option("--sweep", help="scaling curves over a range of diameters")] = False,
    html_file: Annotated[Path | None, _HTML] = None,
    json_file: Annotated[Path | None, _JSON] = None,
) -> None:
    """Show the data sheet of a junction: geometry, stability, writing, resistance, keeping, wearing out."""
    from remanence.core import units
    from remanence.device import Stack
    from remanence.report import tables
    from remanence.study.datasheet import sheet
    from remanence.system.catalogue import find

    for option, file in (("--html", html_file), ("--json", json_file)):
        if file is not None:
            terminal.writable(option, file)
    card = find(stack, {"stack": Stack})
    if card.kind != "stack":
        raise InputError(stack, f"a card of kind {card.kind}", "a stack is needed")
    if sweep or diameter.count(":"):
        _sweep(card, diameter, temperature, sweep, html_file, json_file)
        return
    made = sheet(
        card, diameter=diameter, temperature=temperature, voltage=voltage, aspect_ratio=aspect_ratio,
        axial_field=axial_field, in_plane_field=in_plane_field,
    )  # fmt: skip
    console = terminal.console()
    celsius = float(made.junction.temperature) - 273.15
    title = f"{card.name}, {units.show(float(made.junction.diameter), 'm')}, {celsius:.0f} degC"
    console.print(tables.data_sheet(made.figures, made.ranges, title))
    written = tables.write_errors(made)
    if written is not None:
        console.print(written)
    for line in tables.junction_remarks(made):
        console.print(line, highlight=False)
    if json_file is not None:
        document = {
            "remanence": __version__, "stack": card.name, "diameter": float(made.junction.diameter),
            "temperature": float(made.junction.temperature), "voltage": made.voltage,
            "figures": {
                item.name: {"value": float(number), "unit": item.unit, "interval": made.ranges.get(item.name)}
                for item, number in made.figures.items()
            },
            "write_error": None if made.writing is None else made.writing.to_dict(),
            "omitted": made.omitted,
        }  # fmt: skip
        terminal.write(json_file, json.dumps(document, indent=1, allow_nan=False) + "\n")
        console.print(f"written: {json_file}")
    if html_file is not None:
        from remanence.report.junction import page

        terminal.write(html_file, page(made, card))
        console.print(f"written: {html_file}")


def _sweep(
    card: Any, diameter: str, temperature: str, asked: bool, html_file: Path | None, json_file: Path | None
) -> None:
    from remanence.core import units
    from remanence.report import tables
    from remanence.study import junction_scaling

    if not asked:
        raise InputError("--diameter", f"'{diameter}'", "is a range: add --sweep")
    parts = diameter.split(":")
    if len(parts) != 3 or not parts[2].strip().isdigit() or int(parts[2]) < 2:
        raise InputError("--diameter", f"'{diameter}'", "must be a range FROM:TO:COUNT with --sweep",
                         'Give it as "5 nm:40 nm:71".')  # fmt: skip
    low, high = (units.parse(text, "m", "--diameter") for text in parts[:2])
    if not 0.0 < low < high:
        raise InputError("--diameter", f"'{diameter}'", "must rise from above 0")
    frame = junction_scaling([card], list(np.linspace(low, high, int(parts[2]))), temperature=temperature)
    console = terminal.console()
    shown = frame.iloc[:: max(1, len(frame) // 20)]
    console.print(tables.scaling(shown))
    if json_file is not None:
        terminal.write(json_file, frame.to_json(orient="records", indent=1) + "\n")
        console.print(f"written: {json_file}")
    if html_file is not None:
        from remanence.report.junction import scaling_page

        terminal.write(html_file, scaling_page(frame, [card]))
        console.print(f"written: {html_file}")


def calibrate(
    file: Annotated[Path, typer.Argument(help="CSV of measurements; its header names columns and units")],
    model: Annotated[
        str | None,
        typer.Option(help="thermal-activation, fokker-planck, switching-field, hysteresis, resistance-voltage"),
    ] = None,
    attempt_time: Annotated[str | None, typer.Option(help="held or central attempt time, such as 1 ns")] = None,
    exponent: Annotated[float | None, typer.Option(help="of the barrier in voltage or field")] = None,
    sweep_rate: Annotated[str | None, typer.Option(help="of the field, such as 10 mT/s")] = None,
    damping_time: Annotated[str | None, typer.Option(help="held tau_D of the fokker-planck model")] = None,
    base: Annotated[str | None, typer.Option(help="stack whose other values stay; needed for --output")] = None,
    diameter: Annotated[str | None, typer.Option(help="of the measured junction; needed for --output")] = None,
    temperature: Annotated[str, typer.Option(help="of the measurement")] = "25 degC",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="write the fitted stack as a YAML card")] = None,
    plot: Annotated[Path | None, typer.Option(help="write fit and residuals as a figure (svg, pdf or png)")] = None,
) -> None:
    """Fit a junction's parameters to measurements: estimates with 95 % intervals, a plot, a stack card."""
    from remanence.device import calibrate as fit
    from remanence.report import tables

    for option, path in (("--output", output), ("--plot", plot)):
        if path is not None:
            terminal.writable(option, path)
    if output is not None and (base is None or diameter is None):
        raise InputError("--output", f"'{output}'", "needs --base and --diameter: a card is a whole stack")
    given = {
        "attempt_time": attempt_time,
        "exponent": exponent,
        "sweep_rate": sweep_rate,
        "damping_time": damping_time,
    }
    result = fit(file, model=model, **{name: content for name, content in given.items() if content is not None})
    console = terminal.console()
    console.print(tables.calibration(result))
    for note in result.notes:
        console.print(note, highlight=False, markup=False)
    if output is not None:
        assert base is not None
        assert diameter is not None
        result.write(output, base, diameter=diameter, temperature=temperature)
        console.print(f"written: {output}")
    if plot is not None:
        from remanence.report.calibration import calibration as draw

        draw(result, plot)
        console.print(f"written: {plot}")


export = typer.Typer(no_args_is_help=True, help="Write what other programs read.")


@export.command(name="junction")
def export_junction(
    stack: Annotated[str, _STACK],
    output: Annotated[Path, typer.Option("-o", "--output", help="file to write")],
    diameter: Annotated[str, typer.Option(help='such as "40 nm"')] = "40 nm",
    temperature: Annotated[str, _TEMPERATURE] = "25 degC",
    form: Annotated[str, typer.Option("--format", help="spice or verilog-a")] = "spice",
    name: Annotated[str, typer.Option(help="of the subcircuit or module")] = "mtj",
    initial: Annotated[str, typer.Option(help="state at the start, P or AP")] = "P",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="replace an existing file")] = False,
) -> None:
    """Write a junction with its dynamics as an ngspice subcircuit or a Verilog-A module."""
    from remanence.device import export_netlist
    from remanence.device import junction as cut

    terminal.writable("--output", output)
    device = cut(stack, diameter=diameter, temperature=temperature)
    written = export_netlist(device, form, output, overwrite=overwrite, name=name, initial=initial)
    terminal.console().print(f"written: {written}")
