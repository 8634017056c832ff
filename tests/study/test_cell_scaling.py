"""Cells against diameter: the area is that of the layout where pitch or transistor limit it, and every limit is met."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.circuit import Cell, Node, layout
from remanence.core.declare import from_fields
from remanence.core.errors import InputError
from remanence.data import Draws, build
from remanence.device import junction
from remanence.study.cell_scaling import LIMITS, cell_scaling

FEW = Draws(count=16)
SIZES = [10e-9, 30e-9, 60e-9]


@pytest.mark.parametrize("node", ["cmos-22nm", "cmos-16nm"])
def test_the_area_is_that_of_the_layout(node: str) -> None:
    frame = cell_scaling(["cofeb-double-mgo"], SIZES, node, draws=FEW)
    cut = junction("cofeb-double-mgo", diameter=np.array(SIZES), temperature="25 degC")
    cell = from_fields(Cell, {"topology": "1T1MTJ", "junction": cut, "write_overdrive": 1.5}, "test")
    expected = np.asarray(layout.cell_area(cell, build(Node, node)))
    np.testing.assert_allclose(frame["area"], expected, rtol=1e-12)
    assert (frame["area_low"] <= frame["area_high"]).all()


def test_limits_take_turns() -> None:
    frame = cell_scaling(["cofeb-double-mgo", "l10-fept"], SIZES, "cmos-22nm", draws=FEW)
    limits = {(row["stack"], row["diameter"]): row["limit"] for row in frame.to_dict("records")}
    assert limits["cofeb-double-mgo", 10e-9] == "pitch"
    assert limits["cofeb-double-mgo", 60e-9] == "transistor"
    assert set(frame[frame["stack"] == "l10-fept"]["limit"]) == {"transistor"}
    wide = cell_scaling(["cofeb-double-mgo"], [100e-9], "cmos-22nm", spacing=3.0, draws=FEW)
    assert list(wide["limit"]) == ["junction"]
    assert float(wide["area"].iloc[0]) == pytest.approx(400e-9**2, rel=1e-12, abs=0)
    assert set(limits.values()) < set(LIMITS)


def test_fept_keeps_small_and_is_not_written() -> None:
    frame = cell_scaling(["cofeb-double-mgo", "l10-fept"], [5e-9, 40e-9], "cmos-22nm", draws=FEW).set_index(
        ["stack", "diameter"]
    )
    assert bool(frame.loc[("l10-fept", 5e-9), "keeps"])
    assert not bool(frame.loc[("cofeb-double-mgo", 5e-9), "keeps"])
    fept = frame.xs("l10-fept")
    assert not fept["switchable"].to_numpy().any()
    assert (fept["switchable_share"].to_numpy() == 0.0).all()
    assert bool(frame.loc[("cofeb-double-mgo", 40e-9), "switchable"])


def test_bad_sizes_are_refused() -> None:
    for sizes in ([], [0.0], [-1e-9]):
        with pytest.raises(InputError, match="diameters"):
            cell_scaling(["cofeb-mgo"], sizes, "cmos-22nm")
    with pytest.raises(InputError, match="overdrive"):
        cell_scaling(["cofeb-mgo"], [3e-8], "cmos-22nm", overdrive=0.0)
