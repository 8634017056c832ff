"""The claim taken apart: its arithmetic, what stays as it is, and pages that are what the code says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.cram.machine.array import Array
from remanence.cram.machine.claim_case import Logicclaim
from remanence.cram.simulate import run
from remanence.data import build
from remanence.report import cram, cram_gates
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


def test_the_claimed_device_spoils_what_it_reads(claim: Claimstudy) -> None:
    """121 AND with two inputs each, almost at their switching current, against NAND, far from it."""
    sheet = Array(cell="stt-10nm", names=("AND2",), most_error=0.9).gates.sheets["AND2"]
    assert claim.turned["ideal"] == pytest.approx(121 * sheet.input_error, rel=0.01)
    assert claim.turned["ideal"] > 10.0 > 1e-6 > claim.turned["reliable"]
    assert any("turn over: 19 with" in line for line in cram.claim_remarks(claim))


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
    assert set(frame.index[~frame["recalled"].astype(bool)]) == {"vcma-error", "vcma-tmr", "vcma-voltage"}
    assert 0.05 < frame["ours"].to_dict()["vcma-error"] < 0.2
    assert frame.loc[["vcma-tmr", "vcma-voltage"], "holds"].all()
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
    told = "\n".join(cram_gates.gate_remarks(found))
    assert "gates that pass at a TMR of 133%: NOT, NAND2\n" in told
    assert "NAND3 150%" in told
    assert "at no TMR up to 500%: BUFFER" in told
    page = cram_gates.gate_page(found)
    assert "Every gate at its best voltage" in page
    assert "give a junction" in page
    with pytest.raises(InputError, match="give a junction"):
        gate_study()
    with pytest.raises(InputError, match="no junction"):
        gate_study(device_set="stt-45nm", voltage_anisotropy="-100 fJ/(V*m)")


def test_the_tmr_that_a_gate_needs_is_where_it_starts_to_pass() -> None:
    found = gate_study(device_set="stt-45nm")
    for name in ("NAND2", "NAND3", "NOR2"):
        for factor, passing in ((0.97, False), (1.03, True)):
            other = gate_study(device_set="stt-45nm", tmr=str(factor * found.needed[name]), ratios=(1.0, 5.0))
            assert (name in other.gates.names) is passing


def test_a_junction_is_swept_over_temperature_and_pulse() -> None:
    found = gate_study(film="cofeb-double-mgo", pulse="100 ns", temperatures=("25 degC", "125 degC"),
                       pulses=(2e-8, 1e-7, 1e-6), ratios=(1.0, 2.0, 4.0, 10.0))  # fmt: skip
    errors = found.against_pulse.pivot(index="pulse", columns="gate", values="error")
    assert np.all(np.diff(errors["NAND2"]) < 0.0)
    assert errors["NOT"].to_dict()[1e-7] == pytest.approx(found.gates.sheets["NOT"].error, rel=1e-9)
    warm = found.against_temperature.pivot(index="temperature", columns="gate", values="error")
    assert warm["NAND2"].iloc[1] > warm["NAND2"].iloc[0]
    assert found.needed["NAND2"] > 1.8
    told = "\n".join(cram_gates.gate_remarks(found))
    assert "breaks at 1.50 V" in told
    assert "no pulse up to 1 us is long enough for NAND2" in told
    page = cram_gates.gate_page(found)
    assert "Error against temperature" in page
    assert "Error against pulse" in page
    assert len(cram_gates.sweep_tables(found)) == 3


def test_a_claim_takes_device_sets_alone() -> None:
    with pytest.raises(InputError, match="made: got 'nope'; known names are: she-10nm, stt-10nm, stt-45nm"):
        study(replace(build(Logicclaim, "mnist-2024"), made="nope"))
