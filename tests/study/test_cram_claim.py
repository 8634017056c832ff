"""The claim taken apart: its arithmetic, what stays as it is, and pages that are what the code says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.cram.machine.claim_case import Logicclaim
from remanence.cram.simulate import run
from remanence.data import build
from remanence.report import cram
from remanence.study.cram_claim import MAJORITY, RELIABLE, Claimstudy, neuron, study
from remanence.study.cram_gates import gate_study
from remanence.study.cram_published import cram_rows

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def claim() -> Claimstudy:
    return study()


@pytest.mark.parametrize("gates", [MAJORITY, RELIABLE])
def test_a_neuron_counts(gates: tuple[str, ...]) -> None:
    program = neuron(7, gates, columns=64)
    x, w = np.arange(128), (np.arange(128) * 37) % 128
    assert np.array_equal(run(program, {"x": x, "w": w})["y"], [int(n).bit_count() for n in x & w])


def test_the_gates_are_those_of_the_arithmetic(claim: Claimstudy) -> None:
    """121 AND, then 116 adders of three or four gates, as polarities fall; 121 NAND, and 9 of an adder."""
    assert 121 + 116 * 3 <= claim.programs["majority"].gate_steps <= 121 + 116 * 4
    assert claim.programs["NAND"].gate_steps == pytest.approx(121 + 116 * 9, rel=0.02)


def test_the_first_line_is_the_claim_and_the_figures_are_solved_back(claim: Claimstudy) -> None:
    first = claim.steps[0]
    assert (first.energy_gain, first.time_gain) == pytest.approx((2500.0, 1700.0), rel=1e-12)
    assert first.baseline_time == pytest.approx(738e-6, rel=1e-3, abs=0)
    required = {name: number for name, (number, _) in claim.required.items()}
    assert required["power of CRAM"] == pytest.approx(1.083, rel=1e-3)
    assert required["time of a gate step"] < required["gate pulse of that device set"]
    operations = claim.programs["majority"].gate_steps * 100_000
    assert required["energy of a gate operation, all included"] == pytest.approx(0.47e-6 / operations, rel=1e-9, abs=0)
    assert required["baseline's energy of a binary multiply-accumulate"] == pytest.approx(97.1e-12, rel=1e-3, abs=0)
    assert 1e-17 < required["energy of its cells by that device set"] < 5e-17
    assert 0.001 < required["share of the cells in the energy"] < 0.01


def test_steps_add_up(claim: Claimstudy) -> None:
    steps = {step.name: step for step in claim.steps}
    apart, ideal = claim.costs["apart"], claim.costs["ideal"]
    assert steps["+ presets"].energy == pytest.approx(ideal.energy_parts["gates"] + apart.energy_parts["presets"])
    assert steps["+ presets"].time == pytest.approx(2.0 * steps["its gates alone"].time, rel=0.01)
    assert steps["+ arrays"].time == pytest.approx(7 * steps["+ reliable gates"].time)  # 100,000 over 16 x 1,024 rows
    assert steps["+ periphery"].energy > steps["+ rows at once"].energy
    times = [step.time for step in claim.steps[1:-2]]
    assert np.all(np.diff(times) >= 0)
    assert claim.last.energy_gain < 1 > claim.last.time_gain
    assert claim.steps[-1].energy_gain == pytest.approx(508.2 / 470.0, rel=1e-3)


def test_a_weak_baseline_is_where_the_gain_is(claim: Claimstudy) -> None:
    lost = claim.steps[0].energy_gain / claim.steps[-1].energy_gain
    assert lost > 1000


def test_reuse_and_lanes_are_parameters() -> None:
    case = build(Logicclaim, "mnist-2024")
    better = study(replace(case, lanes=2 * case.lanes, weight_reuse=10.0))
    worse = study(case)
    assert better.last.time_gain == pytest.approx(0.5 * worse.last.time_gain)
    assert better.last.energy_gain < worse.last.energy_gain
    with pytest.raises(InputError, match="must fit"):
        study(replace(case, inputs=600))


def test_the_page_is_what_the_code_says(claim: Claimstudy) -> None:
    assert (DOCS / "cram-claim.md").read_text() == cram.claim_text(claim), "run `make figures`"
    page = cram.claim_page(claim)
    assert page.startswith("<!DOCTYPE html>")
    assert "competent baseline" in page


def test_published_rows(claim: Claimstudy) -> None:
    frame = cram_rows(claim)
    assert frame["recalled"].all()
    assert frame.loc["nand-adder", "ours"] == pytest.approx(0.938, abs=2e-3)
    assert frame.loc["majority-adder", "ours"] == pytest.approx(0.516, abs=2e-3)
    assert frame.loc["adders-ordered", "holds"]
    assert frame["factor"].to_dict()["mnist-time"] > 3.0  # cannot be rebuilt


def test_a_sheet_of_gates_says_why() -> None:
    found = gate_study(device_set="stt-45nm", ratios=(1.0, 5.0))
    frame = found.frame.set_index("gate")
    assert found.gates.names == ("NOT", "NAND2")
    assert "turns over" in found.gates.refused["BUFFER"]
    assert frame.loc["NAND2", "low"] == pytest.approx(0.2677, rel=1e-3)
    told = "\n".join(cram.gate_remarks(found))
    assert "gates that pass: NOT, NAND2" in told
    assert "NMAJ3 does not pass" in told
    assert "Every gate at its best voltage" in cram.gate_page(found)
    with pytest.raises(InputError, match="give a junction"):
        gate_study()
