"""Tiles of programmed cells: levels in, values out, the same devices again from the same stream or from a file."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.circuit import Cell, Node
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.crossbar import Crossbar, CrossbarEngine, program_tile
from remanence.crossbar.devices import write
from remanence.crossbar.programming import on_grid, program_cells
from remanence.data import build
from remanence.device import Defects

NODE = build(Node, "cmos-22nm")
CELLS = {name: build(Cell, name) for name in ("stt-2t2mtj", "reram-2t2r", "pcm-2t2r", "stt-1t1mtj", "pcm-1t1r")}
READ = 0.1


def calm(cell: Cell) -> Cell:
    """The cell without spread and write errors."""
    if cell.junction is not None:
        film = replace(cell.junction.stack, resistance_spread=0.0, tmr_spread=0.0, residual_write_error=0.0)
        return replace(cell, junction=replace(cell.junction, stack=film))
    assert cell.resistive is not None
    return replace(cell, resistive=replace(cell.resistive, spread_scale=0.0, residual_write_error=0.0))


@pytest.mark.parametrize("name", ["stt-2t2mtj", "reram-2t2r", "pcm-2t2r"])
def test_cells_without_spread_add_their_level(name: str) -> None:
    levels = np.array([[-1, 0, 1], [1, 1, -1]])
    tile = program_tile(levels, calm(CELLS[name]), NODE, Stream(0), read_voltage=READ)
    np.testing.assert_allclose(tile.values(), levels, atol=1e-12)


def test_single_ended_cells_keep_their_off_current() -> None:
    tile = program_tile(np.array([0, 1]), calm(CELLS["stt-1t1mtj"]), NODE, Stream(0), read_voltage=READ)
    off, on = tile.values()
    assert tile.negative is None
    assert on - off == pytest.approx(1.0, rel=1e-12)
    assert 0.3 < off < 1.0  # G_AP over the difference: 1/TMR(V), the transistor counted


def test_levels_are_equal_steps_behind_the_transistor() -> None:
    """Verify reads a cell through its transistor, as its column does: there the levels are equal, not in the device."""
    cell = calm(CELLS["pcm-1t1r"])
    tile = program_tile(np.arange(8), cell, NODE, Stream(0), read_voltage=READ, cell_bits=3)
    values = tile.values()
    np.testing.assert_allclose(np.diff(values), 1.0, rtol=1e-12)
    seen = values * tile.step
    bare = seen / (1 - tile.series * seen)
    assert cell.resistive is not None
    ends = [float(cell.resistive.conductance_low), float(cell.resistive.conductance_high)]
    np.testing.assert_allclose(np.array([bare[0], bare[-1]]), np.array(ends), rtol=1e-12)
    assert np.all(np.diff(bare, 2) > 0)  # g/(1 - r g) is convex
    np.testing.assert_allclose(tile.positive.conductance, bare, rtol=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(sorted(CELLS)), st.integers(0, 2**40), st.integers(1, 3))
def test_a_stream_programs_the_same_chip_again(name: str, seed: int, bits: int) -> None:
    cell = CELLS[name]
    bits = 1 if cell.junction is not None else bits
    top = 2**bits - 1
    levels = np.random.default_rng(seed).integers(-top if cell.differential else 0, top + 1, (2, 9, 5))
    first, again, other = (
        program_tile(levels, cell, NODE, Stream(s), read_voltage=READ, cell_bits=bits) for s in (seed, seed, seed + 1)
    )
    assert [part.digest for part in first.parts] == [part.digest for part in again.parts]
    assert [part.digest for part in first.parts] != [part.digest for part in other.parts]
    assert np.isfinite(first.values()).all()
    numbers, exponent = first.grid(9)
    assert np.abs(numbers.astype(np.int64)).sum(axis=1).max() < 2**24
    assert np.abs(np.ldexp(numbers.astype(float), -exponent) - first.values()).max() <= 2.0 ** -(exponent + 1)


@pytest.mark.parametrize("name", ["stt-64x128", "reram-64x128", "reram-2bit-64x128", "stt-unit-64x128"])
def test_the_engine_writes_its_cells_as_a_tile_is_written(name: str) -> None:
    """One way to program: the engine's groups are tiles, device for device."""
    bar = build(Crossbar, name)
    weights = np.random.default_rng(0).integers(-127, 128, (70, 20))
    encoded = bar.weight_encoding.encode(weights)
    written = write(encoded, bar, NODE, Stream(3))
    tile = program_tile(encoded.levels, bar.cell, NODE, Stream(3), read_voltage=float(bar.read_voltage),
                        cell_bits=bar.cell_bits)  # fmt: skip
    if "positive" in written:
        assert written["negative"].digest == tile.parts[1].digest
        assert written["positive"].digest == tile.positive.digest
        engine = CrossbarEngine.prepare(weights, np.ones((1, 70), int), signed=False, crossbar=bar, node=NODE)
        numbers, exponent = tile.grid(64)
        chip = engine.program(Stream(3))
        assert chip.exponent == exponent
        np.testing.assert_array_equal(np.concatenate([cells.values for cells in chip.cells], axis=1), numbers)
    else:
        fresh = program_cells(encoded.levels, bar.cell, NODE, Stream(3).child("cells"), cell_bits=bar.cell_bits)
        assert written["cells"].digest == fresh.digest


def test_verify_and_retries_reduce_write_errors() -> None:
    levels = np.ones((1, 400, 250), int)
    cell = CELLS["stt-1t1mtj"]

    def wrong(attempts: int, miss: float = 0.0) -> int:
        tile = program_tile(levels, cell, NODE, Stream(0), read_voltage=READ, write_error=0.1, attempts=attempts,
                            verify_miss=miss)  # fmt: skip
        return int(np.count_nonzero(tile.positive.held != tile.positive.target))

    for attempts, miss, expected in (
        (1, 0.0, 0.1),
        (2, 0.0, 0.01),
        (3, 0.0, 0.001),
        (2, 0.5, 0.1 * 0.5 * 1.05 + 0.0025),
    ):
        assert abs(wrong(attempts, miss) - 1e5 * expected) < 5 * np.sqrt(1e5 * expected)


def test_stuck_cells_reach_the_values() -> None:
    levels = np.zeros((1, 100, 100), int)
    tile = program_tile(levels, calm(CELLS["stt-2t2mtj"]), NODE, Stream(0), read_voltage=READ,
                        defects=Defects(short=0.1, open=0.0))  # fmt: skip
    assert set(np.unique(np.round(tile.values(), 9))) == {-1.0, 0.0, 1.0}


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"levels": np.array([2])}, "must lie in -1 to 1"),
        ({"levels": np.array([0.5])}, "whole numbers"),
        ({"cell_bits": 2}, "a junction holds 1 bit"),
        ({"read_voltage": 0.0}, "above 0 V"),
        ({"cell": build(Cell, "sram-2x8t1c")}, "needs a junction or a resistive device"),
        ({"write_error": -0.1}, "retry: error"),
    ],
)
def test_bad_tiles_are_refused(change: dict[str, object], match: str) -> None:
    arguments: dict[str, object] = {
        "levels": np.array([1]), "cell": CELLS["stt-2t2mtj"], "node": NODE, "stream": Stream(0), "read_voltage": READ,
    }  # fmt: skip
    with pytest.raises(InputError, match=match):
        program_tile(**{**arguments, **change})  # type: ignore[arg-type]


def test_the_grid_is_as_fine_as_exact_sums_allow() -> None:
    numbers, exponent = on_grid(np.full((1, 128, 2), 1.3), 128)
    assert int(numbers.astype(np.int64).sum(axis=1).max()) < 2**24
    assert int(on_grid(np.full((1, 128, 2), 1.3), 128)[0].max()) * 2 * 128 >= 2**24
    assert exponent == 16
