"""A programmed chip in a file: every device's state, so that a chip can be kept, passed on and read back whole.

One file in NumPy's npz format: a header in JSON and the arrays of each part. The designs of the devices are not in it,
but their fingerprints are: who reads the file brings the designs, and a file of other devices is refused.
"""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy

from remanence.core.declare import fingerprint
from remanence.core.errors import InputError
from remanence.core.provenance import versions
from remanence.core.stream import Stream
from remanence.device import Junction, ProgrammedCells, Resistive

SCHEMA = "remanence programmed chip"
VERSION = 2
ARRAYS = ("target", "held", "conductance", "contrast", "defect")
_TYPES = {"target": "|u1", "held": "|u1", "conductance": "<f8", "contrast": "<f8", "defect": "|u1"}
_HEADER = "header"


def save_chip(path: str | Path, parts: Mapping[str, ProgrammedCells]) -> Path:
    """Write programmed devices to a file, whole or not at all.

    The file is written beside its place and moved there when complete, so that a crash leaves the old one.

    Args:
        path: of the file; its folder must exist.
        parts: groups of devices by name, for example ``"conv1/positive"``.

    Raises:
        InputError: no parts, or a folder that does not exist.
    """
    place = Path(path)
    if not parts:
        raise InputError("save_chip: parts", "none", "at least one group of devices is needed")
    if not place.parent.is_dir():
        raise InputError("save_chip: path", str(place), "its folder must exist")
    header = {
        "schema": SCHEMA,
        "version": VERSION,
        "written_by": versions(),
        "parts": [_describe(name, cells) for name, cells in parts.items()],
    }
    arrays = {
        f"{index}.{name}": np.ascontiguousarray(getattr(cells, name))
        for index, cells in enumerate(parts.values())
        for name in ARRAYS
    }
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, **{_HEADER: np.frombuffer(json.dumps(header).encode(), np.uint8)}, **arrays)  # type: ignore[arg-type]
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).replace(place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return place


def load_chip(
    path: str | Path, device: Junction | Resistive | Mapping[str, Junction | Resistive]
) -> dict[str, ProgrammedCells]:
    """Read programmed devices back.

    Args:
        path: of the file.
        device: the design of all parts, or one per part by name.

    Raises:
        InputError: no such file, not a chip file, cut off or damaged, of another version, or of other devices.
    """
    place = Path(path)
    subject = f"chip file {place.name}"
    if not place.is_file():
        raise InputError(subject, str(place), "no such file")
    try:
        # the file is opened here: NumPy leaves one that is no archive open
        with place.open("rb") as raw, np.load(raw, allow_pickle=False) as archive:
            if _HEADER not in archive.files:
                raise InputError(subject, "an npz file without a header", f"must be a {SCHEMA}")
            header = json.loads(bytes(archive[_HEADER]))
            content = {name: archive[name] for name in archive.files if name != _HEADER}
    except InputError:
        raise
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, KeyError) as error:
        raise InputError(subject, "a file that is cut off, damaged or no chip file", str(error).splitlines()[0],
                         "Save the chip again, or program it again from its seed.") from error  # fmt: skip
    if not isinstance(header, dict) or header.get("schema") != SCHEMA:
        raise InputError(subject, "another kind of file", f"must be a {SCHEMA}")
    if header.get("version") != VERSION:
        raise InputError(f"{subject}: version", header.get("version"), f"this release reads version {VERSION}",
                         "Read it with the release that wrote it.")  # fmt: skip
    try:
        found = {
            str(entry["name"]): _restore(subject, index, entry, content, device)
            for index, entry in enumerate(header["parts"])
        }
    except (KeyError, TypeError) as error:
        raise InputError(f"{subject}: header", f"no {error}", "every part states its arrays and its draws") from error
    return found


def _describe(name: str, cells: ProgrammedCells) -> dict[str, Any]:
    return {
        "name": name,
        "device": cells.device.name if isinstance(cells.device, Resistive) else cells.device.stack.name,
        "design": fingerprint(cells.device),
        "digest": cells.digest,
        "shape": list(cells.shape),
        "levels": cells.levels,
        "series": cells.series.hex(),
        "seed": cells.stream.seed,
        "path": list(cells.stream.path),
        "age": cells.age.hex(),
        "history": [[step, [[key, float(number).hex()] for key, number in numbers]] for step, numbers in cells.history],
    }


def _restore(
    subject: str,
    index: int,
    entry: dict[str, Any],
    content: Mapping[str, np.ndarray[Any, Any]],
    device: Junction | Resistive | Mapping[str, Junction | Resistive],
) -> ProgrammedCells:
    name = str(entry["name"])
    subject = f"{subject}, part {name}"
    if isinstance(device, Mapping):
        if name not in device:
            raise InputError(subject, "no design for it", f"designs were given for {', '.join(device) or 'nothing'}")
        design = device[name]
    else:
        design = device
    if fingerprint(design) != entry["design"]:
        raise InputError(f"{subject}: device", "another design than the one that was programmed",
                         f"it was made from {entry['device']!r}",
                         "Build the device from the same card, at the same size and temperature.")  # fmt: skip
    shape = tuple(entry["shape"])
    arrays = {}
    for key in ARRAYS:
        item = content.get(f"{index}.{key}")
        if item is None:
            raise InputError(subject, f"no array {key}", "the file is not complete")
        bare = key == "contrast" and isinstance(design, Resistive)
        if item.dtype.str != _TYPES[key] or item.shape != ((0,) if bare else shape):
            raise InputError(f"{subject}: {key}", f"{npy.dtype_to_descr(item.dtype)} of shape {item.shape}",
                             f"must be {_TYPES[key]} of shape {shape}")  # fmt: skip
        arrays[key] = item
    cells = ProgrammedCells(
        device=design,
        levels=int(entry["levels"]),
        stream=Stream(int(entry["seed"]), tuple(map(str, entry["path"]))),
        age=float.fromhex(entry["age"]),
        series=float.fromhex(entry["series"]),
        history=tuple(
            (str(step), tuple((str(key), float.fromhex(number)) for key, number in numbers))
            for step, numbers in entry["history"]
        ),
        **arrays,
    )
    if cells.digest != entry["digest"]:
        raise InputError(subject, "content that does not match its digest", "the file was changed or damaged")
    return cells
