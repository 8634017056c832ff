"""Declared fields: what is refused and in which words, variants, broadcasting."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from remanence.core.declare import (
    Array,
    choice,
    count,
    from_fields,
    leaves,
    lift,
    part,
    quantity,
    replace,
    shape,
    text,
    value,
)
from remanence.core.errors import InputError, UnknownNameError


@value
class Disc:
    """A disc with one field for every bound."""

    diameter: Array = quantity("m", above=0, doc="diameter")
    share: Array = quantity("1", at_least=0, at_most=1, doc="share", default=0.5)
    damping: Array = quantity("1", above=0, below=1, doc="damping", default=0.1)
    layers: int = count(doc="layers", at_least=1, at_most=4, default=1)
    finish: str = choice("matt", "gloss", doc="finish", default="matt")
    name: str = text(doc="name", default="")


@value
class Pile:
    """A value with parts and a rule across fields."""

    lower: Disc = part(Disc, doc="lower disc")
    upper: Disc | None = part(Disc, doc="upper disc", optional=True)
    gap: Array = quantity("m", at_least=0, doc="gap", default=0.0)

    def check(self) -> None:
        """The upper disc must not stick out."""
        if self.upper is not None and np.any(self.upper.diameter > np.asarray(self.lower.diameter)):
            raise InputError("Pile.upper", "wider", "must not be wider than the lower disc")


make: Any = Disc  # the tests pass what the annotations forbid
pile: Any = Pile


@pytest.mark.parametrize(
    ("field", "raw", "message"),
    [
        ("diameter", 0.0, r"Disc.diameter: got 0 m; must be above 0 m"),
        ("diameter", float("nan"), r"got nan m; must be above 0 m"),
        ("diameter", float("inf"), r"got inf m"),
        ("diameter", "40", r"'40' without a unit; a unit compatible with m is needed. Write it like '"),
        ("diameter", "40 s", r"a unit compatible with m"),
        ("diameter", None, r"a number in m is needed"),
        ("diameter", True, r"a number in m is needed"),
        ("diameter", [1.0, [2.0]], r"a number in m is needed"),
        ("diameter", [1.0, -2.0, float("nan"), 3.0], r"Disc.diameter\[1\]: got -2.0; .* 2 of 4 are bad"),
        ("diameter", [[1.0, 2.0], [3.0, 0.0]], r"Disc.diameter\[1, 1\]: got 0.0; .* 1 of 4 are bad"),
        ("share", 1.0000001, r"must be at least 0 and at most 1"),
        ("share", -1e-9, r"must be at least 0 and at most 1"),
        ("damping", 1.0, r"must be above 0 and below 1"),
        ("layers", 5, r"must be a whole number from 1 to 4"),
        ("layers", 2.0, r"must be a whole number from 1 to 4"),
        ("layers", True, r"must be a whole number from 1 to 4"),
        ("finish", "shiny", r"must be one of matt, gloss"),
        ("name", 3, r"must be text"),
    ],
)
def test_a_broken_rule_is_named(field: str, raw: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        make(**{"diameter": 1e-8, field: raw})


def test_the_ends_of_closed_bounds_are_allowed() -> None:
    disc = Disc(diameter=5e-324, share=np.array([0.0, 1.0]), layers=4)
    assert disc.diameter == 5e-324


def test_text_with_a_unit_is_read_in_si() -> None:
    disc = make(diameter="40 nm", share="25 %")
    assert disc.diameter == pytest.approx(40e-9, rel=1e-15, abs=0)  # one rounding of the unit's factor
    assert disc.share == pytest.approx(0.25, rel=1e-15, abs=0)


def test_arrays_are_copied_and_read_only() -> None:
    given_array = np.array([1.0, 2.0])
    disc = Disc(diameter=given_array)
    given_array[0] = -5.0
    assert isinstance(disc.diameter, np.ndarray)
    assert disc.diameter[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        disc.diameter[0] = 3.0


def test_a_value_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Disc(diameter=1.0).diameter = 2.0  # type: ignore[misc]


def test_shapes_that_do_not_fit_are_refused_and_fitting_ones_broadcast() -> None:
    with pytest.raises(InputError, match=r"\(2,\).*\(3,\).*must broadcast"):
        Disc(diameter=np.ones(2), share=np.ones(3))
    disc = Disc(diameter=np.ones((4, 1)), share=np.ones(3))
    assert shape(disc) == (4, 3)
    assert shape(Disc(diameter=1.0)) == ()
    with pytest.raises(InputError, match="must broadcast"):
        pile(lower=disc, gap=np.ones(2))


def test_a_part_must_have_its_type_and_rules_across_fields_hold() -> None:
    with pytest.raises(InputError, match=r"Pile\.lower: got str; must be a Disc"):
        pile(lower="disc")
    with pytest.raises(InputError, match="must be a Disc or None"):
        pile(lower=Disc(diameter=1.0), upper=1.0)
    assert pile(lower=Disc(diameter=1.0)).upper is None
    with pytest.raises(InputError, match="must not be wider"):
        Pile(lower=Disc(diameter=1.0), upper=Disc(diameter=np.array([0.5, 1.5])))


def test_leaves_go_into_parts_in_order() -> None:
    names = [name for name, _ in leaves(pile(lower=Disc(diameter=1.0)))]
    assert names[:2] == ["lower.diameter", "lower.share"]
    assert names[-2:] == ["upper", "gap"]


def test_lift_puts_draws_before_a_sweep() -> None:
    drawn = pile(lower=Disc(diameter=np.array([1.0, 2.0]), share=0.25), gap=np.array([0.1, 0.2]))
    lifted = lift(drawn, 1)
    assert lifted.lower.diameter.shape == lifted.gap.shape == (2, 1)
    assert lifted.lower.share == 0.25
    assert shape(replace(lifted, upper=Disc(diameter=np.array([0.1, 0.2, 0.3])))) == (2, 3)
    assert lift(drawn, 0) == drawn


def test_replace_checks_again_and_offers_the_nearest_field() -> None:
    disc = Disc(diameter=1.0)
    assert replace(disc, layers=3).layers == 3
    assert disc.layers == 1
    with pytest.raises(InputError, match="must be above 0"):
        replace(disc, diameter=-1.0)
    with pytest.raises(UnknownNameError, match="Did you mean diameter"):
        replace(disc, diamter=1.0)


def test_from_fields_names_unknown_and_missing_keys() -> None:
    with pytest.raises(UnknownNameError, match=r"disc\.yaml: key: got 'dampin'; no such name\. Did you mean damping"):
        from_fields(Disc, {"diameter": 1.0, "dampin": 0.1}, "disc.yaml")
    with pytest.raises(InputError, match="no diameter; Disc needs it"):
        from_fields(Disc, {"layers": 1}, "disc.yaml")
    assert from_fields(Disc, {"diameter": "1 m"}, "disc.yaml") == Disc(diameter=1.0)


def test_a_masked_array_is_not_read_as_if_it_had_no_mask() -> None:
    try:
        disc = make(diameter=np.ma.masked_array([1.0, 2.0], mask=[False, True]))
    except InputError:
        return
    assert disc.diameter.tolist() != [1.0, 2.0]
