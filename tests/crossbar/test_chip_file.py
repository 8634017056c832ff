"""A programmed chip comes back from its file as it was; anything else is refused with words."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.crossbar import age, load_chip, replay, retain, save_chip
from remanence.data import build
from remanence.device import Junction, ProgrammedCells, Resistive, junction, program_junctions, program_levels

MTJ = junction("cofeb-double-mgo", diameter=20e-9, temperature=358.15)
PCM = build(Resistive, "pcm-joshi2020")


def parts() -> dict[str, ProgrammedCells]:
    magnetic = program_junctions(MTJ, np.arange(24).reshape(2, 3, 4) % 2, Stream(2**60, ("chip#0",)))
    return {
        "conv/positive": retain(magnetic, 1e8, temperature=420.0, stability_spread=0.1),
        "linear": age(program_levels(PCM, np.arange(10), Stream(1), levels=10), 100.0),
    }


DESIGNS: dict[str, Junction | Resistive] = {"conv/positive": MTJ, "linear": PCM}


def test_a_saved_chip_is_the_one_that_its_seed_programs(tmp_path: Path) -> None:
    made = parts()
    place = save_chip(tmp_path / "chip.npz", made)
    found = load_chip(place, DESIGNS)
    assert list(found) == list(made)
    for name, one in found.items():
        assert one.digest == made[name].digest
        np.testing.assert_array_equal(one.conductance, made[name].conductance)
    kept = found["conv/positive"]
    again = replay(program_junctions(MTJ, kept.target, kept.stream), kept.history)
    assert again.digest == kept.digest
    # and it goes on ageing as the chip itself would
    assert age(found["linear"], 50.0).digest == age(made["linear"], 50.0).digest


def test_saving_replaces_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = save_chip(tmp_path / "chip.npz", parts())
    before = place.read_bytes()

    def broken(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", broken)
    with pytest.raises(OSError, match="disk full"):
        save_chip(place, parts())
    assert place.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["chip.npz"]


@settings(max_examples=40, deadline=None)
@given(st.floats(0.0, 0.999))
def test_a_file_that_is_cut_off_is_refused(share: float) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        place = save_chip(Path(folder) / "chip.npz", parts())
        content = place.read_bytes()
        place.write_bytes(content[: int(share * len(content))])
        with pytest.raises(InputError, match="cut off, damaged or no chip file"):
            load_chip(place, DESIGNS)


def rewritten(tmp_path: Path, **changes: object) -> Path:
    """The chip's file with arrays replaced, dropped (None), or its header edited by a function."""
    place = save_chip(tmp_path / "chip.npz", parts())
    with np.load(place) as archive:
        content = {name: archive[name] for name in archive.files}
    for name, change in changes.items():
        key = name.replace("_", ".", 1)
        if change is None:
            del content[key]
        elif callable(change):
            edited = json.dumps(change(json.loads(bytes(content["header"]))))
            content["header"] = np.frombuffer(edited.encode(), np.uint8)
        else:
            content[key] = np.asarray(change)
    np.savez(place, **content)
    return place


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        (
            {"0_held": np.zeros((2, 3), np.uint8)},
            r"held: got \|u1 of shape \(2, 3\); must be \|u1 of shape \(2, 3, 4\)",
        ),
        ({"1_conductance": np.zeros(10, np.float32)}, "must be <f8"),
        ({"1_conductance": np.zeros(10)}, "does not match its digest"),
        ({"0_defect": None}, "no array defect"),
        ({"header": None}, "without a header"),
        ({"header": lambda h: {**h, "version": 99}}, "this release reads version 2"),
        ({"header": lambda h: {**h, "schema": "recipe"}}, "must be a remanence programmed chip"),
        ({"header": lambda h: {"schema": h["schema"], "version": 2}}, "no 'parts'"),
        ({"header": lambda _: [1]}, "another kind of file"),
    ],
)
def test_changed_files_are_refused(tmp_path: Path, changes: dict[str, object], match: str) -> None:
    with pytest.raises(InputError, match=match):
        load_chip(rewritten(tmp_path, **changes), DESIGNS)


def test_other_devices_and_places_are_refused(tmp_path: Path) -> None:
    place = save_chip(tmp_path / "chip.npz", parts())
    with pytest.raises(InputError, match="made from 'cofeb-double-mgo'"):
        load_chip(place, {**DESIGNS, "conv/positive": replace(MTJ, diameter=21e-9)})
    with pytest.raises(InputError, match="no design for it"):
        load_chip(place, {"linear": PCM})
    with pytest.raises(InputError, match="no such file"):
        load_chip(tmp_path / "none.npz", MTJ)
    with pytest.raises(InputError, match="its folder must exist"):
        save_chip(tmp_path / "no" / "chip.npz", parts())
    with pytest.raises(InputError, match="at least one group"):
        save_chip(place, {})
    (tmp_path / "text.npz").write_text("hello")
    with pytest.raises(InputError, match="no chip file"):
        load_chip(tmp_path / "text.npz", MTJ)
