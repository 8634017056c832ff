"""Write a netlist to a file."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from remanence.core.errors import InputError, UnknownNameError
from remanence.device.junction import Junction
from remanence.device.netlist.spice import spice
from remanence.device.netlist.verilog_a import verilog_a

FORMATS = {"spice": spice, "verilog-a": verilog_a}


def export_netlist(junction: Junction, form: str, path: str | Path, *, overwrite: bool = False, **options: Any) -> Path:
    """Write the netlist of a junction to a file and return its path.

    Args:
        junction: a single, round, perpendicular design.
        form: ``"spice"`` or ``"verilog-a"``.
        path: of the file; its folder must exist.
        overwrite: replace a file that is there.
        **options: of `spice` or `verilog_a`: numbers in SI units or text with a unit.

    Raises:
        InputError: an unknown form or option, a file that is there already, a folder that is not, or what the form
            refuses.
    """
    if form not in FORMATS:
        raise InputError("export_netlist: form", form, f"must be one of {', '.join(FORMATS)}")
    write = FORMATS[form]
    known = [name for name in inspect.signature(write).parameters if name != "junction"]
    for option in options:
        if option not in known:
            raise UnknownNameError(f"export_netlist: option of {form}", option, known)
    content = write(junction, **options)
    target = Path(path)
    if target.is_dir() or not target.parent.is_dir():
        raise InputError("export_netlist: path", str(path), "must be a file in a folder that exists")
    try:
        with target.open("w" if overwrite else "x", encoding="utf-8", newline="\n") as file:
            file.write(content)
    except FileExistsError:
        raise InputError(
            "export_netlist: path", str(path), "exists already", "Choose another file, or ask to overwrite it."
        ) from None
    return target
