"""Film values: from a card or with draws; a layer that is not magnetic is refused."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.core.declare import replace
from remanence.core.errors import InputError, UnknownNameError
from remanence.data import Draws, load_card
from remanence.device import stack


def test_a_card_and_its_name_give_the_same_stack() -> None:
    film = stack("l10-fept")
    assert film == stack(load_card("stack", "l10-fept"))
    assert film.name == "l10-fept"
    assert film.title.startswith("L1_0-FePt")


def test_units_of_the_card_arrive_in_si() -> None:
    film = stack("cofeb-double-mgo")
    assert film.thickness == pytest.approx(2.6e-9, rel=1e-14, abs=0)
    assert film.resistance_area == pytest.approx(8e-12, rel=1e-14, abs=0)
    assert film.exchange_stiffness == pytest.approx(18e-12, rel=1e-14, abs=0)


def test_draws_make_arrays_of_uncertain_fields_only() -> None:
    film = stack("cofeb-double-mgo", Draws(count=8))
    assert np.shape(film.resistance_area) == (8,)
    assert np.shape(film.thickness) == ()


def test_a_layer_not_magnetic_at_its_reference_temperature_is_refused() -> None:
    film = stack("cofeb-mgo")
    with pytest.raises(InputError, match="got 290 K; must lie above the reference temperature"):
        replace(film, curie_temperature=290.0)
    with pytest.raises(InputError, match="must lie above the reference temperature"):
        replace(film, curie_temperature=np.array([400.0, 1000.0]), reference_temperature=np.array([300.0, 1000.0]))


def test_an_unknown_stack_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean l10-fept"):
        stack("l10-fptt")


def test_another_barrier_brings_its_resistance() -> None:
    film = stack("cofeb-double-mgo")
    thicker = film.with_barrier("1.36 nm")
    assert thicker.resistance_area / film.resistance_area == pytest.approx(10.0, rel=0.02)
    assert thicker.barrier_thickness == pytest.approx(1.36e-9)
    back = thicker.with_barrier(film.barrier_thickness)
    assert back.resistance_area == pytest.approx(film.resistance_area, rel=1e-12, abs=0)
    with pytest.raises(InputError, match=r"Stack.barrier_thickness: got not stated"):
        stack("l10-fept").with_barrier("1 nm")
