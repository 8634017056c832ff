"""The command for storage macros."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from remanence import __version__
from remanence.app import terminal
from remanence.core.errors import InputError, UnknownNameError


def macro(
    cells: Annotated[str, typer.Argument(help="cells by name, separated by commas")],
    node: Annotated[str, typer.Option(help="node by name")] = "cmos-22nm",
    capacity: Annotated[
        str, typer.Option(help='such as "32 Mbit"; with --compare a range, "1 MiB:64 MiB:x2"')
    ] = "8 MiB",
    word: Annotated[int, typer.Option(help="data bits of an access")] = 128,
    ecc: Annotated[str, typer.Option(help="none, secded, bch2 or bch3")] = "none",
    retention: Annotated[str, typer.Option(help='a target such as "10 year @ 125 degC"')] = "",
    temperature: Annotated[str, typer.Option(help="at which it is priced")] = "25 degC",
    spare_rows: Annotated[int, typer.Option(help="spare rows of a subarray")] = 0,
    spare_columns: Annotated[int, typer.Option(help="spare data lines of a subarray")] = 0,
    optimise: Annotated[
        str, typer.Option(help="quantity of which the least is taken, such as read-latency")
    ] = "read-latency",
    pareto: Annotated[bool, typer.Option("--pareto", help="show the front of that quantity and area")] = False,
    compare: Annotated[bool, typer.Option("--compare", help="several cells or capacities in one table")] = False,
    html_file: Annotated[Path | None, typer.Option("--html", help="write a page with charts to this file")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the figures to this file")] = None,
) -> None:
    """Choose a storage macro among all its organisations: latency, energy, area, leakage with intervals."""
    from remanence.report import tables
    from remanence.study.macro import capacities
    from remanence.study.macro_comparison import compare_macros

    for option, file in (("--html", html_file), ("--json", json_file)):
        if file is not None:
            terminal.writable(option, file)
    named, sizes = [name.strip() for name in cells.split(",") if name.strip()], capacities(capacity)
    if not named or len(set(named)) < len(named):
        raise InputError("macro: cells", f"'{cells}'", "must name at least one cell, each once")
    if not compare and (len(named) > 1 or len(sizes) > 1):
        raise InputError("macro", f"{len(named)} cells, {len(sizes)} capacities", "are compared with --compare")
    asked = _asked(capacity, word, ecc, retention, temperature)
    request = _request(ecc, optimise, retention, temperature, spare_rows, spare_columns)
    with contextlib.ExitStack() as stack:
        report = stack.enter_context(terminal.progress()) if len(named) * len(sizes) > 1 else None
        entries = compare_macros(named, node, sizes, word_bits=word, progress=report, **request)
    chosen = {
        f"{entry.cell}, {entry.capacity}" if len(sizes) > 1 else entry.cell: entry.chosen
        for entry in entries
        if entry.chosen is not None
    }
    quantity = request["optimise"]
    console = terminal.console()
    console.print(tables.macros(chosen, quantity))
    failed: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        if entry.chosen is None:
            failed.setdefault((entry.cell, entry.reason), []).append(entry.capacity)
    for (cell, reason), capacities_failed in failed.items():
        told = f"not built: {cell}, {', '.join(capacities_failed)}: {reason}"
        console.print(told, highlight=False, markup=False)
    if len(chosen) == 1:
        one = next(iter(chosen.values()))
        console.print(tables.power(one))
        if one.yields is not None:
            console.print(tables.yields(one))
    unjudged = sorted({one.cell for one in chosen.values() if retention and one.retained is None})
    if unjudged:
        console.print(f"retention is not judged for {', '.join(unjudged)}: only magnetic cells have a model of it here")
    if pareto:
        for one in chosen.values():
            console.print(tables.pareto(one, quantity, "area" if quantity != "area" else "read_latency"))
    if json_file is not None:
        figures = {
            name: json.loads(one.figures.replace(float("inf"), None).to_json(orient="index"))
            for name, one in chosen.items()
        }
        missing = [{"cell": entry.cell, "capacity": entry.capacity, "reason": entry.reason}
                   for entry in entries if entry.chosen is None]  # fmt: skip
        document = {"remanence": __version__, "node": node, "word": word, "ecc": ecc, "macros": figures,
                    "not_built": missing}  # fmt: skip
        terminal.write(json_file, json.dumps(document, indent=1, allow_nan=False) + "\n")
        console.print(f"written: {json_file}")
    if html_file is not None:
        from remanence.report import macro as single
        from remanence.report import macro_comparison

        if len(entries) == 1:
            made = single.page(next(iter(chosen.values())), node=node, asked=asked, optimised=quantity)
        else:
            made = macro_comparison.page(entries, asked=asked, optimised=quantity)
        terminal.write(html_file, made)
        console.print(f"written: {html_file}")


def export_macro(
    cell: Annotated[str, typer.Argument(help="a cell by name")],
    form: Annotated[str, typer.Option("--format", help="nvsim-cell, ngspice or json")],
    node: Annotated[str, typer.Option(help="node by name")] = "cmos-22nm",
    capacity: Annotated[str, typer.Option(help='such as "32 Mbit"')] = "8 MiB",
    word: Annotated[int, typer.Option(help="data bits of an access")] = 128,
    ecc: Annotated[str, typer.Option(help="none, secded, bch2 or bch3")] = "none",
    retention: Annotated[str, typer.Option(help='a target such as "10 year @ 125 degC"')] = "",
    temperature: Annotated[str, typer.Option(help="at which it is priced")] = "25 degC",
    optimise: Annotated[str, typer.Option(help="quantity of which the least is taken")] = "read-latency",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="file to write; else it is printed")] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="replace an existing file")] = False,
) -> None:
    """Write a macro as NVSim's cell file, as an ngspice netlist of its read path, or as JSON with every source."""
    from remanence.study.macro import choose
    from remanence.study.macro_export import FORMATS
    from remanence.study.macro_export import export_macro as export

    if form not in FORMATS:
        raise UnknownNameError("--format", form, FORMATS)
    if output is not None:
        terminal.writable("--output", output)
        if output.exists() and not overwrite:
            raise InputError("--output", f"'{output}'", "exists already", "Choose another file, or give --overwrite.")
    request = _request(ecc, optimise, retention, temperature)
    content = export(choose(cell, node, capacity=capacity, word_bits=word, **request), form, node=node)
    if output is None:
        typer.echo(content, nl=False)
        return
    terminal.write(output, content)
    terminal.console().print(f"written: {output}")


def _asked(capacity: str, word: int, ecc: str, retention: str, temperature: str) -> str:
    target = f", retention {retention}" if retention else ""
    code = "no code" if ecc == "none" else ecc
    return f"{capacity}, words of {word} bits, {code}{target}; priced at {temperature}"


def _request(
    ecc: str, optimise: str, retention: str, temperature: str, spare_rows: int = 0, spare_columns: int = 0
) -> dict[str, Any]:
    from remanence.circuit import Redundancy
    from remanence.core import units
    from remanence.study.macro import retention_of

    return {
        "ecc": ecc,
        "optimise": optimise.replace("-", "_"),
        "retention": retention_of(retention) if retention else None,
        "temperature": units.parse(temperature, "K", "--temperature"),
        "redundancy": Redundancy(rows=spare_rows, columns=spare_columns) if spare_rows or spare_columns else None,
    }
