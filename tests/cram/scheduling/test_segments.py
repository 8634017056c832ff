"""Schedules into segments compute what their netlists mean, in fewer steps than one gate a step; what is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.cram import (
    GATES,
    Array,
    Builder,
    Lanes,
    Netlist,
    Program,
    asarray,
    jit,
    predicted,
    run,
    schedule,
)
from remanence.cram import compile as compiled
from remanence.cram.arithmetic import integer
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.machine.activity import activity, expected_activity
from remanence.cram.machine.reliability import measured
from remanence.cram.program import PRESET_0
from remanence.cram.scheduling.segments import schedule_segments
from remanence.cram.simulate import from_bits


@st.composite
def networks(draw: st.DrawFn) -> Netlist:
    """Random gates of any kind; constants among inputs and outputs; some gates with a place."""
    b = Builder([each.name for each in GATES])
    signals = [0, 1, *b.input("x", draw(st.integers(1, 5))), *b.input("y", 2)]
    for _ in range(draw(st.integers(0, 30))):
        each = draw(st.sampled_from(GATES))
        b.place = draw(st.sampled_from((float("nan"), 0.0, 2.0)))
        if len(set(signals)) >= each.inputs:
            read = draw(st.lists(st.sampled_from(signals), min_size=each.inputs, max_size=each.inputs, unique=True))
            signals.append(b.gate(each.name, *read))
    b.output("z", draw(st.lists(st.sampled_from(signals), min_size=1, max_size=4)))
    b.output("w", [signals[-1]])
    return b.netlist()


def means_the_same(program: Program, netlist: Netlist, seed: int = 0, rows: int = 70) -> bool:
    bits = {name: Stream(seed).child(name).events(0.5, (rows, len(word))) for name, word in netlist.inputs.items()}
    expected = netlist.evaluate(**bits)
    result = run(program, {name: from_bits(word, signed=False) for name, word in bits.items()})
    return all(np.array_equal(result[name], from_bits(word, signed=False)) for name, word in expected.items())


@settings(deadline=None)
@given(networks(), st.sampled_from((5, 8, 16, 60)), st.booleans(), st.integers(0, 99))
def test_a_schedule_computes_what_the_netlist_means(netlist: Netlist, segment: int, keep: bool, seed: int) -> None:
    program = schedule_segments(netlist, columns=60, segment=segment, keep_inputs=keep, start=seed % 60)
    assert means_the_same(program, netlist, seed)
    assert program.counts().items() >= netlist.counts().items()  # nothing twice, nothing left out
    assert program.step_count <= schedule(netlist, columns=60, keep_inputs=keep, start=seed % 60).step_count


@settings(deadline=None)
@given(networks(), st.sampled_from((2, 3)), st.integers(0, 99))
def test_no_gate_goes_beyond_its_reach(netlist: Netlist, reach: int, seed: int) -> None:
    program = schedule_segments(netlist, columns=160, segment=16, reach=reach)
    assert means_the_same(program, netlist, seed)
    assert program.joined().max(initial=0) <= reach
    relays = program.counts().get("NOT", 0) - netlist.counts().get("NOT", 0)
    assert relays >= 0
    assert relays % 2 == 0


def test_inputs_stay_where_they_are_told_to_be() -> None:
    b = Builder(["NAND2", "NOT"])
    x, y = b.input("x", 2), b.input("y", 2)
    b.output("z", [b.gate("NAND2", u, v) for u, v in zip(x, y, strict=True)])
    program = schedule_segments(b.netlist(), columns=32, segment=4, places={"x": (31, 0)})
    assert program.inputs["x"] == (31, 0)
    assert means_the_same(program, b.netlist())


def network(make: Callable[[Logic, tuple[int, ...], tuple[int, ...]], object], bits: int) -> Netlist:
    b = Builder(("NOT", "NAND2"))
    x, y = b.input("x", bits), b.input("y", bits)
    b.output("z", make(Logic(b), x, y))  # type: ignore[arg-type]
    return b.netlist()


@pytest.mark.parametrize(
    ("make", "bits", "times"),
    [
        (lambda logic, x, y: integer.add(logic, x, y)[0], 32, 4.0),
        (integer.multiply, 8, 2.0),
        (lambda logic, x, y: integer.popcount(logic, (*x, *y)), 32, 3.0),
    ],
)
def test_segments_shorten_arithmetic(make: Callable[..., object], bits: int, times: float) -> None:
    netlist = network(make, bits)
    program = schedule_segments(netlist, columns=1024, segment=32)
    assert means_the_same(program, netlist)
    assert program.step_count * times < schedule(netlist, columns=1024).step_count


def test_presets_are_batched_and_none_is_idle() -> None:
    program = schedule_segments(network(integer.multiply, 4), columns=512, segment=32)
    presets = np.isin(program.opcodes, (PRESET_0, PRESET_0 + 1))
    assert presets.sum() == (~presets).sum()  # one for each gate
    assert len(np.unique(program.steps[presets])) <= 2
    assert program.step_count < len(program) / 3


def test_a_program_that_needs_its_cells_again_still_fits() -> None:
    netlist = network(integer.multiply, 8)
    narrow = schedule_segments(netlist, columns=96, segment=12)
    wide = schedule_segments(netlist, columns=1024, segment=128)
    assert means_the_same(narrow, netlist)
    assert wide.step_count < narrow.step_count < schedule(netlist, columns=96).step_count


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"segment": 0}, "from 1 to the 64"),
        ({"segment": 65}, "from 1 to the 64"),
        ({"segment": 8, "reach": 1}, "at least 2"),
        ({"segment": 8, "columns": 18}, "columns"),
        ({"segment": 8, "columns": 10}, "the inputs alone"),
        ({"segment": 8, "places": {"a": (0,)}}, "inputs are"),
        ({"segment": 8, "start": 99}, "below 64"),
    ],
)
def test_what_cannot_be_scheduled_is_refused(how: dict[str, object], told: str) -> None:
    given_ = {"columns": 64, **how}
    with pytest.raises(InputError, match=told):
        schedule_segments(network(lambda logic, x, y: integer.add(logic, x, y)[0], 8), **given_)  # type: ignore[arg-type]


def test_moves_between_rows_need_lines_without_switches() -> None:
    x = asarray(np.arange(8), 4)
    with pytest.raises(InputError, match="bits that change rows"):
        x.sum(axis=0).program(segment=16)


def test_functions_compile_and_run_over_segments() -> None:
    def total(x: Lanes, y: Lanes) -> Lanes:
        return x + y

    x, y = (Stream(3).child(name).words(500).astype(np.int64) % (1 << 16) for name in "xy")
    program = compiled(total, arguments={"x": 16, "y": 16}, columns=512, segment=32)
    assert program.segment == 32
    assert np.array_equal(program.run({"x": x, "y": y})["y"], x + y)
    quick = jit(total, segment=32)
    assert np.array_equal(quick(asarray(x, 16), asarray(y, 16)).numpy(), x + y)
    assert quick.program(asarray(x, 16), asarray(y, 16)).step_count < compiled(
        total, arguments={"x": 16, "y": 16}
    ).step_count / 3  # fmt: skip
    with pytest.raises(InputError, match="goes with segments"):
        compiled(total, arguments={"x": 4, "y": 4}, reach=2)


def test_relays_need_a_gate_that_inverts_one_input() -> None:
    b = Builder(["NAND2"])
    x = b.input("x", 12)
    b.output("z", [b.gate("NAND2", x[0], x[-1])])
    with pytest.raises(InputError, match="takes NOT"):
        compiled(b.netlist(), gates=["NAND2"], columns=24, segment=2, reach=2)


def test_errors_and_activity_of_a_segmented_program() -> None:
    array = Array(cell="she-10nm", columns=512, segment=32, names=("NOT", "NAND2"), most_error=0.05)
    program = compiled(lambda x, y: x + y, arguments={"x": 8, "y": 8}, gates=array)
    x, y = (Stream(4).child(name).words(4000).astype(np.int64) % 256 for name in "xy")
    assert program.joined().max() > 1
    assert np.array_equal(program.run({"x": x, "y": y})["y"], x + y)
    seen, expected = activity(program, {"x": x, "y": y})[0], expected_activity(program)
    assert seen.shape == expected.shape == (len(program), 6)
    np.testing.assert_allclose(seen.sum(axis=1), 1.0)
    rates = {f"NAND2@{joined}": [0.0, 0.0, 2e-3 * joined] for joined in range(1, 17)}  # grows with the line
    found = measured(program, {"x": x, "y": y}, errors=rates, repeats=10)
    told = predicted(program, {"x": x[:500], "y": y[:500]}, errors=rates)
    assert 0.9 * told.predicted < found.probability < 1.1 * told.predicted
    alone = predicted(program, {"x": x[:500], "y": y[:500]}, errors={"NAND2": rates["NAND2@1"]})
    assert alone.predicted < told.predicted
