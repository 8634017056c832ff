"""The `remanence` command: what it can do, and how its errors end."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from remanence import __version__
from remanence.app import catalogue, circuit, cram, cram_physics, device, network
from remanence.app.terminal import WIDTH
from remanence.core.errors import RemanenceError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="MRAM in-memory computing, from one junction to a network's energy, latency, area and accuracy.",
)
for command in (
    network.evaluate,
    device.junction,
    device.calibrate,
    circuit.macro,
    catalogue.chips,
    catalogue.show,
    catalogue.claims,
):
    app.command()(command)
device.export.command(name="macro")(circuit.export_macro)
app.add_typer(device.export, name="export")
for command in (cram_physics.gates, cram_physics.claim):
    cram.app.command()(command)
app.add_typer(cram.app, name="cram")


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
