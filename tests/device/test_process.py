"""Pinholes, the anneal budget, and what a pinned layer does to the free one."""

from __future__ import annotations

import numpy as np
import pytest

from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.device import anneal_verdict, junction, pinhole_yield, pinned_layers, process, reference_layer, stack
from remanence.device.process import pinned_stability

FLOW = process("embedded-300mm")


def test_pinhole_yield_is_poissons() -> None:
    area = 1.2566e-15
    one = pinhole_yield(FLOW, area=area, barrier_thickness="1 nm")
    assert -np.log(one) == pytest.approx(1e4 * area, rel=1e-4)
    many = pinhole_yield(FLOW, area=area, barrier_thickness="1 nm", cells=2**25)
    assert many == pytest.approx(np.exp(-(2**25) * 1e4 * area), rel=1e-9)
    # the area of two cells is that of one twice as large; 0.05 nm less of barrier is e times as many holes
    double = pinhole_yield(FLOW, area=2 * area, barrier_thickness=1e-9, cells=2**24)
    assert double == pytest.approx(many, rel=1e-12)
    thin = pinhole_yield(FLOW, area=area, barrier_thickness=0.95e-9, cells=2**25)
    assert np.log(thin) / np.log(many) == pytest.approx(np.e, rel=1e-9)
    assert pinhole_yield(FLOW, area=area, barrier_thickness=1e-9, cells=0.0) == 1.0


def test_pinhole_yield_broadcasts_and_refuses_nonsense() -> None:
    grid = pinhole_yield(FLOW, area=np.array([1e-15, 2e-15]), barrier_thickness=np.array([[0.8e-9], [1e-9]]), cells=1e8)
    assert np.shape(grid) == (2, 2)
    with pytest.raises(InputError, match="area"):
        pinhole_yield(FLOW, area=-1e-15, barrier_thickness=1e-9)


def test_the_anneal_is_held_against_what_a_stack_survived_and_is_made_at() -> None:
    good = anneal_verdict(stack("cofeb-double-mgo"), FLOW)
    assert (good.survives, good.makeable) == (True, None)
    assert "survived 420 degC" in good.words
    hotter = anneal_verdict(stack("cofeb-double-mgo"), replace(FLOW, anneal_temperature=723.0))
    assert hotter.survives is False
    assert "known to survive 420 degC only" in hotter.words
    ordered = anneal_verdict(stack("l10-fept"), FLOW)
    assert (ordered.survives, ordered.makeable) == (None, False)
    assert "above what finished transistors and wires bear" in ordered.words
    with pytest.raises(InputError, match="a single design is needed"):
        anneal_verdict(stack("cofeb-mgo"), replace(FLOW, anneal_temperature=np.array([600.0, 700.0])))


def test_fept_pins_by_itself_but_disturbs_and_the_pair_does_not() -> None:
    cell = junction("cofeb-double-mgo", diameter=40e-9)
    layers = [reference_layer("l10-fept"), reference_layer("co-pt-ru")]
    rows = pinned_layers(cell, layers, [20e-9, 40e-9]).to_dict("records")
    small, fept, _, pair = rows
    assert [(row["layer"], row["diameter"]) for row in (fept, pair)] == [("l10-fept", 40e-9), ("co-pt-ru", 40e-9)]
    assert fept["offset_flux_density"] > 20 * abs(pair["offset_flux_density"])
    assert fept["pinned_stability"] > pair["pinned_stability"] > pair["stability_alone"]
    assert fept["stability_antiparallel"] < 0.3 * fept["stability_alone"]
    assert pair["stability_antiparallel"] > 0.95 * pair["stability_alone"]
    alone = junction(replace(stack("l10-fept"), thickness=3e-9), diameter=20e-9).thermal_stability
    assert small["pinned_stability"] == pytest.approx(alone, rel=1e-12)


def test_a_reference_without_film_values_has_no_stability_of_its_own() -> None:
    bare = replace(reference_layer("co-pt-ru"), pinned=None)
    with pytest.raises(InputError, match="film values are needed"):
        pinned_stability(bare, diameter="40 nm")
