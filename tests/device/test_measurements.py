"""CSV files: what is read, in which units, and how each mistake is named with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from remanence.core.constants import VACUUM_PERMEABILITY
from remanence.core.errors import IdentifiabilityError, InputError, UnknownNameError
from remanence.device import calibrate
from remanence.device.calibration.loops import COLUMNS as LOOP
from remanence.device.calibration.measurements import field, header, read_table
from remanence.device.calibration.switching import COLUMNS as SWITCHING

GOOD = "voltage (mV), duration (ns), trials, switched\n300, 10, 100, 20\n350, 10, 100, 60\n"


def file(folder: Path, text: str) -> Path:
    path = folder / "data.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        "# a comment\n\nvoltage [mV];duration [ns];trials;switched\n300;10;100;20\n\n# more\n350;10;100;60\n",
        "Trials\tVoltage (mV)\tswitched\tDuration (ns)\tremark\n100\t300\t20\t10\tok\n100\t350\t60\t10\t\n",
        "\ufeffvoltage (V),duration (s),trials,switched\n0.3,1e-8,100,20\n0.35,1e-8,100,60\n",
    ],
)
def test_a_table_is_read_whatever_its_separator_order_and_unit(tmp_path: Path, text: str) -> None:
    table = read_table(file(tmp_path, text), SWITCHING)
    assert len(table) == 2
    assert table["voltage"] == pytest.approx([0.3, 0.35], rel=1e-12, abs=0)
    assert table["duration"] == pytest.approx([1e-8, 1e-8], rel=1e-12, abs=0)
    assert table["switched"].tolist() == [20.0, 60.0]


@pytest.mark.parametrize(
    ("unit", "factor"),
    [("A/m", 1.0), ("kA/m", 1e3), ("mT", 1e-3 / VACUUM_PERMEABILITY), ("T", 1.0 / VACUUM_PERMEABILITY),
     ("Oe", 79.5774715), ("kOe", 79577.4715), ("G", 79.5774715)],
)  # fmt: skip
def test_a_field_may_be_given_as_h_or_as_induction(tmp_path: Path, unit: str, factor: float) -> None:
    table = read_table(file(tmp_path, f"field ({unit}),resistance (kohm)\n-2,1\n"), LOOP)
    assert table["field"][0] == pytest.approx(-2.0 * factor, rel=1e-8, abs=0)
    assert table["resistance"][0] == 1000.0
    assert field(f"3 {unit}", "x") == pytest.approx(3.0 * factor, rel=1e-8, abs=0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "data.csv: got an empty file"),
        ("# nothing\n\n", "data.csv: got an empty file"),
        ("voltage (V),duration (s),trials,switched\n", "data.csv: got a header without rows"),
        ("voltage (V),trials,switched\n1,1,1\n", r"columns voltage, trials, switched; needs voltage, duration, trials, "
         "switched; missing: duration"),
        ("voltage,duration (s),trials,switched\n1,1,1,1\n", r"column voltage: got no unit; .*voltage \(V\)"),
        ("voltage (V),duration,trials,switched\n1,1,1,1\n", r"column duration: got no unit; .*duration \(ns\)"),
        ("voltage (nm),duration (s),trials,switched\n1,1,1,1\n", "column voltage: .*a unit compatible with V"),
        ("voltage (furlongs),duration (s),trials,switched\n1,1,1,1\n", "column voltage: .*unit"),
        ("voltage (V),voltage (V),duration (s),trials,switched\n1,1,1,1,1\n", "column voltage twice"),
        (GOOD + "# c\nabc,10,100,1\n", "data.csv, line 5: voltage: got 'abc'; a number is needed"),
        (GOOD + "300,10,100\n", "data.csv, line 4: switched: got an empty cell"),
        (GOOD + "300,nan,100,1\n", "line 4: duration: got nan; a finite number"),
        (GOOD + "300,10,100.5,1\n", "line 4: trials: got 100.5; a whole number"),
        (GOOD + "300,10,100,-1\n", "line 4: switched: got -1; a whole number"),
        (GOOD + "300,10,100,101\n", "line 4: got 101 switched of 100 trials; cannot exceed the trials"),
        (GOOD + "300,10,0,0\n", "line 4: got 0 trials; at least one"),
        (GOOD + "300,0,10,0\n", "line 4: got a pulse of 0 s; must be above 0"),
        (GOOD + "-300,10,10,0\n", "voltages of both signs; one direction"),
        (GOOD.replace(",", ";") + "0,31;10;100;1\n", "line 4: voltage: got '0,31'; .*decimals with a point"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        calibrate(file(tmp_path, text), model="thermal-activation")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        calibrate(tmp_path / "none.csv")
    path = tmp_path / "bytes.csv"
    path.write_bytes(b"\xff\xfe\x00\xd8")
    with pytest.raises(InputError, match="not text"):
        calibrate(path)


def test_the_model_follows_from_the_columns_or_is_asked_for(tmp_path: Path) -> None:
    path = file(tmp_path, GOOD)
    assert header(path) == ("voltage", "duration", "trials", "switched")
    assert calibrate(path, attempt_time="1 ns").model == "thermal-activation"
    with pytest.raises(InputError, match="a column switched, field or state"):
        calibrate(file(tmp_path, "a,b\n1,2\n"))
    with pytest.raises(UnknownNameError, match="Did you mean thermal-activation"):
        calibrate(path, model="thermal activation")
    with pytest.raises(UnknownNameError, match="option of thermal-activation"):
        calibrate(path, model="thermal-activation", sweep_rate=1.0)


def test_a_word_must_be_one_of_the_known(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 3: state: got 'ap'; must be one of P, AP"):
        calibrate(file(tmp_path, "voltage (V),resistance (ohm),state\n0,1,P\n0,2,ap\n"))


def test_all_or_none_switched_is_not_identifiable(tmp_path: Path) -> None:
    rows = "voltage (V),duration (s),trials,switched\n0.3,1e-8,50,{0}\n0.4,1e-8,50,{0}\n"
    for count, word in ((0, "none of 100 trials switched.*higher voltages or longer"),
                        (50, "all of 100 trials switched.*lower voltages or shorter")):  # fmt: skip
        with pytest.raises(IdentifiabilityError, match=word):
            calibrate(file(tmp_path, rows.format(count)))


def test_values_are_plain_arrays(tmp_path: Path) -> None:
    table = read_table(file(tmp_path, GOOD), SWITCHING)
    assert table["voltage"].dtype == np.float64
    assert "voltage" in table
    assert "remark" not in table
