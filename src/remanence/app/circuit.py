"""The command for storage macros."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from remanence import __version__
from remanence.app import terminal
from remanence.core.errors import InputError


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
    optimise: Annotated[
        str, typer.Option(help="quantity of which the least is taken, such as read-latency")
    ] = "read-latency",
    pareto: Annotated[bool, typer.Option("--pareto", help="show the front of that quantity and area")] = False,
    compare: Annotated[bool, typer.Option("--compare", help="several cells or capacities in one table")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the figures to this file")] = None,
) -> None:
    """Choose a storage macro among all its organisations: latency, energy, area, leakage with intervals."""
    from remanence.core import units
    from remanence.report import tables
    from remanence.study.macro import capacities, choose, retention_of

    if json_file is not None:
        terminal.writable("--json", json_file)
    named, sizes = [name.strip() for name in cells.split(",") if name.strip()], capacities(capacity)
    if not named or len(set(named)) < len(named):
        raise InputError("macro: cells", f"'{cells}'", "must name at least one cell, each once")
    if not compare and (len(named) > 1 or len(sizes) > 1):
        raise InputError("macro", f"{len(named)} cells, {len(sizes)} capacities", "are compared with --compare")
    quantity = optimise.replace("-", "_")
    kelvin = units.parse(temperature, "K", "--temperature")
    target = retention_of(retention) if retention else None
    chosen = {
        f"{cell}, {size}" if len(sizes) > 1 else cell: choose(
            cell, node, capacity=size, word_bits=word, ecc=ecc, optimise=quantity, retention=target, temperature=kelvin
        )
        for size in sizes
        for cell in named
    }
    console = terminal.console()
    console.print(tables.macros(chosen, quantity))
    unjudged = sorted({one.cell for one in chosen.values() if target is not None and one.retained is None})
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
        document = {"remanence": __version__, "node": node, "word": word, "ecc": ecc, "macros": figures}
        terminal.write(json_file, json.dumps(document, indent=1, allow_nan=False) + "\n")
        console.print(f"written: {json_file}")
