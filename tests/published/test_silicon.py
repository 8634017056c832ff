"""The table of silicon is consistent with itself: units, areas against cells, and enough read rows to validate on."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from remanence.core.errors import InputError
from remanence.data import published as table
from remanence.data.bibliography import entry
from remanence.data.published import QUANTITIES, Published, published

ROWS = published("silicon")


def _by_chip(quantity: str) -> dict[str, list[Published]]:
    chips = defaultdict(list)
    for row in ROWS.values():
        if row.quantity == quantity:
            chips[row.chip].append(row)
    return chips


def test_a_row_is_one_quantity_of_one_chip_in_a_plausible_range() -> None:
    ranges = {
        "m^2": (5e-15, 1e-4),
        "1/m^2": (1e12, 1e14),
        "s": (1e-10, 1e-4),
        "1/s": (1e6, 1e9),
        "J": (1e-15, 1e-10),
        "W": (1e-9, 0.1),
    }
    for row in ROWS.values():
        low, high = ranges[QUANTITIES[row.quantity]]
        assert row.chip, row.id
        assert row.technology, row.id
        assert row.use == "check", row.id
        assert row.value is not None, row.id
        assert low < row.value < high, row.id
        assert 1e-9 < row.node < 250e-9, row.id
        assert row.voltage == 0 or 0.2 < row.voltage < 3, row.id
        assert row.temperature == 0 or 230 < row.temperature < 430, row.id
        if not row.recalled:
            assert row.source != "nvmexplorer", "the survey files rows wrongly now and then: it confirms nothing"
            assert "Not read" not in entry(row.source).get("note", ""), row.id


def test_no_chip_is_denser_than_its_cells() -> None:
    cells = {chip: min(row.value or 0.0 for row in rows) for chip, rows in _by_chip("cell_area").items()}
    seen = 0
    for quantity in ("macro_area", "chip_area", "density"):
        for chip, rows in _by_chip(quantity).items():
            for row in rows:
                area = cells.get("ihp-130-sram-256x64" if chip.startswith("ihp-130") else chip)
                if area is None:
                    continue
                assert row.value is not None
                per_bit = 1 / row.value if quantity == "density" else row.value / row.capacity
                assert 0.1 < area / per_bit < 0.9, row.id
                seen += 1
    assert seen >= 8


def test_chips_of_one_name_agree_on_node_and_cell() -> None:
    for name in ("node", "technology"):
        values = defaultdict(set)
        for row in ROWS.values():
            values[row.chip].add(getattr(row, name))
        assert all(len(found) == 1 for found in values.values()), values


def test_each_quantity_to_be_validated_has_six_chips_that_were_read() -> None:
    chips: dict[str, set[str]] = defaultdict(set)
    for row in ROWS.values():
        if not row.recalled and row.basis != "claimed":
            chips[row.quantity].add(row.chip)
    area = chips["macro_area"] | chips["density"]
    read = chips["read_access_time"] | chips["read_sense_time"] | chips["read_cycle_time"]
    groups = (chips["cell_area"], area, read, chips["write_time"], chips["read_energy"], chips["write_energy"])
    assert all(len(group) >= 6 for group in (*groups, chips["standby_power"]))
    recalled = Counter(row.source for row in ROWS.values() if row.recalled)
    assert set(recalled) == {"nvmexplorer"}


def test_a_row_with_a_unit_of_another_quantity_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(table.QUANTITIES, "cell_area", "m")
    published.cache_clear()
    with pytest.raises(InputError, match="intel-22ffl-mram-cell-area"):
        published("silicon")
    monkeypatch.undo()
    published.cache_clear()
