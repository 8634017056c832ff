"""Groups on arrays: exact against NumPy, and counted like the single matrices they are made of."""

from __future__ import annotations

import dataclasses
import functools
import operator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.crossbar import Crossbar, CrossbarEngine, GroupedCrossbarEngine
from remanence.crossbar.grouped import block_diagonal, groups_together
from remanence.system import platform

CHIP = platform("crossbar-stt-22nm").design
NODE = CHIP.node
BAR = CHIP.crossbar
assert NODE is not None
assert BAR is not None


def layer(
    bar: Crossbar, shape: tuple[int, int, int], vectors: int = 6
) -> tuple[GroupedCrossbarEngine, np.ndarray, np.ndarray]:
    """Return the engine of random weights, the weights and inputs."""
    assert NODE is not None
    rng = np.random.default_rng(3)
    weights = rng.integers(-127, 128, shape)
    inputs = rng.integers(0, 256, (vectors, shape[0] * shape[1])).astype(np.int16)
    return GroupedCrossbarEngine.prepare(weights, inputs, signed=False, crossbar=bar, node=NODE), weights, inputs


@given(
    groups=st.integers(1, 9),
    depth=st.integers(1, 20),
    outputs=st.integers(1, 4),
    rows=st.integers(1, 30),
    columns=st.integers(1, 40),
    together=st.sampled_from([1, 2, 4096]),
)
@settings(max_examples=60, deadline=None)
def test_ideal_cells_give_the_product_of_each_group(
    groups: int, depth: int, outputs: int, rows: int, columns: int, together: int
) -> None:
    assert BAR is not None
    bar = replace(BAR, rows=rows, columns=columns, groups_per_array=together,
                  converter=replace(BAR.converter, kind="lossless"))  # fmt: skip
    engine, weights, inputs = layer(bar, (groups, depth, outputs))
    expected = np.einsum("vgk,gkn->vgn", inputs.reshape(-1, groups, depth).astype(np.int64), weights)
    for backend in ("reference", "cpu"):
        product = engine.program(None).multiply(inputs, backend)
        np.testing.assert_array_equal(product, expected.reshape(len(inputs), -1))
    assert 0.0 < engine.utilisation <= 1.0
    assert engine.utilisation * engine.arrays * rows * columns == pytest.approx(weights.size * bar.slices)


def test_groups_on_their_own_arrays_count_like_single_matrices() -> None:
    """Everything adds, but the time: all groups work at once."""
    assert BAR is not None
    assert NODE is not None
    engine, weights, inputs = layer(BAR, (5, 9, 2))
    singles = [
        CrossbarEngine.prepare(weights[g], inputs[:, 9 * g : 9 * g + 9], signed=False, crossbar=BAR, node=NODE)
        for g in range(5)
    ]
    each = [one.events(inputs[:, 9 * g : 9 * g + 9]) for g, one in enumerate(singles)]
    added = functools.reduce(operator.add, each)
    assert engine.events(inputs) == dataclasses.replace(added, sequential_steps=6.0 * BAR.input_bits)
    assert engine.arrays == sum(one.arrays for one in singles) == 5
    assert engine.write_events() == functools.reduce(operator.add, [one.write_events() for one in singles])
    assert engine.utilisation == singles[0].utilisation


def test_sharing_an_array_writes_reads_and_spreads_the_zeros_too() -> None:
    assert BAR is not None
    bar = replace(BAR, groups_per_array=4)
    assert groups_together(9, 2, bar) == 4
    assert groups_together(30, 2, bar) == 2
    assert groups_together(9, 8, bar) == 2
    assert groups_together(100, 2, bar) == 1
    shared, weights, inputs = layer(bar, (6, 9, 2))
    alone, _, _ = layer(BAR, (6, 9, 2))
    assert (shared.arrays, alone.arrays) == (2, 6)
    assert shared.step == alone.step, "zeros beside the diagonal change no nominal sum"
    a, b = shared.events(inputs), alone.events(inputs)
    assert (a.conversions, a.cell_reads_low, a.wordline_toggles) == (
        b.conversions,
        b.cell_reads_low,
        b.wordline_toggles,
    )
    assert a.cell_reads_high > b.cell_reads_high
    assert shared.write_events().memory_bits_written == 2 * 7 * (36 * 8 + 18 * 4)
    whole = block_diagonal(weights[:4])
    np.testing.assert_array_equal(whole[9:18, 2:4], weights[1])
    assert np.count_nonzero(whole) == np.count_nonzero(weights[:4])
    exact = alone.program(None).multiply(inputs)
    np.testing.assert_array_equal(exact, shared.program(None).multiply(inputs))
    errors = [np.mean([np.abs(one.program(Stream(s)).multiply(inputs) - exact).mean() for s in range(8)])
              for one in (shared, alone)]  # fmt: skip
    assert errors[0] > 1.5 * errors[1]


def test_a_draw_depends_on_the_stream_alone() -> None:
    assert BAR is not None
    engine, _, inputs = layer(BAR, (4, 9, 2))
    assert engine.random
    first = engine.program(Stream(1)).multiply(inputs, "reference")
    np.testing.assert_array_equal(first, engine.program(Stream(1)).multiply(inputs, "cpu"))
    pieces = [engine.program(Stream(1)).multiply(inputs[i : i + 1]) for i in range(len(inputs))]
    np.testing.assert_array_equal(first, np.concatenate(pieces))
    cells = [pack.cells[0].values for pack in engine.program(Stream(1)).packs]
    assert not np.array_equal(np.abs(cells[0]), np.abs(cells[1])), "each group has draws of its own"


@pytest.mark.parametrize("width", [35, 37])
def test_inputs_and_weights_of_another_layer_are_refused(width: int) -> None:
    assert BAR is not None
    assert NODE is not None
    bar, node = BAR, NODE
    engine, weights, inputs = layer(bar, (4, 9, 2))
    programmed, other = engine.program(Stream(0)), np.resize(inputs, (6, width))
    for attempt in (
        lambda: GroupedCrossbarEngine.prepare(weights, other, signed=False, crossbar=bar, node=node),
        lambda: engine.events(other),
        lambda: programmed.multiply(other),
        lambda: programmed.gradient(np.ones((6, 8)), other),
    ):
        with pytest.raises(InputError, match="must be vectors of the layer's 36 inputs"):
            attempt()
    with pytest.raises(InputError, match=r"weights: got shape \(3, 9, 2\); must be \(4, 9, 2\)"):
        engine.holding(weights[:3])
