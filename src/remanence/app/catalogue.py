"""Commands that show what is known: chips, cards, claims."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from remanence import __version__
from remanence.app import terminal
from remanence.core.errors import UnknownNameError


def chips() -> None:
    """List the chips of the catalogue: what each is and its sources."""
    from remanence.data import bibliography
    from remanence.system import platform, platform_names

    console = terminal.console()
    sources: set[str] = set()
    for name in platform_names():
        loaded = platform(name)
        rows = list(loaded.rows())
        keys = {row.source for row in rows}
        sources |= keys
        console.print(f"[bold]{name}[/]  {loaded.title}")
        if loaded.card.about:
            console.print(f"  {' '.join(loaded.card.about.split())}", style="dim")
        console.print(f"  {len(rows)} sourced values: {', '.join(sorted(keys))}")
    console.print()
    console.print(bibliography.cite(sources), highlight=False, markup=False)


def show(name: Annotated[str, typer.Argument(help="a stack, junction, node, cell, chip, ... or a YAML file")]) -> None:
    """Show all values of a card with units, ranges and sources."""
    from remanence import outlook
    from remanence.data import build
    from remanence.device import data_sheet
    from remanence.report import tables
    from remanence.system import cite
    from remanence.system.catalogue import KINDS, entries, find

    kinds = {**KINDS, **outlook.KINDS}
    card = find(name, kinds)
    if card.kind not in kinds:
        raise UnknownNameError(f"{name}: kind", card.kind, kinds)
    built: Any = build(kinds[card.kind], card)  # checks every rule
    console = terminal.console()
    console.print(tables.card(f"{card.kind} {card.name}: {card.title}", list(entries(card, kinds=kinds))))
    if card.kind == "junction":
        console.print(tables.data_sheet(data_sheet(built)))
    console.print(cite(card, kinds), highlight=False, markup=False)


def claims(
    name: Annotated[str, typer.Argument(help="one claim to explain; all in a table if left out")] = "",
    json_file: Annotated[Path | None, typer.Option("--json", help="write verdicts and evidence to this file")] = None,
) -> None:
    """Judge claims about MRAM in-memory computing: verdict, computed evidence, what would change it."""
    from remanence.data import bibliography
    from remanence.outlook import judge, judge_all
    from remanence.report import tables

    if json_file is not None:
        terminal.writable("--json", json_file)
    judgements = {name: judge(name)} if name else judge_all()
    console = terminal.console()
    if name:
        for line in tables.claim_paragraph(judgements[name]):
            console.print(line, highlight=False)
        console.print(tables.evidence(judgements[name]))
        console.print(bibliography.cite(judgements[name].sources), highlight=False, markup=False)
    else:
        console.print(tables.claims(judgements))
    if json_file is not None:
        document = {"remanence": __version__, "claims": {key: one.as_dict() for key, one in judgements.items()}}
        terminal.write(json_file, json.dumps(document, indent=1, allow_nan=False) + "\n")
        console.print(f"written: {json_file}")
