"""Files of sequences: the instructions as text, and each of their programs once, as its own file, in one archive."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from remanence.core.errors import InputError
from remanence.cram.machine.instructions import Instruction, Move, Read, Run, Write
from remanence.cram.program import Program

if TYPE_CHECKING:
    from remanence.cram.machine.sequence import Sequence

FORMAT = 1
"""Version of the file."""
_KINDS: dict[str, Any] = {each.__name__: each for each in (Write, Read, Run, Move)}
_HEAD = "sequence.json"


def save(sequence: Sequence, path: str | Path) -> None:
    """Write a sequence to a file, whole or not at all."""
    target, programs, listed = Path(path), list[Program](), []
    for each in sequence.instructions:
        fields = {name: getattr(each, name) for name in each.__slots__}
        if isinstance(each, Run):
            known = [number for number, held in enumerate(programs) if held is each.program]
            if not known:
                programs.append(each.program)
            fields["program"] = known[0] if known else len(programs) - 1
            fields["lanes"] = [each.lanes.start, each.lanes.stop]
        listed.append({"kind": type(each).__name__, **fields})
    with tempfile.TemporaryDirectory() as folder:
        draft = target.with_name(f".{target.name}.draft")
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_HEAD, json.dumps({"format": FORMAT, "instructions": listed}))
            for number, program in enumerate(programs):
                held = Path(folder) / f"{number}.cram"
                program.save(held)
                archive.write(held, held.name)
    draft.replace(target)


def load(path: str | Path) -> tuple[Instruction, ...]:
    """Read the instructions of a sequence from a file; `Sequence.load` checks them.

    Raises:
        InputError: no such file, not a sequence, cut off, or of another version.
    """
    source = Path(path)
    if not source.is_file():
        raise InputError("Sequence.load", f"'{source}'", "must be a file")
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(source) as archive:
                head = json.loads(archive.read(_HEAD))
                number = sum(name.endswith(".cram") for name in archive.namelist())
                files = [archive.extract(f"{place}.cram", folder) for place in range(number)]
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise InputError("Sequence.load", f"'{source}'", f"is not a whole sequence file ({error})") from None
        if head.get("format") != FORMAT:
            raise InputError("Sequence.load", f"'{source}'", "was written by another version", "Make it again.")
        programs = [Program.load(file) for file in files]
    return tuple(_instruction(dict(fields), programs, source) for fields in head["instructions"])


def _instruction(fields: dict[str, Any], programs: list[Program], source: Path) -> Instruction:
    try:
        kind = _KINDS[fields.pop("kind")]
        if kind is Run:
            fields["program"], fields["lanes"] = programs[fields["program"]], range(*fields["lanes"])
        made: Instruction = kind(**{name: tuple(each) if isinstance(each, list) else each
                                    for name, each in fields.items()})  # fmt: skip
    except (KeyError, IndexError, TypeError) as error:
        raise InputError("Sequence.load", f"'{source}'", f"is not a whole sequence file ({error!r})") from None
    return made
