"""Values are equal, and hash alike, exactly where their contents are; a copy is as frozen as its original."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.declare import Array, count, fingerprint, part, quantity, replace, text, value


@value
class Disc:
    """A disc of some layers."""

    diameter: Array = quantity("m", above=0, doc="diameter")
    layers: int = count(doc="layers", at_least=1, at_most=4, default=1)
    name: str = text(doc="name", default="")


@value
class Pile:
    """A value with parts."""

    lower: Disc = part(Disc, doc="lower disc")
    upper: Disc | None = part(Disc, doc="upper disc", optional=True)


@value
class Grid:
    """Two whole numbers side by side."""

    rows: int = count(doc="rows")
    columns: int = count(doc="columns")


pile: Any = Pile  # the upper disc is optional, which the annotations do not say


CONTENT = st.fixed_dictionaries(
    {
        "diameter": st.lists(st.floats(1e-9, 1e9), min_size=1, max_size=3).map(np.array) | st.floats(1e-9, 1e9),
        "layers": st.integers(1, 4),
        "name": st.sampled_from(["", "a", "b"]),
    }
)


def same(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Compare contents field by field, the definition that the fingerprint must meet."""
    return all(
        np.shape(first[key]) == np.shape(second[key]) and bool(np.all(np.asarray(first[key]) == second[key]))
        for key in first
    )


@given(CONTENT, CONTENT)
@settings(deadline=None)
def test_values_are_equal_exactly_where_their_contents_are(first: dict[str, Any], second: dict[str, Any]) -> None:
    one, two = Disc(**first), Disc(**second)
    assert (one == two) is same(first, second)
    twin = Disc(**copy.deepcopy(first))
    assert twin == one
    assert hash(twin) == hash(one)
    assert fingerprint(twin) == fingerprint(one)


def test_shape_and_class_are_part_of_the_content() -> None:
    assert Disc(diameter=1.0) != Disc(diameter=np.array([1.0]))
    assert Disc(diameter=np.ones((2, 1))) != Disc(diameter=np.ones((1, 2)))
    assert Disc(diameter=np.asfortranarray(np.ones((2, 3)))) == Disc(diameter=np.ones((2, 3)))
    assert pile(lower=Disc(diameter=1.0)) != Disc(diameter=1.0)
    lower = Disc(diameter=1.0)
    assert Pile(lower=lower, upper=lower) != pile(lower=lower)
    assert pile(lower=lower) != pile(lower=replace(lower, name="other"))


def test_a_field_cannot_pass_for_its_neighbour() -> None:
    """The digest must keep the borders between fields."""
    assert Grid(rows=1, columns=11) != Grid(rows=11, columns=1)
    discs = {Disc(diameter=1.0, name=name) for name in ("", "x", "'x'", "x\x1e", "\x1ename\x1f''")}
    assert len(discs) == 5


def test_a_value_equals_neither_another_kind_nor_a_namesake() -> None:
    def grid() -> Any:
        @value
        class Grid:
            rows: int = count(doc="rows")
            columns: int = count(doc="columns")

        return Grid

    here, elsewhere = Grid(rows=1, columns=2), grid()(rows=1, columns=2)
    assert here != elsewhere
    stranger: object = "Grid"
    assert here != stranger


def test_a_deep_copy_stays_read_only() -> None:
    twin = copy.deepcopy(Disc(diameter=np.ones(2)))
    assert isinstance(twin.diameter, np.ndarray)
    assert not twin.diameter.flags.writeable
