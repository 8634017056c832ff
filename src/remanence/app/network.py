"""The command that puts a network on chips."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from remanence import __version__
from remanence.app import terminal
from remanence.core.errors import InputError

if TYPE_CHECKING:
    from remanence.crossbar import Conditions
    from remanence.system import Platform


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
    years: Annotated[float, typer.Option(help="storage of the programmed arrays before use, in years")] = 0.0,
    temperature: Annotated[str, typer.Option(help='of that storage, such as "85 degC"; room if left out')] = "",
    reads: Annotated[float, typer.Option(help="reads of every cell before use")] = 0.0,
    read_noise: Annotated[
        bool, typer.Option("--read-noise", help="noise of every read: thermal, shot, and 1/f where known")
    ] = False,
    defects: Annotated[str, typer.Option(help="stuck cells, by the name of a card, such as junction-embedded")] = "",
    wires: Annotated[bool, typer.Option("--wires", help="the resistance of the arrays' wires, exactly")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="write everything to this file")] = None,
    html_file: Annotated[Path | None, typer.Option("--html", help="write a page with charts to this file")] = None,
    baseline: Annotated[str, typer.Option(help="chip that the page's gains are over; --chip if left out")] = "",
) -> None:
    """Train or load a model, put it on chips, and compare accuracy, energy, latency, area, standby and write cost."""
    from remanence.core.declare import leaves
    from remanence.core.stream import Stream
    from remanence.network.datasets import load_dataset
    from remanence.network.loading import load_model
    from remanence.report import tables
    from remanence.study import compare, resistance_spread_sweep, sweeps, tolerance
    from remanence.study.sweep import SPREAD
    from remanence.system import platform

    conditions = _conditions(years, temperature, reads, read_noise, defects)
    chips = [platform(name) for name in (chip, *filter(None, against.split(",")))]
    if wires:
        chips = [_wired(one) for one in chips]
    shares = [_percentage(text) for text in filter(None, spreads.split(","))]
    for option, file in (("--json", json_file), ("--html", html_file)):
        if file is not None:
            terminal.writable(option, file)
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
    console = terminal.console()
    partial = None if json_file is None else json_file.with_name(f"{json_file.name}.partial")
    with terminal.progress() as report:
        net = load_model(model, dataset, epochs=epochs, seed=seed, progress=report)
        batches, calibration = dataset.batches(limit=images), dataset.train_images[:256]
        result = compare(
            net, chips, calibration=calibration, loader=batches, draws=draws, seed=seed, batch=batch, progress=report,
            checkpoint=partial, digital=allowed, conditions=conditions,
        )  # fmt: skip
        settings: dict[str, Any] = {
            "calibration": calibration, "loader": batches, "draws": sweep_draws, "seed": seed, "progress": report,
            "digital": allowed, "conditions": conditions,
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
            "conditions": dict(leaves(conditions)),
            "wires": wires,
            "chips": result.as_dict(),
            "tolerance": {name: one.as_dict() for name, one in limits.items()},
            "resistance_spread": None if sweep is None else json.loads(sweep.reset_index().to_json(orient="records")),
        }
        terminal.write(json_file, json.dumps(document, indent=1, allow_nan=False) + "\n")
        for name in result.names:
            json_file.with_name(f"{json_file.name}.partial.{name}").unlink(missing_ok=True)
        console.print(f"written: {json_file}")
    if page is not None and html_file is not None:
        chips_drawn = f"{draws} programmed chips per platform, {sweep_draws} per swept value"
        ran = f"{model} on {data}, {chips_drawn}, seed {seed}, batch {batch}"
        title = f"{model} on {len(chips)} chip{'s' if len(chips) > 1 else ''}"
        terminal.write(html_file, page(result, swept, title=title, subtitle=ran, baseline=baseline or None))
        console.print(f"written: {html_file}")


def _conditions(years: float, temperature: str, reads: float, read_noise: bool, defects: str) -> Conditions:
    """Read the conditions of use; each is refused under the name of its option."""
    from remanence.core.units import parse
    from remanence.crossbar import Conditions
    from remanence.data import build
    from remanence.device import Defects

    given: dict[str, Any] = {"read_noise": "device" if read_noise else "none"}
    if not 0.0 <= years < float("inf"):
        raise InputError("--years", years, "must be a number of at least 0")
    if years:
        given["age"] = parse(f"{years!r} years", "s", "--years")
    if temperature:
        if not years:
            raise InputError("--temperature", temperature, "is that of storage: give --years too")
        given["temperature"] = parse(temperature, "K", "--temperature")
    if reads:
        given["reads"] = reads
    stuck = build(Defects, defects) if defects else None
    return Conditions(**given, defects=stuck)


def _wired(chip: Platform) -> Platform:
    """Return the chip with the wires of its arrays; one without arrays of currents is returned as it is."""
    bar = chip.design.crossbar
    return chip if bar is None or bar.cell.capacitor is not None else chip.vary(crossbar__wires="exact")


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
