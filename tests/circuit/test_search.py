"""A search finds exactly the legal organisations, prices them as one by one, and says what it refused and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import product
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from remanence.circuit import pareto
from remanence.circuit.cell import Cell
from remanence.circuit.electrical import electrical
from remanence.circuit.gates import Amplifier, Gates, Periphery, gates_on, plain_amplifier
from remanence.circuit.node import Node
from remanence.circuit.organisation import LARGEST_ASPECT, QUANTITIES, Organisations, Reason, illegal
from remanence.circuit.search import Macros, search
from remanence.circuit.space import Space, bits, join
from remanence.circuit.subarray import subarray
from remanence.core.errors import InputError, UnknownNameError
from remanence.data import Draws, build

SMALL = Space(
    rows=(64, 128, 256),
    columns=(32, 64, 128),
    sense_mux=(1, 2, 4),
    output_mux=(1, 64),
    across=(1, 2, 4),
    down=(1, 2),
    banks=(1, 2),
    stage=(4.0, 8.0),
)
MIDDLE = Space(rows=(128, 256, 512, 1024), columns=(128, 256, 512, 1024))

SHAPES = st.tuples(st.integers(1, 60), st.integers(1, 4))


def _found(**changes: object) -> Macros:
    given = {"capacity": "1 MiB", "word_bits": 64, "check_bits": 8, "space": MIDDLE, **changes}
    return search("stt-1t1mtj", "cmos-22nm", **given)  # type: ignore[arg-type]


FOUND = _found()


def _keys(o: Organisations) -> Counter[tuple[float, ...]]:
    names = ("rows", "columns", "sense_mux", "output_mux", "across", "down", "active_across", "active_down", "banks")
    return Counter(zip(*(getattr(o, name).tolist() for name in (*names, "stage")), strict=True))


@pytest.mark.parametrize(("capacity", "word"), [(2**15, 32), (2**14, 64), (3 * 2**13, 24), (3 * 2**14, 48)])
def test_join_is_what_trying_everything_finds(capacity: int, word: int) -> None:
    """Every combination of a small space, checked one by one."""
    joined = join(SMALL, capacity, word)
    blocks = list(zip(*(column.tolist() for column in joined.blocks), strict=True))
    layouts = list(zip(*(column.tolist() for column in joined.layouts), strict=True))
    pairs = [block + layout for block, layout in product(blocks, layouts)]
    names = (*joined.blocks._fields, *joined.layouts._fields)
    columns = {name: np.array(column) for name, column in zip(names, zip(*pairs, strict=True), strict=True)}
    every = Organisations.of(**columns, word_bits=word)
    codes = illegal(every, capacity=capacity, word_bits=word)
    legal = every.take(codes == Reason.LEGAL)
    assert len(legal) > 0
    assert sum(group.size for group in joined.groups) == len(legal)
    assert joined.candidates == len(every)
    counted = {reason: int(np.count_nonzero(codes == reason)) for reason in Reason if reason}
    assert {reason: joined.rejected[reason] for reason in counted} == counted
    listed = Counter(
        (*blocks[block][:4], *layouts[layout], blocks[block][4])
        for group in joined.groups
        for block in group.blocks.tolist()
        for layout in range(group.layouts.start, group.layouts.stop)
    )
    assert listed == _keys(legal)


def test_space_has_the_odd_sizes_that_are_asked_for() -> None:
    for capacity, word in (("3 MiB", 64), ("7 Mbit", 64), ("1 MiB", 64), ("6 MiB", 96), ("9 Mbit", 72)):
        found = _found(capacity=capacity, word_bits=word, check_bits=0)
        assert (found.organisations.capacity == bits(capacity)).all()
        assert (illegal(found.organisations, capacity=bits(capacity), word_bits=word) == Reason.LEGAL).all()


@pytest.mark.parametrize(
    "name", ["stt-1t1mtj", "sram-6t", "sram-2x8t1c", "edram-1t1c", "sot-2t1mtj", "fefet-1t", "nor-flash"]
)
def test_search_prices_as_an_evaluation_does(name: str) -> None:
    node = {"fefet-1t": "cmos-28nm", "nor-flash": "cmos-40nm"}.get(name, "cmos-22nm")
    found = search(name, node, capacity="1 MiB", word_bits=64, check_bits=8, space=MIDDLE, threads=1)
    some = np.arange(0, len(found), max(len(found) // 200, 1))
    costs = found.costs(some)
    for quantity in QUANTITIES:
        np.testing.assert_allclose(found[quantity][some], getattr(costs, quantity), rtol=1e-11)


class _Coder(NamedTuple):
    encode_time: float = 1e-10
    decode_time: float = 3e-10
    encode_energy: float = 1e-13
    decode_energy: float = 2e-13
    area: float = 1e-9


def test_coder_and_amplifier_may_be_given_or_made() -> None:
    def amplifier(gates: Gates, draws: Draws | None) -> Amplifier:
        return plain_amplifier(gates, build(Periphery, "standard", draws))

    def coder(node: Node, draws: Draws | None) -> _Coder:
        return _Coder()

    given = _found(coder=_Coder(), threads=1)
    made = _found(coder=coder, sensing=amplifier)
    for quantity in QUANTITIES:
        assert np.array_equal(given[quantity], made[quantity])
    assert (given["read_latency"] > FOUND["read_latency"]).all()
    np.testing.assert_allclose(given["area"][:9], given.costs(slice(0, 9)).area, rtol=1e-11)


def test_threads_change_nothing() -> None:
    again = _found(threads=1)
    for quantity in QUANTITIES:
        assert np.array_equal(again[quantity], FOUND[quantity])


def test_every_candidate_is_accounted_for() -> None:
    assert len(FOUND) + sum(FOUND.rejected.values()) == FOUND.candidates
    assert FOUND.rejected[Reason.ASPECT] > 0
    dynamic = search("edram-1t1c", "cmos-22nm", capacity="1 MiB", word_bits=64, space=MIDDLE)
    assert dynamic.rejected[Reason.DESTRUCTIVE] > 0
    assert (dynamic.organisations.sense_mux == 1).all()


@settings(max_examples=60, deadline=None)
@given(costs=arrays.arrays(np.float64, SHAPES, elements=st.integers(0, 6).map(float)))
def test_front_is_that_of_comparing_all_pairs(costs: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> None:
    front = pareto.front(costs)
    beats = (costs[:, None] <= costs).all(axis=2) & (costs[:, None] < costs).any(axis=2)
    best = np.unique(costs[~beats.any(axis=0)], axis=0)
    assert len(front) == len(best)
    assert np.array_equal(np.unique(costs[front], axis=0), best)
    assert (np.diff(costs[front, 0]) >= 0).all()


def test_front_of_blocks_is_that_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    costs = np.stack([FOUND[name] for name in ("read_latency", "area", "read_energy")], axis=1)
    monkeypatch.setattr(pareto, "BLOCK", 10**9)
    whole = pareto.front(costs)
    monkeypatch.setattr(pareto, "BLOCK", 1000)
    assert np.array_equal(pareto.front(costs), whole)


def test_front_and_best_agree() -> None:
    front = FOUND.pareto("read_latency", "area")
    assert front["read_latency"][0] == FOUND.best("read_latency")["read_latency"][0]
    assert front["area"][-1] == FOUND.best("area")["area"][0]
    assert (np.diff(front["area"]) < 0).all()
    assert FOUND.best("bandwidth")["bandwidth"][0] == FOUND["bandwidth"].max()


def test_banks_that_are_too_long_and_thin_are_all_that_is_missing() -> None:
    node, periphery = build(Node, "cmos-22nm"), build(Periphery, "standard")
    gates = gates_on(node, periphery)
    cell = electrical(build(Cell, "stt-1t1mtj"), node)
    joined = join(MIDDLE, 2**23, 64)
    pairs = [(b, n) for g in joined.groups for b in g.blocks.tolist() for n in range(g.layouts.start, g.layouts.stop)]
    block, layout = np.array(pairs).T
    columns = {name: column[block] for name, column in joined.blocks._asdict().items()}
    columns |= {name: column[layout] for name, column in joined.layouts._asdict().items()}
    every = Organisations.of(**columns, word_bits=64, check_bits=8)
    sized = subarray(every.shape, cell, gates, plain_amplifier(gates, periphery))
    aspect = np.asarray(sized.width) * every.across / (np.asarray(sized.height) * every.down)
    placed = (aspect <= LARGEST_ASPECT) & (aspect >= 1.0 / LARGEST_ASPECT)
    assert 0 < np.count_nonzero(placed) < len(every)
    assert _keys(FOUND.organisations) == _keys(every.take(placed))
    assert FOUND.rejected[Reason.ASPECT] == np.count_nonzero(~placed)


def test_limits_are_kept_and_counted() -> None:
    least = FOUND.best("read_latency")["read_latency"][0]
    found = _found(constraints={"read_latency": 1.2 * least, "area": (None, "1 mm^2"), "bandwidth": 1e9})
    assert (found["read_latency"] <= 1.2 * least).all()
    assert (found["area"] <= 1e-6).all()
    kept = (FOUND["read_latency"] <= 1.2 * least) & (FOUND["area"] <= 1e-6) & (FOUND["bandwidth"] >= 1e9)
    assert len(found) == np.count_nonzero(kept)
    assert found.rejected[Reason.CONSTRAINT] == len(FOUND) - len(found)


def test_interval_holds_the_median_and_narrows_with_less_probability() -> None:
    front = FOUND.pareto("read_latency", "area").take([0, -1])
    wide, narrow = (front.interval(draws=Draws(count=64), level=level) for level in (0.8, 0.3))
    assert wide.shape == (2 * len(QUANTITIES), 3)
    assert (wide["low"] < wide["median"]).all()
    assert (wide["median"] < wide["high"]).all()
    assert (wide["low"] < narrow["low"]).all()
    assert np.shape(front.costs(draws=Draws(count=64)).area) == (64, 2)
    for place in (0, 1):
        assert wide.loc[(place, "area"), "low"] < front["area"][place] < wide.loc[(place, "area"), "high"]


def test_cell_and_node_by_name_or_as_values_are_the_same_macro() -> None:
    node = build(Node, "cmos-22nm")
    cell = build(Cell, "stt-1t1mtj")
    by_value = search(cell, node, capacity="1 MiB", word_bits=64, check_bits=8, space=MIDDLE)
    seen = search(electrical(cell, node), node, capacity="1 MiB", word_bits=64, check_bits=8, space=MIDDLE)
    for found in (by_value, seen):
        assert np.array_equal(found["read_latency"], FOUND["read_latency"])


def test_table_has_organisations_and_costs() -> None:
    table = FOUND.take(slice(0, 5)).table()
    assert len(table) == 5
    assert {"rows", "banks", "stage", *QUANTITIES} <= set(table.columns)


def test_sizes() -> None:
    assert bits("8 MiB") == bits("8 MB") == bits("64 Mbit") == bits("65536 Kb") == 2**26
    assert bits("7 Mb") == 7 * 2**20
    assert bits(4096) == 4096


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"capacity": "8"}, "a size with a unit"),
        ({"capacity": 0}, "whole number of bits above 0"),
        ({"capacity": "0.3 b"}, "whole number of bits above 0"),
        ({"capacity": 2**20 + 1}, "whole number of words of 64"),
        ({"capacity": 64 * 1009}, "The nearest sizes are"),
        ({"word_bits": 2**24}, "must not be above the capacity, 8388608 bits"),
        ({"capacity": 2**14, "word_bits": 2**13, "check_bits": 0}, "gives 8192 at a time"),
        ({"constraints": {"read_latency": "1 ps"}}, "read_latency from -inf to 1e-12 s .there are"),
        ({"constraints": {"read_latency": "1 mm"}}, "unit compatible with s"),
        ({"constraints": {"read_latency": (2.0, 1.0)}}, "least must not be above the most"),
    ],
)
def test_impossible_requests_say_what_is_wrong(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        _found(**changes)


def test_unknown_names_are_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="read_latency"):
        _found(constraints={"read_latncy": 1.0})
    with pytest.raises(UnknownNameError, match="read_energy"):
        FOUND["read_enrgy"]
    with pytest.raises(InputError, match="at least one"):
        FOUND.pareto()


def test_bitlines_whose_signal_is_lost_are_refused_by_name() -> None:
    node = build(Node, "cmos-22nm")
    cell = electrical(build(Cell, "edram-1t1c"), node)
    with pytest.raises(InputError, match=r"Reason\.SIGNAL"):
        search(replace(cell, storage_capacitance=1e-18), node, capacity="1 MiB", word_bits=64,
               space=Space(sense_mux=(1,), rows=(512,)))  # fmt: skip
    with pytest.raises(InputError, match=r"leak too much of the signal \(Reason\.LOSS\)"):
        search(replace(electrical(build(Cell, "stt-1t1mtj"), node), cell_leakage=1e-6), node, capacity="1 MiB",
               word_bits=64, space=MIDDLE)  # fmt: skip


def test_a_search_takes_one_value_each() -> None:
    with pytest.raises(InputError, match=r"Macros\.interval"):
        search("stt-1t1mtj", build(Node, "cmos-22nm", Draws(count=4)), capacity="1 MiB", word_bits=64)


@pytest.mark.parametrize("changes", [{"across": (3,)}, {"rows": ()}, {"columns": (0,)}, {"stage": (1.0,)}])
def test_bad_spaces_are_refused(changes: dict[str, tuple[int, ...]]) -> None:
    with pytest.raises(InputError, match=rf"Space\.{next(iter(changes))}"):
        Space(**changes)
