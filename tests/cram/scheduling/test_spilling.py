"""Values that one array has no room for go to its neighbours: the program still means what its network means."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.cram import GATES, Array, Builder, Netlist, Program, asarray, cost, jit, predicted, run, schedule
from remanence.cram.machine.activity import activity
from remanence.cram.program import COPY, MOVE
from remanence.cram.scheduling.order import columns_needed
from remanence.cram.simulate import from_bits


@st.composite
def networks(draw: st.DrawFn) -> Netlist:
    """Random gates with many values that are read late; constants among inputs and outputs."""
    b = Builder([each.name for each in GATES])
    signals = [0, 1, *b.input("x", draw(st.integers(1, 6))), *b.input("y", draw(st.integers(1, 6)))]
    for _ in range(draw(st.integers(1, 60))):
        each = draw(st.sampled_from(GATES))
        if len(set(signals)) >= each.inputs:
            read = draw(st.lists(st.sampled_from(signals), min_size=each.inputs, max_size=each.inputs, unique=True))
            signals.append(b.gate(each.name, *read))
    b.output("z", draw(st.lists(st.sampled_from(signals), min_size=1, max_size=9)))
    b.output("w", [signals[-1]])
    return b.netlist()


def product(bits: int) -> Netlist:
    x, y = (asarray(np.zeros(2, np.int64), bits) for _ in "xy")
    return (x * y).netlist()


def copy_steps(program: Program) -> int:
    return len(np.unique(program.steps[program.opcodes == COPY]))


def means(program: Program, netlist: Netlist, seed: int) -> None:
    bits = {name: Stream(seed).child(name).events(0.5, (70, len(word))) for name, word in netlist.inputs.items()}
    expected = netlist.evaluate(**bits)
    result = run(program, {name: from_bits(word, signed=False) for name, word in bits.items()})
    for name, word in expected.items():
        assert np.array_equal(result[name], from_bits(word, signed=False))


def inputs_last(program: Program, rows: int = 40) -> dict[str, NDArray[np.int64]]:
    """Run a program with its inputs among the outputs; return what they then hold, less what they held."""
    kept = replace(
        program, outputs={**program.outputs, **{f"in {name}": word for name, word in program.inputs.items()}}
    )
    numbers = {name: Stream(3).child(name).words(rows).astype(np.int64) % (1 << len(word))
               for name, word in program.inputs.items()}  # fmt: skip
    found = run(kept, numbers)
    return {name: found[f"in {name}"] - numbers[name] for name in numbers}


@settings(max_examples=100, deadline=None)
@given(networks(), st.integers(10, 24), st.integers(1, 4), st.booleans(), st.booleans(), st.integers(0, 99))
def test_a_spilled_program_means_the_same(
    netlist: Netlist, width: int, neighbours: int, keep: bool, batched: bool, seed: int
) -> None:
    try:
        program = schedule(netlist, columns=width, neighbours=neighbours, keep_inputs=keep, batched=batched,
                           start=seed % width)  # fmt: skip
    except InputError:
        assert columns_needed(netlist, keep_inputs=keep) > (width - 4) * (neighbours + 1) - 6
        return
    means(program, netlist, seed)
    made = {name: number for name, number in program.counts().items() if not name.startswith(("PRESET", "COPY"))}
    assert made == netlist.counts()
    assert program.width in (0, width)
    assert program.columns <= width * (1 + neighbours)
    if keep:
        assert not any(differ.any() for differ in inputs_last(program).values())


def test_what_fits_into_one_array_stays_there() -> None:
    netlist = product(6)
    alone, beside = (schedule(netlist, columns=60, neighbours=number) for number in (0, 3))
    assert np.array_equal(alone.opcodes, beside.opcodes)
    assert (beside.width, beside.arrays, beside.columns) == (0, 1, 60)


def test_a_product_goes_through_ever_narrower_arrays() -> None:
    netlist, steps = product(8), [schedule(product(8), columns=38).step_count]
    assert columns_needed(netlist) == 38
    copies = [0]
    for width, neighbours in ((36, 1), (28, 1), (20, 2), (12, 5)):
        program = schedule(netlist, columns=width, neighbours=neighbours)
        means(program, netlist, width)
        assert program.width == width
        assert program.arrays <= neighbours + 1
        steps.append(program.step_count)
        copies.append(copy_steps(program))
    assert copies == sorted(copies)
    assert copies[1] == 1  # an array of 36 lacks two columns: one step brings values there, none comes back
    assert steps[1:] == sorted(steps[1:])


def test_a_value_that_a_neighbour_still_holds_is_not_copied_again() -> None:
    """Four inputs in an array of eight and a chain that reads them again and again: each crosses once."""
    b = Builder(["NAND2"])
    x, y = b.input("x", 4), b.input("y", 4)
    last = b.gate("NAND2", x[0], y[0])
    for number in range(40):
        last = b.gate("NAND2", last, x[number % 4])
        last = b.gate("NAND2", last, y[number % 4])
    b.output("z", [last])
    netlist = b.netlist()
    program = schedule(netlist, columns=10, neighbours=1, places={"x": (0, 1, 2, 3), "y": (10, 11, 12, 13)})
    means(program, netlist, 1)
    assert program.counts()["COPY"] == 4
    assert copy_steps(program) == 1


def test_inputs_may_lie_in_the_neighbour() -> None:
    netlist = product(4)
    program = schedule(netlist, columns=26, neighbours=1, places={"x0": (26, 27, 30, 31), "x1": (0, 3, 5, 9)})
    assert program.inputs == {"x0": (26, 27, 30, 31), "x1": (0, 3, 5, 9)}
    means(program, netlist, 2)
    with pytest.raises(InputError, match="columns below 52"):
        schedule(netlist, columns=26, neighbours=1, places={"x0": (26, 27, 30, 52)})


def test_what_no_neighbour_can_help_is_refused() -> None:
    netlist = product(8)
    with pytest.raises(InputError, match="neighbours"):
        schedule(netlist, columns=37)
    with pytest.raises(InputError, match="inputs alone have 16"):
        schedule(netlist, columns=5, neighbours=2)
    with pytest.raises(InputError, match="gates fit into 2 arrays"):
        schedule(netlist, columns=17, neighbours=1)
    with pytest.raises(InputError, match="none to compute in"):
        schedule(netlist, columns=8, neighbours=1)
    with pytest.raises(InputError, match="neighbours"):
        schedule(netlist, columns=40, neighbours=-1)


def test_copies_of_a_step_cost_the_time_of_one_and_all_arrays_count() -> None:
    netlist = product(8)
    program, alone = schedule(netlist, columns=30, neighbours=1), schedule(netlist, columns=60)
    array = Array(rows=64, columns=30)
    priced = cost(program, array)
    whole = cost(alone, Array(rows=64, columns=60))
    one = priced.step_time[program.steps[np.flatnonzero(program.opcodes == COPY)[0]]]
    assert priced.time_parts["moves"] == pytest.approx(copy_steps(program) * one, rel=1e-12, abs=0)
    assert priced.arrays == 2
    assert priced.area == pytest.approx(2 * cost(schedule(product(2), columns=30), array).area, rel=1e-12, abs=0)
    assert priced.gates["COPY"] == program.counts()["COPY"]
    assert priced.latency > whole.latency
    assert priced.utilisation["columns"] <= 1.0
    used = set(program.outputs_to.tolist()) | set(program.stored[1].tolist())
    assert priced.utilisation["columns"] == pytest.approx(len(used) / 60, rel=1e-12)
    given = {"x0": np.arange(50), "x1": np.arange(50)[::-1]}
    shares, rows = activity(program, given)
    assert rows == 50
    assert np.allclose(shares[program.opcodes < COPY].sum(axis=1), 1.0)


def test_a_spilled_program_is_wrong_as_often_as_its_gates_say() -> None:
    netlist = product(3)
    rates: dict[str, list[float] | float] = {"NAND2": [1e-3, 2e-3, 0.0], "NOT": [1e-3, 1e-3], "PRESET": 1e-4}
    given = {"x0": np.tile(np.arange(8), 8), "x1": np.repeat(np.arange(8), 8)}
    alone, spilt = schedule(netlist, columns=60), schedule(netlist, columns=10, neighbours=3)
    assert spilt.counts()["COPY"] > 0
    one, other = (predicted(program, given, errors=rates) for program in (alone, spilt))
    gates = [program.opcodes < len(GATES) for program in (alone, spilt)]
    assert one.faults[gates[0]].sum() == pytest.approx(other.faults[gates[1]].sum(), rel=1e-12)
    assert one.predicted == pytest.approx(other.predicted, rel=1e-9)
    assert not other.by_instruction[spilt.opcodes == COPY].any()


def test_a_spilled_program_is_saved_whole_and_its_listing_names_arrays(tmp_path: Path) -> None:
    program = schedule(product(4), columns=14, neighbours=1)
    program.save(tmp_path / "p.cram")
    again = Program.load(tmp_path / "p.cram")
    assert again.listing() == program.listing()
    assert (again.width, again.columns) == (14, 28)
    lines = program.listing().splitlines()
    assert lines[0].startswith(f"28 columns in 2 arrays of 14, {program.step_count} steps")
    assert lines[1] == "in  x0: " + " ".join(f"{c // 14}:{c % 14}" for c in program.inputs["x0"])
    copies = [line for line in lines if "COPY" in line]
    assert len(copies) == copy_steps(program)
    assert all("array" in line for line in copies)


def test_numbers_and_functions_spill() -> None:
    x, y = (asarray(Stream(4).child(name).words(20).astype(np.int64) % 256, 8) for name in "xy")
    expected = x.numpy() * y.numpy()
    with pytest.raises(InputError, match="neighbours"):
        (x * y).numpy(columns=30)
    assert np.array_equal((x * y).numpy(columns=30, neighbours=1), expected)
    assert (x * y).program(columns=30, neighbours=1).arrays == 2
    priced = (x * y).cost(Array(rows=32, columns=30), neighbours=1)
    assert priced.arrays == 2
    assert np.array_equal(jit(lambda a, b: a * b, columns=30, neighbours=1)(x, y).numpy(), expected)


@pytest.mark.parametrize(("columns", "neighbours"), [(30, 1), (20, 2), (14, 4)])
def test_bits_that_change_rows_spill_too(columns: int, neighbours: int) -> None:
    x, y = (asarray(Stream(5).child(name).words(13).astype(np.int64) % 64, 6) for name in "xy")
    total = (x * y).sum(axis=0)
    program = total.program(columns=columns, neighbours=neighbours)
    assert {MOVE, COPY} <= set(program.opcodes.tolist())
    assert np.array_equal(total.numpy(columns=columns, neighbours=neighbours), [(x.numpy() * y.numpy()).sum()])
    assert not any(differ.any() for differ in inputs_last(program, rows=13).values())
