"""Exports of a macro: JSON reads back, NVSim's keys are those it has read, what has no form is refused."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from remanence.circuit.organisation import QUANTITIES, Organisations, evaluate
from remanence.core.errors import InputError, UnknownNameError
from remanence.data import Draws
from remanence.study.macro import Chosen, choose
from remanence.study.macro_export import FORMATS, export_macro

PEERS = Path(__file__).parents[1] / "peers"
NODE = "cmos-22nm"
FEW = Draws(count=16)


@pytest.fixture(scope="module")
def stt() -> Chosen:
    return choose("stt-1t1mtj", NODE, capacity="128 KiB", word_bits=128, ecc="secded", temperature=300.0, draws=FEW)


def test_json_reads_back(stt: Chosen) -> None:
    document = json.loads(export_macro(stt, "json", node=NODE, draws=FEW))
    organisation = document["organisation"]
    shape = Organisations.of(**{name: number for name, number in organisation.items() if name != "spare"})
    costs = evaluate(shape, *stt.best.design.inputs())
    for quantity, unit in QUANTITIES.items():
        figure = document["figures"][quantity]
        assert figure["unit"] == unit
        assert figure["value"] == pytest.approx(float(np.ravel(getattr(costs, quantity))[0]), rel=1e-12)
        low, high = figure["low"], figure["high"]
        assert low is None or high is None or low <= high
        if quantity in document["parts"]:
            parts = document["parts"][quantity]
            total = sum(part["value"] for name, part in parts.items() if name != "total")
            assert total == pytest.approx(figure["value"], rel=1e-9)
    assert document["legal"] + sum(document["rejected"].values()) == document["candidates"]
    assert document["code"] == {"kind": "SECDED", "check_bits": 9}
    assert {row["kind"] for row in document["rows"]} <= {"measured", "fit", "simulated", "projected", "assumed"}
    assert {"cell", "node", "periphery", "sense amplifier", "code"} == set(document["cards"])
    assert document["draws"] == {"seed": 0, "count": 16}


def test_what_has_no_form_is_refused(stt: Chosen) -> None:
    with pytest.raises(UnknownNameError, match="ngspice"):
        export_macro(stt, "ngspcie", node=NODE)
    pair = choose("stt-2t2mtj", NODE, capacity="128 KiB", word_bits=64, draws=FEW)
    with pytest.raises(InputError, match="NVSim has 1T1MTJ"):
        export_macro(pair, "nvsim-cell", node=NODE)
    small = choose("stt-1t1mtj", "cmos-16nm", capacity="128 KiB", word_bits=64, draws=FEW)
    with pytest.raises(InputError, match="smallest technology is 22 nm"):
        export_macro(small, "nvsim-cell", node="cmos-16nm")
    assert export_macro(pair, "ngspice", node=NODE).startswith("* remanence")
    assert FORMATS == ("nvsim-cell", "ngspice", "json")


def _rows() -> list[dict[str, str]]:
    with (PEERS / "nvsim_cells.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["cell"])
def test_nvsim_has_read_these_keys_and_answers_like_us(row: dict[str, str]) -> None:
    one = choose(row["cell"], NODE, capacity="128 KiB", word_bits=128, temperature=300.0, draws=FEW)
    content = export_macro(one, "nvsim-cell", node=NODE)
    given = dict(line.split(": ") for line in content.splitlines() if line.startswith("-"))
    assert " ".join(key.partition(" ")[0] for key in given) == row["keys"]
    # what NVSim printed that it read when the fixture was made; cards may have moved since, keys and units not
    for column, key, unit in (
        ("read_cell_area", "-CellArea (F^2)", 1.0), ("read_on_kohm", "-ResistanceOn (ohm)", 1e3),
        ("read_read_voltage", "-ReadVoltage (V)", 1.0), ("read_reset_current_ua", "-ResetCurrent (uA)", 1.0),
        ("read_reset_pulse_ns", "-ResetPulse (ns)", 1.0),
    ):  # fmt: skip
        if row[column] and key in given:
            assert 0.5 < float(given[key]) / (unit * float(row[column])) < 2.0, key
    # the same organisation in both: nothing here is fitted, and their sense amplifiers and pulses differ
    for quantity, factor in (("area", 2.1), ("read_latency", 3.5), ("write_latency", 2.0)):
        ratio = float(row[f"ours_{quantity}"]) / float(row[f"nvsim_{quantity}"])
        assert 1.0 / factor < ratio < factor, quantity
