"""The data sheet: what the properties say, in order, with units, for one design and for many."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.core.errors import InputError, UnknownNameError
from remanence.device import data_sheet, junction, reference_layer, sample
from remanence.device.datasheet import ITEMS

CELL = junction("cofeb-double-mgo", diameter=40e-9)


def test_it_says_what_the_properties_say() -> None:
    sheet = data_sheet(CELL, voltage="0.2 V")
    assert sheet["thermal_stability"] == CELL.thermal_stability
    assert sheet["resistance_antiparallel"] == CELL.resistance("AP", voltage=0.2)
    assert sheet["tmr"] == CELL.tmr(0.2)
    assert sheet["dwell_time"] == CELL.dwell_time
    assert sheet["critical_voltage"] < sheet["breakdown_voltage"]
    names = [item.name for item, _ in sheet.items()]
    assert names == [item.name for item in ITEMS if item.name in names]
    assert "stability_parallel" not in names, "without fields both states are alike"
    assert "compensation_voltage" not in names


def test_fields_and_gates_bring_their_lines() -> None:
    disturbed = data_sheet(junction("cofeb-double-mgo", diameter=40e-9, reference=reference_layer("co-pt-ru")))
    assert disturbed["offset_field"] != 0
    assert disturbed["stability_parallel"] > disturbed["stability_antiparallel"]
    assert data_sheet(junction("vcma-ir", diameter=40e-9))["compensation_voltage"] > 0


def test_a_million_are_the_same_as_one_by_one_and_blocks_leave_no_seam() -> None:
    many = sample("cofeb-double-mgo", "embedded-300mm", count=40_000, seed=3, diameter=40e-9)
    sheet = data_sheet(many)
    for item, number in sheet.items():
        if np.ndim(number):
            assert np.shape(number) == (40_000,), item.name
    np.testing.assert_allclose(np.asarray(sheet["dwell_time"]), np.asarray(many.dwell_time), rtol=1e-9)
    np.testing.assert_allclose(np.asarray(sheet["critical_voltage"]), np.asarray(many.critical_voltage), rtol=1e-13)
    np.testing.assert_allclose(np.asarray(sheet["thermal_stability"]), np.asarray(many.thermal_stability), rtol=1e-13)


def test_what_the_model_cannot_say_is_left_out_with_its_reason() -> None:
    sheet = data_sheet(junction("cofeb-double-mgo", diameter=400e-9))
    assert "in-plane layer" in sheet.omitted["damping_time"]
    with pytest.raises(InputError, match=r"data sheet: dwell_time: got omitted; .*in-plane layer"):
        sheet["dwell_time"]
    with pytest.raises(UnknownNameError, match="Did you mean area"):
        sheet["areas"]
    with pytest.raises(UnknownNameError, match="Did you mean tmr"):
        data_sheet(CELL, only=("tmrs",))
    with pytest.raises(InputError, match="one read voltage is needed"):
        data_sheet(CELL, voltage=np.array([0.1, 0.2]))


def test_as_a_dataset_it_carries_units_and_axes() -> None:
    cells = junction("cofeb-double-mgo", diameter=np.array([[20e-9], [30e-9]]), temperature=np.array([300.0, 350.0]))
    dataset = data_sheet(cells).to_dataset(("diameter", "temperature"))
    assert dataset["thermal_stability"].dims == ("diameter", "temperature")
    assert dataset["thermal_stability"].shape == (2, 2)
    assert dataset["critical_current"].attrs["units"] == "A"
    with pytest.raises(InputError, match="2 names are needed"):
        data_sheet(cells).to_dataset(("diameter",))
