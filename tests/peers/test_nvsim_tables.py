"""The stored numbers of NVSim add up, and follow from the constants stored beside them."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from remanence.data.published import published

HERE = Path(__file__).parent
PRINTED = 1.6e-12
"""NVSim prints three decimals of a nanosecond: what three rounded terms can be apart."""


def _table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FORCED = _table("nvsim_forced.csv")
CONSTANTS = {
    (row["cell"], row["node_nm"], row["roadmap"], row["temperature_k"]): row for row in _table("nvsim_technology.csv")
}


def _get(row: dict[str, str], name: str) -> float:
    return float(row[name] or 0.0)


def test_there_are_points_of_every_cell() -> None:
    assert {row["cell"] for row in FORCED} == {"stt", "stt-large", "sram", "pcm", "reram"}
    assert len(FORCED) >= 80


def test_delays_add_up_to_their_totals() -> None:
    for index, row in enumerate(FORCED, start=2):
        line = f"{row['cell']}, line {index}"
        subarray = sum(_get(row, f"read_{part}_latency") for part in ("row_decoder", "bitline", "senseamp", "mux"))
        if row["cell"] in ("sram", "pcm"):  # where the column multiplexer's decoder can be slower than the row's
            assert subarray <= _get(row, "read_subarray_latency") + PRINTED, line
        else:
            assert subarray == pytest.approx(_get(row, "read_subarray_latency"), abs=PRINTED), line
        mat = _get(row, "read_predecoder_latency") + _get(row, "read_subarray_latency")
        assert mat == pytest.approx(_get(row, "read_mat_latency"), abs=PRINTED), line
        bank = _get(row, "read_h_tree_latency") + _get(row, "read_mat_latency")
        assert bank == pytest.approx(_get(row, "read_latency"), abs=PRINTED), line


@pytest.mark.parametrize(
    "row", [row for row in FORCED if row["cell"].startswith("stt")][::5], ids=lambda row: row["rows"]
)
def test_bitline_of_a_current_sensed_cell_follows_from_the_constants(row: dict[str, str]) -> None:
    """Delay of a distributed line ended by the high resistance: ln 2 R C/2 (R_off + R/3)/(R_off + R)."""
    peer = CONSTANTS[row["cell"], row["node_nm"], row["roadmap"], row["temperature_k"]]
    length = _get(row, "rows") * _get(peer, "cell_height_f") * _get(row, "node_nm") * 1e-9
    resistance = length * _get(peer, "local_wire_resistance")
    drains = _get(row, "rows") / 2 * _get(peer, "access_drain_capacitance")  # two cells share a contact
    capacitance = length * _get(peer, "local_wire_capacitance") + drains
    off = _get(row, "cell_resistance_off") + _get(peer, "access_resistance")
    tau = resistance * capacitance / 2 * (off + resistance / 3) / (off + resistance)
    assert _get(row, "read_bitline_latency") == pytest.approx(math.log(2) * tau, rel=5e-4, abs=1e-15)


def test_area_efficiency_is_cells_over_total() -> None:
    for row in FORCED:
        cells = _get(row, "capacity_bits") * _get(row, "cell_area") * (_get(row, "node_nm") * 1e-9) ** 2
        assert cells / _get(row, "total_area") == pytest.approx(_get(row, "area_efficiency"), rel=2e-3)


def test_answers_for_silicon_stand_beside_rows_of_the_silicon_table() -> None:
    """The fastest answer is faster than the smallest, and larger; each chip has a published row to be held against."""
    chips = {row.chip: row for row in published("silicon").values()}
    answers = _table("nvsim_silicon.csv")
    pairs = {row["chip"]: [other for other in answers if other["chip"] == row["chip"]] for row in answers}
    assert len(pairs) >= 5
    for name, (fast, small) in pairs.items():
        assert (fast["target"], small["target"]) == ("ReadLatency", "Area")
        assert chips[name].node == pytest.approx(_get(fast, "node_nm") * 1e-9, rel=1e-9, abs=0)
        assert _get(fast, "read_latency") < _get(small, "read_latency")
        assert _get(fast, "total_area") > _get(small, "total_area")
