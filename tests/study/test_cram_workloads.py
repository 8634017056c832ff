"""Seven workloads: each equals NumPy and is priced in its baseline's scope, and the page is what the code says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from remanence.circuit import Memory, Node, Periphery, organise, storage
from remanence.core.errors import InputError
from remanence.cram.machine.array import Array
from remanence.data import build
from remanence.report import cram_workloads as report
from remanence.study.cram_workloads import (
    MACRO,
    WORKLOADS,
    Datapath,
    Division,
    Outcome,
    baseline,
    divisions,
    measure,
    study,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "howto" / "cram-workloads.md"


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    return study()


@pytest.fixture(scope="module")
def splits() -> list[Division]:
    return divisions()


@pytest.mark.parametrize("name", [name for name in WORKLOADS if name != "binary-network"])  # that is in the study
def test_equals_numpy_and_has_both_answers(name: str) -> None:
    work = WORKLOADS[name](200)
    assert np.array_equal(work.run(), work.expected)
    assert len(np.unique(WORKLOADS[name]().expected)) > 1


def test_a_result_that_is_not_numpys_is_refused() -> None:
    work = WORKLOADS["database-scan"](64)
    with pytest.raises(InputError, match="NumPy"):
        measure(replace(work, expected=1 - work.expected))


def test_the_baseline_by_hand() -> None:
    array = Array()
    work = replace(WORKLOADS["vector-addition"](16), datapath=Datapath(read=64, written=32))
    found = baseline(work, array, macros=64)
    assert isinstance(array.node, Node)
    memory, periphery = build(Memory, MACRO), build(Periphery, "standard")
    held = storage(memory, array.node, periphery, organise(memory, array.node, periphery, needed=1 << 20),
                   temperature=array.temperature)  # fmt: skip
    words = 524_288 * 96 / 256
    assert held.capacity == 1 << 20
    assert found.time == pytest.approx(words / 64 * 256 / held.bandwidth, rel=1e-12, abs=0)
    assert found.energy_parts["reads"] == pytest.approx(words * 2 / 3 * held.read_energy, rel=1e-12, abs=0)
    assert found.energy_parts["writes"] == pytest.approx(words / 3 * held.write_energy, rel=1e-12, abs=0)
    assert found.energy_parts["datapath"] == 0.0
    wide = baseline(replace(work, datapath=Datapath(read=64, written=32, adders=8192)), array, macros=64)
    assert wide.time == pytest.approx(2 * 524_288 / 64 * 256 / held.bandwidth, rel=1e-12, abs=0)  # half an item a cycle


def test_outcomes_hang_together(outcomes: list[Outcome]) -> None:
    assert len(outcomes) == 2 * len(WORKLOADS)
    for found in outcomes:
        cost = found.cost
        assert cost.rows == found.workload.rows
        assert cost.energy > cost.cell_energy
        assert cost.latency > cost.cell_latency
        assert found.workload.columns <= 1024
        assert found.wrong <= 1.0
        assert found.wrong < found.errors_per_item * 1.2 + 5e-4
    today, projected = outcomes[::2], outcomes[1::2]
    for one, two in zip(today, projected, strict=True):
        assert one.workload is two.workload
        assert two.wrong <= one.wrong
        assert two.cost.energy < one.cost.energy


def test_sums_in_cmos_save_time_and_errors_everywhere(splits: list[Division]) -> None:
    for each in splits:
        assert each.time_gain > 5
        assert each.wrong_hybrid < each.wrong_cells


def test_the_page_is_what_the_code_says(outcomes: list[Outcome], splits: list[Division]) -> None:
    assert PAGE.read_text(encoding="utf-8") == report.text(outcomes, splits), "run `make figures`"
