"""Commands for logic in the cells: compile a program, run it, list it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any

import typer

from remanence.app import terminal
from remanence.core.errors import InputError

app = typer.Typer(no_args_is_help=True, help="Digital logic inside the magnetic cells: compile programs and run them.")

ROWS_SHOWN = 8


@app.command("compile")
def compile_(
    source: Annotated[Path, typer.Argument(help="Verilog (.v, .sv; extra 'rtl') or BLIF (.blif)")],
    out: Annotated[Path, typer.Option("--out", "-o", help="file of the program")],
    top: Annotated[str | None, typer.Option(help="module of a Verilog file")] = None,
    gates: Annotated[
        str,
        typer.Option(
            help="gates that the array has, separated by commas, or a set: nand, magic-nor, majority; where left out "
            "nand, or all that the cells of --set or --junction can do"
        ),
    ] = "",
    device_set: Annotated[str, typer.Option("--set", help="cells: a published device set, such as stt-45nm")] = "",
    junction: Annotated[str, typer.Option(help="cells: a stack by name, cut to --diameter, instead")] = "",
    diameter: Annotated[str, typer.Option(help='such as "40 nm"')] = "40 nm",
    temperature: Annotated[str, typer.Option(help='such as "25 degC"')] = "25 degC",
    pulse: Annotated[str, typer.Option(help="of a gate of that junction; 20 ns where left out")] = "",
    most_error: Annotated[float, typer.Option(help="that a gate of these cells may have")] = 1e-2,
    columns: Annotated[int, typer.Option(help="of the array")] = 1024,
    neighbours: Annotated[
        int, typer.Option(help="arrays beside it, of as many columns, that take what has no room in one")
    ] = 0,
    parity: Annotated[
        bool,
        typer.Option(
            "--parity",
            help="inputs and output of a gate in columns of opposite parity, as in 1T1M arrays; input bits that are "
            "needed in both are stored twice",
        ),
    ] = False,
    segment: Annotated[
        int, typer.Option(help="columns between two switches of a logic line, for several gates in a step; 0: none")
    ] = 0,
    reach: Annotated[
        int | None,
        typer.Option(help="segments that a gate may join; those that the cells allow where left out, or all"),
    ] = None,
    keep_inputs: Annotated[
        bool, typer.Option("--keep-inputs/--overwrite-inputs", help="whether the inputs are still there at the end")
    ] = True,
    signed: Annotated[str, typer.Option(help="words in two's complement, separated by commas")] = "",
    effort: Annotated[int, typer.Option(help="rounds of simplification")] = 2,
    listing: Annotated[Path | None, typer.Option("--listing", help="write the program as text to this file")] = None,
) -> None:
    """Compile combinational logic into a program for the columns of an array, the same in all rows.

    Of the cells of a set or junction the program takes only gates that they can do, and keeps their errors for run.
    """
    from remanence.cram import compile as compiler
    from remanence.cram.cells.gate_set import GATE_SETS
    from remanence.cram.numbers.trace import gate_names

    terminal.writable("--out", out)
    if listing is not None:
        terminal.writable("--listing", listing)
    asked = gate_names(gates if gates in GATE_SETS else _listed(gates)) if gates else ()
    cells: Any = asked or "nand"
    if device_set or junction:
        cells = _array(device_set, junction, diameter, temperature, pulse, most_error, columns, asked, segment)
    program = compiler(source, top=top, gates=cells, columns=columns, signed=_listed(signed), effort=effort,
                       neighbours=neighbours, parity=parity or None, twice=True, segment=segment,
                       reach=reach, keep_inputs=keep_inputs)  # fmt: skip
    program.save(out)
    console = terminal.console()
    console.print(_summary(program))
    if listing is not None:
        terminal.write(listing, program.listing())
        console.print(f"written: {listing}")
    console.print(f"written: {out}")


@app.command()
def run(
    file: Annotated[Path, typer.Argument(help="program written by compile")],
    inputs: Annotated[Path, typer.Option(help=".npz file with whole numbers by name of the input, one for each row")],
    errors: Annotated[
        bool,
        typer.Option(
            "--errors", help="with those of the cells that it was compiled for; of the set stt-45nm where for none"
        ),
    ] = False,
    error_rates: Annotated[
        str,
        typer.Option(help='instead, probability of a wrong outcome by gate, such as "NAND2=1e-4,NOT=1e-5,PRESET=1e-6"'),
    ] = "",
    seed: Annotated[int, typer.Option(help="of the errors")] = 0,
    output: Annotated[Path | None, typer.Option(help="write the outputs to this .npz file")] = None,
) -> None:
    """Run a program on numbers, one row each; print the first rows, and how many outputs errors have changed."""
    import numpy as np

    from remanence.cram import Program
    from remanence.cram import run as simulate

    if output is not None:
        terminal.writable("--output", output)
    program = Program.load(file)
    given = _numbers(inputs)
    if errors and error_rates:
        raise InputError("cram run", "--errors and --error-rates", "one of them is enough")
    chances: Any = errors or _rates(error_rates) or None
    result = simulate(program, given, errors=chances, seed=seed)
    console = terminal.console()
    console.print(_table(given, result))
    rows = len(next(iter(result.values())))
    console.print(f"{rows} rows, {program.step_count} steps, {program.gate_steps} of them gates")
    if chances:
        right = simulate(program, given)
        wrong = np.any([right[name] != result[name] for name in right], axis=0)
        own = "the set stt-45nm" if program.rates is None else "the cells that it was compiled for"
        told = f"of {own}" if errors else error_rates
        console.print(f"{int(wrong.sum())} of {rows} rows are wrong (errors {told}, seed {seed})")
    if output is not None:
        draft = output.with_name(f".{output.name}.draft.npz")
        np.savez(draft, allow_pickle=False, **result)
        draft.replace(output)
        console.print(f"written: {output}")


def _listed(names: str) -> list[str]:
    return [name.strip() for name in names.split(",") if name.strip()]


def _array(
    device_set: str, junction: str, diameter: str, temperature: str, pulse: str, most_error: float, columns: int,
    asked: tuple[str, ...], segment: int,
) -> Any:  # fmt: skip
    """Return an array of these cells that can do all gates asked for."""
    from remanence.cram import Array
    from remanence.data import load_card
    from remanence.device import junction as cut

    if device_set and junction:
        raise InputError("cram compile", "--set and --junction", "one of them is enough")
    if device_set:
        load_card("logiccell", device_set)  # a name of another kind of cell is none of a set
    device = cut(load_card("stack", junction), diameter=diameter, temperature=temperature) if junction else None
    array = Array(columns=columns, junction=device, cell=device_set or None, pulse=pulse or None, most_error=most_error,
                  names=asked or None, segment=segment)  # fmt: skip
    for name, why in array.gates.refused.items():
        if name in asked:
            raise InputError(f"cram compile: gate {name}", why, f"gates of these cells: {', '.join(array.gates.names)}",
                             "Ask for other gates, or allow more with --most-error.")  # fmt: skip
    return array


def _rates(errors: str) -> dict[str, Any]:
    """Rates of "GATE=probability,..." and "GATE.inputs=probability"; the same for all numbers of inputs at 0."""
    from remanence.cram.gates import INPUTS, gate

    rates: dict[str, Any] = {}
    for part in _listed(errors):
        name, _, shown = part.partition("=")
        try:
            rate = float(shown)
        except ValueError:
            rate = math.nan
        if not 0.0 <= rate <= 1.0:
            raise InputError("--error-rates", f"'{part}'", "must be GATE=probability, from 0 to 1")
        base = name.partition("@")[0]
        rates[name] = rate if name == "PRESET" else [rate] * (gate(base.removesuffix(INPUTS)).inputs + 1)
    return rates


def _numbers(path: Path) -> dict[str, Any]:
    import zipfile

    import numpy as np

    if not path.is_file():
        raise InputError("--inputs", f"'{path}'", "must be a file")
    try:
        with np.load(path, allow_pickle=False) as held:
            if not isinstance(held, np.lib.npyio.NpzFile):
                raise ValueError  # one array without a name
            return {name: held[name] for name in held.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        raise InputError("--inputs", f"'{path}'", "must be an .npz file of whole numbers by name",
                         "Write it with numpy.savez('in.npz', a=..., b=...).") from None  # fmt: skip


def _summary(program: Any) -> Any:
    from rich.table import Table

    from remanence.cram.program import COPY

    writes = program.writes_per_column
    table = Table(title="program")
    table.add_column("what")
    table.add_column("figure", justify="right")
    for kind, words in (("input", program.inputs), ("output", program.outputs)):
        for name, word in words.items():
            sign = "signed" if name in program.signed else "unsigned"
            table.add_row(f"{kind} {name}", f"{len(word)} bits, {sign}")
    used = {*program.stored[1].tolist(), *writes.nonzero()[0].tolist()}
    arrays = f" in {program.arrays} arrays" if program.width else ""
    table.add_row("columns used", f"{len(used)} of {program.columns}{arrays}")
    again = sum(column >= 0 for word in program.twins.values() for column in word)
    if again:
        table.add_row("input bits stored twice", str(again))
    table.add_row("steps", str(program.step_count))
    copied = {int(step) for step in program.steps[program.opcodes == COPY]}
    if copied:
        table.add_row("of them copies, row after row", str(len(copied)))
    for name, number in program.counts().items():
        table.add_row(f"  {name}", str(number))
    table.add_row("writes of a column, at most", str(int(writes.max(initial=0))))
    return table


def _table(given: dict[str, Any], result: dict[str, Any]) -> Any:
    import numpy as np
    from rich.table import Table

    rows = len(next(iter(result.values())))
    table = Table(title=f"first {min(rows, ROWS_SHOWN)} of {rows} rows")
    columns = {**{f"in {name}": values for name, values in given.items()}, **result}
    table.add_column("row", justify="right")
    for name in columns:
        table.add_column(name, justify="right")
    spread = [np.broadcast_to(values, (rows,)) for values in columns.values()]
    for row in range(min(rows, ROWS_SHOWN)):
        table.add_row(str(row), *(str(int(values[row])) for values in spread))
    return table
