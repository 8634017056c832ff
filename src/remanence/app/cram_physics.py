"""Commands for the physics and the price of computing in magnetic cells: gates, and a claim taken apart."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from remanence import __version__
from remanence.app import terminal

if TYPE_CHECKING:
    import pandas as pd

_HTML = typer.Option("--html", help="write a page to this file")
_JSON = typer.Option("--json", help="write the figures to this file")


def gates(
    junction: Annotated[str, typer.Option(help="a stack by name, cut to --diameter")] = "",
    device_set: Annotated[str, typer.Option("--set", help="a published device set, such as stt-45nm, instead")] = "",
    diameter: Annotated[str, typer.Option(help='such as "40 nm"')] = "40 nm",
    temperature: Annotated[str, typer.Option(help='such as "25 degC"')] = "25 degC",
    node: Annotated[str, typer.Option(help="of the transistors, by name")] = "cmos-22nm",
    cell: Annotated[str, typer.Option(help="cram-2t1mtj, stt-1t1mtj or sot-2t1mtj")] = "cram-2t1mtj",
    pulse: Annotated[str, typer.Option(help="of a gate of the junction, from 0.1 ns on; 20 ns where left out")] = "",
    tmr: Annotated[str, typer.Option(help='at low bias, such as "250 %", instead of the one of stack or set')] = "",
    vcma: Annotated[
        str,
        typer.Option(
            help='voltage-controlled anisotropy of the stack, such as "-100 fJ/(V*m)": below 0 it helps inverting gates'
        ),
    ] = "",
    in_plane_field: Annotated[
        str, typer.Option(help='of a spin-orbit cell, such as "200 kA/m"; that of its card where left out')
    ] = "",
    process: Annotated[str, typer.Option(help="spreads from cell to cell, by name")] = "embedded-300mm",
    most_error: Annotated[float, typer.Option(help="that a gate may have")] = 1e-2,
    sweep: Annotated[
        bool, typer.Option("--sweep", help="also errors against TMR, temperature and pulse; a page has them anyway")
    ] = False,
    html_file: Annotated[Path | None, _HTML] = None,
    json_file: Annotated[Path | None, _JSON] = None,
) -> None:
    """Show which gates a logic line can do and what TMR the others need: window, best voltage, error, energy."""
    for option, file in (("--html", html_file), ("--json", json_file)):
        if file is not None:
            terminal.writable(option, file)
    from remanence.report import cram_gates
    from remanence.study.cram_gates import gate_study

    found = gate_study(
        film=junction, device_set=device_set, diameter=diameter, temperature=temperature, node=node, cell=cell,
        pulse=pulse, process=process, most_error=most_error, voltage_anisotropy=vcma, tmr=tmr,
        in_plane_field=in_plane_field, sweep=sweep or html_file is not None or json_file is not None,
    )  # fmt: skip
    console = terminal.console()
    console.print(cram_gates.gate_table(found))
    for line in cram_gates.gate_remarks(found):
        console.print(line, highlight=False)
    for each in cram_gates.sweep_tables(found) if sweep else ():
        console.print(each)
    if json_file is not None:
        document = {"remanence": __version__, "title": found.title, "most_error": most_error,
                    "gates": _records(found.frame), "against_tmr": _records(found.against_tmr),
                    "against_temperature": _records(found.against_temperature),
                    "against_pulse": _records(found.against_pulse)}  # fmt: skip
        terminal.write(json_file, json.dumps(document, indent=1, allow_nan=False) + "\n")
        console.print(f"written: {json_file}")
    if html_file is not None:
        terminal.write(html_file, cram_gates.gate_page(found))
        console.print(f"written: {html_file}")


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame; what is not finite becomes null."""
    return [
        {str(name): None if isinstance(held, float) and not math.isfinite(held) else held for name, held in row.items()}
        for row in frame.to_dict("records")
    ]


def claim(
    case: Annotated[
        str, typer.Argument(help="a card of kind logicclaim; each option replaces a row of it")
    ] = "mnist-2024",
    images: Annotated[int | None, typer.Option(help="of the task, all resident")] = None,
    inputs: Annotated[int | None, typer.Option(help="binary inputs of a neuron")] = None,
    neurons: Annotated[int | None, typer.Option(help="of the layer")] = None,
    energy: Annotated[str | None, typer.Option(help="claimed for CRAM and the task")] = None,
    time: Annotated[str | None, typer.Option(help="claimed for CRAM and the task")] = None,
    energy_gain: Annotated[float | None, typer.Option(help="claimed")] = None,
    time_gain: Annotated[float | None, typer.Option(help="claimed")] = None,
    ideal: Annotated[str | None, typer.Option(help="device set that the claim assumes")] = None,
    preset_error: Annotated[float | None, typer.Option(help="+ presets: how often one may fail")] = None,
    made: Annotated[str | None, typer.Option(help="+ junction: device set thought makeable")] = None,
    arrays: Annotated[int | None, typer.Option(help="+ arrays: how many work at once")] = None,
    rows: Annotated[int | None, typer.Option(help="+ arrays: rows of each")] = None,
    most_current: Annotated[str | None, typer.Option(help="+ rows at once: of the drivers of an array")] = None,
    node: Annotated[str | None, typer.Option(help="+ periphery: CMOS node, by name")] = None,
    lanes: Annotated[int | None, typer.Option(help="+ baseline: multiply-accumulates a cycle")] = None,
    clock: Annotated[str | None, typer.Option(help='+ baseline: such as "1 GHz"')] = None,
    memory_bit: Annotated[str | None, typer.Option(help="+ baseline: energy of a bit read")] = None,
    multiply_bit: Annotated[str | None, typer.Option(help="+ baseline: energy of a multiply-accumulate")] = None,
    weight_reuse: Annotated[float | None, typer.Option(help="+ baseline: images a weight serves")] = None,
    cycles: Annotated[float | None, typer.Option(help="lifetime: pulses that a cell bears")] = None,
    html_file: Annotated[Path | None, _HTML] = None,
    json_file: Annotated[Path | None, _JSON] = None,
) -> None:
    """Take the claim of 2,500 times less energy and 1,700 times less time apart, one assumption at a time."""
    for option, file in (("--html", html_file), ("--json", json_file)):
        if file is not None:
            terminal.writable(option, file)
    from rich.table import Table

    from remanence.core.declare import replace
    from remanence.cram.machine.array import Logicarray
    from remanence.cram.machine.claim_case import Logicclaim
    from remanence.data import build
    from remanence.report import cram
    from remanence.study.cram_claim import study

    rows_of_case = {
        "images": images, "inputs": inputs, "neurons": neurons, "energy": energy, "time": time,
        "energy_gain": energy_gain, "time_gain": time_gain, "ideal": ideal, "made": made, "arrays": arrays,
        "node": node, "lanes": lanes, "clock": clock, "memory_bit": memory_bit, "multiply_bit": multiply_bit,
        "weight_reuse": weight_reuse, "cycles": cycles,
    }  # fmt: skip
    rows_of_array = {"preset_error": preset_error, "rows": rows, "most_current": most_current}
    given = replace(build(Logicclaim, case), **_asked(rows_of_case))
    limits = replace(build(Logicarray, "standard"), **_asked(rows_of_array))
    found = study(given, limits)
    console = terminal.console()
    console.print(cram.claim_table(found))
    for line in cram.claim_remarks(found):
        console.print(f"- {line}", highlight=False)
    back = Table(title="what the published figures require")
    for heading in ("quantity", "value"):
        back.add_column(heading)
    for row in cram.required_rows(found):
        back.add_row(*row)
    console.print(back)
    if json_file is not None:
        document = {
            "remanence": __version__, "case": found.case.name,
            "steps": [{"name": step.name, "what": step.what, "energy": step.energy, "time": step.time,
                       "energy_gain": step.energy_gain, "time_gain": step.time_gain} for step in found.steps],
            "required": {name: {"value": number, "unit": unit} for name, (number, unit) in found.required.items()},
            "lifetime": found.lifetime, "lifetime_made": found.lifetime_made, "wrong": dict(found.wrong),
        }  # fmt: skip
        terminal.write(json_file, json.dumps(document, indent=1, allow_nan=False) + "\n")
        console.print(f"written: {json_file}")
    if html_file is not None:
        terminal.write(html_file, cram.claim_page(found))
        console.print(f"written: {html_file}")


def _asked(options: Mapping[str, object]) -> dict[str, object]:
    """Options that were given."""
    return {name: asked for name, asked in options.items() if asked is not None}
