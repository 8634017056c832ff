"""Published trends of mapping and slicing, on a synthetic layer: Xiao et al., arXiv 2109.01262.

Cells whose error is proportional to their conductance: a weight near zero should be a cell near zero. A differential
pair stores it so (proportional mapping); an offset stores it as half the largest conductance.
"""

from __future__ import annotations

import numpy as np
import pytest

from remanence.core.declare import replace
from remanence.core.stream import Stream
from remanence.crossbar import Crossbar, CrossbarEngine
from remanence.system import platform

CHIP = platform("crossbar-reram-22nm").design
BAR, NODE = CHIP.crossbar, CHIP.node
assert BAR is not None
assert NODE is not None
SEEDS = range(6)


def layout(scheme: str, cell_bits: int, *, proportional: bool = True) -> Crossbar:
    """Return a crossbar whose cells err by 5 %, of their own conductance or of the highest, and in nothing else."""
    assert BAR is not None
    device = BAR.cell.resistive
    assert device is not None
    error = 0.05 * float(device.conductance_high)
    spreads = {f"spread_{power}": 0.0 for power in range(5)} | {f"spread_{int(proportional)}": error}
    plain = replace(device, conductance_low=0.0, **spreads)
    pair = scheme == "sign-magnitude"
    cell = replace(BAR.cell, resistive=plain, topology="2T2R" if pair else "1T1R")
    return replace(BAR, cell=cell, encoding=scheme, cell_bits=cell_bits, columns=256,
                   converter=replace(BAR.converter, kind="ideal"))  # fmt: skip


def errors(bar: Crossbar) -> np.ndarray:
    """Return the rms error of a layer over the rms of its result, for each programmed chip."""
    assert NODE is not None
    draws = Stream(3)
    weights = np.clip(np.rint(32 * draws.child("weights").normal((96, 24))), -127, 127).astype(np.int64)
    inputs = np.clip(np.rint(64 * draws.child("inputs").normal((40, 96))), 0, 255).astype(np.int64)
    engine = CrossbarEngine.prepare(weights, inputs, signed=False, crossbar=bar, node=NODE)
    exact = inputs @ weights
    found = [engine.program(Stream(seed)).multiply(inputs) - exact for seed in SEEDS]
    relative: np.ndarray = np.sqrt(np.mean(np.square(found), axis=(1, 2)) / np.mean(exact**2.0))
    return relative


PROPORTIONAL = errors(layout("sign-magnitude", 7))
OFFSET = errors(layout("offset", 8))


def test_proportional_mapping_beats_offset() -> None:
    """In every chip at least 3 times: rms of w against rms of w + 128, here 32 against 132."""
    assert PROPORTIONAL.max() < OFFSET.min() / 3
    # in closed form: the access transistor takes a little of a high conductance's error away again
    assert np.mean(OFFSET) / np.mean(PROPORTIONAL) == pytest.approx(np.hypot(32, 128) / 32, rel=0.2)


@pytest.mark.parametrize("cell_bits", [1, 2, 4])
def test_slicing_does_not_rescue_state_proportional_error(cell_bits: int) -> None:
    """Slices average independent errors, by less than a factor root 3, and the mapping still decides."""
    differential, offset = errors(layout("sign-magnitude", cell_bits)), errors(layout("offset", cell_bits))
    for sliced, whole in ((differential, PROPORTIONAL), (offset, OFFSET)):
        assert np.mean(sliced) > np.mean(whole) / np.sqrt(3.0)
    assert differential.max() < offset.min() / 2
    assert PROPORTIONAL.max() < offset.min() / 1.5, "one proportional cell beats any number of offset slices"


def test_error_that_does_not_depend_on_the_state_leaves_the_mappings_closer() -> None:
    """The gain of proportional mapping comes from the error's proportionality: without it a pair has two errors."""
    pair, offset = (errors(layout(*one, proportional=False)) for one in (("sign-magnitude", 7), ("offset", 8)))
    assert np.mean(offset) / np.mean(pair) < 2.0
