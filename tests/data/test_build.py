"""From cards to values: variants by dotted path, rows behind a card, draws shared through row ids."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from remanence.circuit import Cell
from remanence.core.errors import InputError, UnknownNameError
from remanence.crossbar import Crossbar
from remanence.data import Draws, build, override, read_card, rows_of
from remanence.device import Junction, Stack

CELL = "stt-1t1mtj"


def test_override_changes_one_field_and_leaves_every_other_row() -> None:
    changed = override(Crossbar, "stt-64x128", {"converter.bits": 5, "cell.junction.diameter": "30 nm", "rows": 32})
    bar = build(Crossbar, changed)
    assert (bar.converter.bits, bar.rows) == (5, 32)
    assert bar.cell.mtj.diameter == pytest.approx(30e-9, rel=1e-15, abs=0)
    before = {row.id: dataclasses.asdict(row) for row in rows_of(Crossbar, "stt-64x128")}
    after = {row.id: dataclasses.asdict(row) for row in rows_of(Crossbar, changed)}
    assert before.items() <= after.items()
    assert after.keys() - before.keys() == {"junction/cofeb-double-40nm/diameter"}


def test_an_overridden_row_is_exact_and_the_users() -> None:
    changed = override(Stack, "cofeb-mgo", {"damping": 0.02})
    row = next(row for row in rows_of(Stack, changed) if row.id.endswith("/damping"))
    assert (row.value, row.uncertain, row.source, row.kind) == (0.02, False, "user", "assumed")
    film = build(Stack, changed, Draws(count=4))
    assert film.damping == 0.02
    assert np.shape(film.resistance_area) == (4,)


@pytest.mark.parametrize("content", [5e-8, "50 nm", "0.05 um", np.float64(5e-8)])
def test_a_number_means_si_and_text_carries_its_unit(content: object) -> None:
    device = build(Junction, override(Junction, "cofeb-double-40nm", {"diameter": content}))
    assert device.diameter == pytest.approx(5e-8, rel=1e-15, abs=0)


def test_the_card_given_is_not_changed() -> None:
    before = build(Junction, "cofeb-double-40nm")
    override(Junction, "cofeb-double-40nm", {"diameter": 5e-8, "stack.damping": 0.02})
    assert build(Junction, "cofeb-double-40nm") == before


@pytest.mark.parametrize(
    ("path", "content", "error", "message"),
    [
        ("diamter", 5e-8, UnknownNameError, "Did you mean diameter"),
        ("stack.dampin", 0.1, UnknownNameError, "Did you mean damping"),
        ("stack", 3.0, InputError, "must name a field of a part in use"),
        ("diameter.x", 5e-8, InputError, "diameter has no parts"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(path: str, content: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        override(Junction, "cofeb-double-40nm", {path: content})


@pytest.mark.parametrize("content", ["50", "50 s", -5e-8, True, np.array([5e-8, 6e-8])])
def test_a_bad_overriding_value_is_refused(content: Any) -> None:
    with pytest.raises(InputError, match="junction cofeb-double-40nm: diameter"):
        build(Junction, override(Junction, "cofeb-double-40nm", {"diameter": content}))


def test_true_is_no_number_even_where_a_plain_one_is_wanted() -> None:
    with pytest.raises(InputError, match="cell stt-1t1mtj: write_attempts"):
        build(Cell, override(Cell, CELL, {"write_attempts": True}))


def test_two_cards_that_share_a_part_see_the_same_draws() -> None:
    """Ratios of two chips are paired only if this holds, whatever else differs between them."""
    draws = Draws(count=8)
    single = build(Cell, CELL, draws)
    double = build(Cell, "stt-2t2mtj", draws)
    assert single.topology != double.topology
    assert single.junction == double.junction
    np.testing.assert_array_equal(single.write_attempts, double.write_attempts)
    other = build(Cell, CELL, Draws(seed=1, count=8))
    assert other.junction != single.junction


def test_rows_of_yields_every_row_behind_a_card_once() -> None:
    ids = [row.id for row in rows_of(Cell, CELL)]
    assert len(ids) == len(set(ids))
    assert {"cell/stt-1t1mtj/endurance", "stack/cofeb-double-mgo/damping"} <= set(ids)
    assert {row.id for row in rows_of(Cell, "stt-2t2mtj")} == set(ids)


def cell(text: str) -> Cell:
    return build(Cell, read_card(f"kind: cell\nname: mine\n{text}", "mine.yaml"))


def test_a_decision_of_the_extending_card_replaces_that_of_its_base() -> None:
    assert cell("extends: sot-2t1mtj\ndesign: {write_pulse: 5 ns}").write_pulse == pytest.approx(5e-9, rel=1e-15, abs=0)


def test_a_decision_of_the_extending_card_replaces_a_row_of_its_base() -> None:
    assert cell("extends: sot-2t1mtj\ndesign: {write_overdrive: 3.0}").write_overdrive == 3.0


@pytest.mark.parametrize(
    "text",
    [
        "uses: {stack: cofeb-mgo, temperature: hot}\ndesign: {diameter: 40 nm}",
        "uses: {stack: cofeb-mgo}\ndesign: {diameter: 40 nm, stack: l10-fept}",
        "uses: {stack: cofeb-mgo}\ndesign: {diameter: 40 nm}\nvalues: {stack: l10-fept}",
        "uses: {stack: cofeb-mgo}\ndesign: {diameter: 40 nm}\nvalues: {diameter: 30 nm}",
    ],
)
def test_a_key_in_the_wrong_section_or_in_two_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        build(Junction, read_card(f"kind: junction\n{text}", "mine.yaml"))


def test_a_part_is_exchanged_by_the_name_of_a_card() -> None:
    changed = override(Junction, "cofeb-double-40nm", {"stack": "l10-fept", "stack.damping": 0.07})
    device = build(Junction, changed)
    assert (device.stack.name, device.stack.damping) == ("l10-fept", 0.07)
    assert device.diameter == build(Junction, "cofeb-double-40nm").diameter
