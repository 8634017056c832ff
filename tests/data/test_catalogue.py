"""Every card of the catalogue builds and every number in it says where it comes from: one loop over all records."""

from __future__ import annotations

import dataclasses
from importlib import resources

import numpy as np
import pytest
import yaml

from remanence.core.declare import leaves
from remanence.data import Draws, Row, build, entry, names, rows_of
from remanence.data.bibliography import bibliography
from remanence.data.card import KINDS as ROW_KINDS
from remanence.outlook import KINDS as OUTLOOK_KINDS
from remanence.system.catalogue import KINDS as SYSTEM_KINDS
from remanence.system.catalogue import entries, find

KINDS = {**SYSTEM_KINDS, **OUTLOOK_KINDS}
CARDS = [(kind, name) for kind in names() for name in names(kind)]
ROWS = {row.id: row for kind, name in CARDS for row in rows_of(KINDS[kind], name)}


def test_every_folder_of_the_catalogue_is_a_known_kind_and_every_kind_has_a_card() -> None:
    assert set(names()) == set(KINDS)
    assert {kind for kind, _ in CARDS} == set(KINDS)


@pytest.mark.parametrize(("kind", "name"), CARDS)
def test_a_card_builds_at_its_median_and_over_draws(kind: str, name: str) -> None:
    median = dict(leaves(build(KINDS[kind], name)))
    drawn = dict(leaves(build(KINDS[kind], name, Draws(count=16))))
    assert median.keys() == drawn.keys()
    # by the whole path: a part can be in a card twice, with other rows
    listed = entries(find(f"{kind}/{name}", KINDS), kinds=KINDS)
    uncertain = {entry.field for entry in listed if entry.row is not None and entry.row.uncertain}
    for field, content in median.items():
        assert np.ndim(content) == 0
        shape = np.shape(drawn[field]) if not isinstance(content, str) else ()
        assert shape == ((16,) if field in uncertain else ())


@pytest.mark.parametrize("row", [row for row in ROWS.values() if row.uncertain], ids=lambda row: row.id)
def test_half_of_the_draws_of_a_row_lie_on_each_side_of_its_value(row: Row) -> None:
    column = Draws(count=16).column(row)
    slack = 1e-12 * max(abs(row.low), abs(row.high))  # a wide row goes through the logarithm and back
    assert row.low - slack <= column.min()
    assert column.max() <= row.high + slack
    if row.low < row.value:
        assert np.count_nonzero(column < row.value - slack) == 8
    if row.value < row.high:
        assert np.count_nonzero(column > row.value + slack) == 8


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_a_row_is_ordered_sourced_and_located(row: Row) -> None:
    assert row.low <= row.value <= row.high
    assert row.kind in ROW_KINDS
    assert entry(row.source)["title"]
    if row.source == "assumption":
        assert row.note, "an assumption without a source must give its reasoning"
        assert row.kind == "assumed"
    else:
        assert row.locator.strip(), "where in the source?"


@pytest.mark.parametrize(("kind", "name"), CARDS)
def test_the_file_says_what_it_is(kind: str, name: str) -> None:
    path = resources.files("remanence.data").joinpath("catalogue", kind, f"{name}.yaml")
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert (raw["kind"], raw["name"]) == (kind, name)
    assert raw["title"]


def test_rows_that_share_an_id_are_the_same_row() -> None:
    """Draws go by the id: two different rows under one id would be drawn alike."""
    for kind, name in CARDS:
        for row in rows_of(KINDS[kind], name):
            assert dataclasses.asdict(row) == dataclasses.asdict(ROWS[row.id])


def test_the_bibliography_has_no_empty_entry() -> None:
    assert len(bibliography()) > 40
    for key, fields in bibliography().items():
        assert fields["title"], key
        assert fields.get("year", "").isdigit(), key
