"""The `remanence` command."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from remanence import __version__
from remanence.core.errors import InputError, RemanenceError, UnknownNameError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="MRAM in-memory computing, from one junction to a network's energy, latency, area and accuracy.",
)
WIDTH = 140  # of tables where the output is not a terminal


def _console() -> Console:
    return Console(width=None if sys.stdout.isatty() else WIDTH)


@app.command()
def evaluate(
    model: Annotated[
        str,
        typer.Argument(help="cnn, mlp, a .pt2 file of torch.export, or file.py:function that returns a torch module"),
    ],
    data: Annotated[str, typer.Option(help="digits, or an .npz file with x_train, y_train, x_test, y_test")] = "digits",
    chip: Annotated[str, typer.Option(help="a chip by name, or a YAML file")] = "crossbar-stt-22nm",
    against: Annotated[str, typer.Option(help="other chips, separated by commas")] = "",
    draws: Annotated[int, typer.Option(help="programmed chips per platform")] = 20,
    sweep_draws: Annotated[int, typer.Option(help="programmed chips per value of a sweep")] = 20,
    seed: Annotated[int, typer.Option(help="seed of every random draw")] = 0,
    batch: Annotated[int, typer.Option(help="inferences run together in the estimates")] = 1,
    digital: Annotated[str, typer.Option(help="modules that may stay digital, unpriced, separated by commas")] = "",
    images: Annotated[int | None, typer.Option(help="use only the first so many test images")] = None,
    epochs: Annotated[int, typer.Option(help="training epochs of a built-in model")] = 20,
    spreads: Annotated[str, typer.Option(help="resistance spreads in per cent to sweep, such as 1,2,5,8")] = "",
    lose: Annotated[
        float | None, typer.Option(help="find the spread between cells at which each crossbar loses so many points")
    ] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="write everything to this file")] = None,
    html_file: Annotated[Path | None, typer.Option("--html", help="write a page with charts to this file")] = None,
    baseline: Annotated[str, typer.Option(help="chip that the page's gains are over; --chip if left out")] = "",
) -> None:
    """Train or load a model, put it on chips, and compare accuracy, energy, latency, area, standby and write cost."""
    from remanence.core.stream import Stream
    from remanence.network.datasets import load_dataset
    from remanence.network.loading import load_model
    from remanence.report import tables
    from remanence.study import compare, resistance_spread_sweep, sweeps, tolerance
    from remanence.study.sweep import SPREAD
    from remanence.system import platform

    chips = [platform(name) for name in (chip, *filter(None, against.split(",")))]
    shares = [_percentage(text) for text in filter(None, spreads.split(","))]
    for option, file in (("--json", json_file), ("--html", html_file)):
        if file is not None:
            _writable(option, file)
    page = None if html_file is None else _page()
    if baseline and baseline not in {one.name for one in chips}:
        raise InputError("--baseline", baseline, f"must be one of the chips: {', '.join(one.name for one in chips)}")
    for option, number, least in (
        ("--images", images, 1),
        ("--epochs", epochs, 1),
        ("--draws", draws, 2),
        ("--sweep-draws", sweep_draws, 2),
        ("--batch", batch, 1),
    ):
        if number is not None and number < least:
            raise InputError(option, number, f"must be at least {least}")
    if lose is not None and not 0.0 < lose < 100.0:
        raise InputError("--lose", lose, "must be from above 0 to below 100 points")
    if len({one.name for one in chips}) < len(chips):
        raise InputError("--against", against, "each chip may stand once")
    allowed = tuple(filter(None, digital.split(",")))
    Stream(seed)
    dataset = load_dataset(data)
    console = _console()
    partial = None if json_file is None else json_file.with_name(f"{json_file.name}.partial")
    with _progress() as report:
        net = load_model(model, dataset, epochs=epochs, seed=seed, progress=report)
        batches, calibration = dataset.batches(limit=images), dataset.train_images[:256]
        result = compare(
            net, chips, calibration=calibration, loader=batches, draws=draws, seed=seed, batch=batch, progress=report,
            checkpoint=partial, digital=allowed,
        )  # fmt: skip
        settings: dict[str, Any] = {
            "calibration": calibration, "loader": batches, "draws": sweep_draws, "seed": seed, "progress": report,
            "digital": allowed,
        }  # fmt: skip
        swept = sweeps(net, chips, {SPREAD.name: shares} if shares else None, **settings) if page else {}
        sweep = swept.get(SPREAD.name, {}).get(chips[0].name) if shares else None
        if shares and sweep is None:
            sweep = resistance_spread_sweep(net, chips[0], shares, **settings)
        crossbars = [] if lose is None else [one for one in chips if one.design.crossbar is not None]
        limits = {one.name: tolerance(net, one, points=lose or 0.0, **settings) for one in crossbars}
    console.print(tables.comparison(result))
    console.print(tables.breakdown(result, chips[0].name))
    if sweep is not None:
        console.print(tables.spread_sweep(sweep, chips[0].name))
    if limits:
        console.print(tables.tolerances(limits))
    for line in tables.remarks(result):
        console.print(line, highlight=False)
    if json_file is not None:
        document: dict[str, Any] = {
            "remanence": __version__,
            "model": model,
            "data": data,
            "draws": draws,
            "sweep_draws": sweep_draws,
            "seed": seed,
            "chips": result.as_dict(),
            "tolerance": {name: one.as_dict() for name, one in limits.items()},
            "resistance_spread": None if sweep is None else json.loads(sweep.reset_index().to_json(orient="records")),
        }
        _write(json_file, json.dumps(document, indent=1, allow_nan=False) + "\n")
        for name in result.names:
            json_file.with_name(f"{json_file.name}.partial.{name}").unlink(missing_ok=True)
        console.print(f"written: {json_file}")
    if page is not None and html_file is not None:
        chips_drawn = f"{draws} programmed chips per platform, {sweep_draws} per swept value"
        ran = f"{model} on {data}, {chips_drawn}, seed {seed}, batch {batch}"
        title = f"{model} on {len(chips)} chip{'s' if len(chips) > 1 else ''}"
        _write(html_file, page(result, swept, title=title, subtitle=ran, baseline=baseline or None))
        console.print(f"written: {html_file}")


@app.command()
def chips() -> None:
    """List the chips of the catalogue: what each is and its sources."""
    from remanence.data import bibliography
    from remanence.system import platform, platform_names

    console = _console()
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


@app.command()
def show(name: Annotated[str, typer.Argument(help="a stack, junction, node, cell, chip, ... or a YAML file")]) -> None:
    """Show all values of a card with units, ranges and sources."""
    from remanence import outlook
    from remanence.data import build
    from remanence.report import tables
    from remanence.system import cite
    from remanence.system.catalogue import KINDS, entries, find

    kinds = {**KINDS, **outlook.KINDS}
    card = find(name, kinds)
    if card.kind not in kinds:
        raise UnknownNameError(f"{name}: kind", card.kind, kinds)
    built: Any = build(kinds[card.kind], card)  # checks every rule
    console = _console()
    console.print(tables.card(f"{card.kind} {card.name}: {card.title}", list(entries(card, kinds=kinds))))
    if card.kind == "junction":
        console.print(tables.data_sheet(built))
    console.print(cite(card, kinds), highlight=False, markup=False)


@app.command()
def claims(
    name: Annotated[str, typer.Argument(help="one claim to explain; all in a table if left out")] = "",
    json_file: Annotated[Path | None, typer.Option("--json", help="write verdicts and evidence to this file")] = None,
) -> None:
    """Judge claims about MRAM in-memory computing: verdict, computed evidence, what would change it."""
    from remanence.data import bibliography
    from remanence.outlook import judge, judge_all
    from remanence.report import tables

    if json_file is not None:
        _writable("--json", json_file)
    judgements = {name: judge(name)} if name else judge_all()
    console = _console()
    if name:
        for line in tables.claim_paragraph(judgements[name]):
            console.print(line, highlight=False)
        console.print(tables.evidence(judgements[name]))
        console.print(bibliography.cite(judgements[name].sources), highlight=False, markup=False)
    else:
        console.print(tables.claims(judgements))
    if json_file is not None:
        document = {"remanence": __version__, "claims": {key: one.as_dict() for key, one in judgements.items()}}
        _write(json_file, json.dumps(document, indent=1, allow_nan=False) + "\n")
        console.print(f"written: {json_file}")


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="show the version and exit")] = False) -> None:
    """Show the version."""
    if version:
        typer.echo(__version__)
        raise typer.Exit


def main() -> None:
    """Run the command; an error of the user's ends with exit code 2 and one message."""
    try:
        app()
    except RemanenceError as error:
        Console(stderr=True, width=WIDTH).print(f"[red]error:[/] {_escape(str(error))}", soft_wrap=True)
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        Console(stderr=True).print("stopped; finished chips are kept beside the --json file and reused next time")
        raise SystemExit(130) from None


def _escape(text: str) -> str:
    return text.replace("[", r"\[")


def _percentage(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise InputError("--spreads", f"'{text}'", "must be numbers in per cent, separated by commas") from None
    if not 0.0 <= number < 50.0:
        raise InputError("--spreads", f"{number} %", "must be from 0 to below 50 %")
    return number / 100.0


def _page() -> Callable[..., str]:
    try:
        from remanence.report.page import page
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "plotly":
            raise
        raise InputError("--html", "no plotly", "the page's charts need it",
                         "Install it: pip install 'remanence[report]'.") from error  # fmt: skip
    return page


def _writable(option: str, path: Path) -> None:
    if path.is_dir() or (path.parent.exists() and not os.access(path.parent, os.W_OK)):
        raise InputError(option, f"'{path}'", "must be a file in a folder that can be written")
    path.parent.mkdir(parents=True, exist_ok=True)


def _write(path: Path, text: str) -> None:
    # written whole or not at all
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


@contextlib.contextmanager
def _progress() -> Iterator[Any]:
    columns = (TextColumn("{task.description:<40}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=False) as bars:
        tasks: dict[str, Any] = {}

        def report(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)

        yield report
