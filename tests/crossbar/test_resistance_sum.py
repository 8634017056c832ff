"""Strings of junctions: exact products, ngspice, events, and what the read costs."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from remanence.circuit import Cell, Node, Periphery
from remanence.core.constants import BOLTZMANN
from remanence.core.declare import replace
from remanence.core.errors import InputError
from remanence.core.stream import Stream
from remanence.crossbar import Resistancesum, program_strings
from remanence.crossbar.resistance_sum import ProgrammedStrings, discharge_time, string_current
from remanence.data import build

NGSPICE = shutil.which("ngspice")
needs_ngspice = pytest.mark.skipif(NGSPICE is None, reason="ngspice is not installed (Debian: apt-get install ngspice)")
NODE, BAR = build(Node, "cmos-28nm"), build(Resistancesum, "stt-64x64")
PERIPHERY = build(Periphery, "standard")
STATIC = 1e-6  # relative, of the current of a string
TIMED = 2e-4  # relative, of the time to the threshold: the step of ngspice's transient
FAST = 1e-4  # relative, of the resistance that the array uses against the whole discharge


def signs(seed: int, *shape: int) -> NDArray[np.int8]:
    return np.random.default_rng(seed).choice(np.array([-1, 1], np.int8), shape)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 150), st.integers(1, 6), st.integers(1, 5), st.sampled_from([1, 8, 64]))
def test_nominal_strings_give_the_exact_product(seed: int, depth: int, outputs: int, vectors: int, rows: int) -> None:
    weights, inputs = signs(seed, depth, outputs), signs(seed + 1, vectors, depth)
    strings = program_strings(weights, replace(BAR, rows=rows), NODE, None)
    np.testing.assert_array_equal(strings.multiply(inputs), inputs.astype(int) @ weights)


def test_results_do_not_depend_on_the_batch() -> None:
    weights, inputs = signs(0, 200, 7), signs(1, 40, 200)
    strings = program_strings(weights, BAR, NODE, Stream(3))
    noise = Stream(9)
    whole = strings.multiply(inputs, noise=noise)
    parts = [strings.multiply(inputs[k : k + 9], noise=noise, first_vector=k) for k in range(0, 40, 9)]
    np.testing.assert_array_equal(whole, np.concatenate(parts))
    assert np.any(whole != strings.multiply(inputs))
    again = program_strings(weights, BAR, NODE, Stream(3))
    np.testing.assert_array_equal(again.multiply(inputs, noise=noise), whole)
    assert np.any(program_strings(weights, BAR, NODE, Stream(4)).multiply(inputs) != strings.multiply(inputs))


def test_the_error_of_a_string_is_that_of_its_devices() -> None:
    """Sigma of a sum of 64 independent cells: from the spreads of R_P, TMR and transistor of the cards."""
    strings = program_strings(np.ones((64, 4000), np.int8), BAR, NODE, Stream(1))
    low, high, rest = BAR.nominal(NODE)
    film = BAR.cell.mtj.stack
    transistor = float(BAR.transistor_spread) * (rest - float(BAR.wire))
    parallel = low * float(film.resistance_spread)
    tmr = (high - low) / low
    antiparallel = np.hypot(high * float(film.resistance_spread), low * tmr * float(film.tmr_spread))
    for sign, spread in ((1, parallel), (-1, antiparallel)):
        read = strings.string_resistances(np.full((1, 64), sign, np.int8))[0, 0]
        assert read.std() == pytest.approx(8 * np.hypot(spread, transistor), rel=0.05)  # 4.5 sigma of 4,000 columns


def test_thermal_noise_is_kt_over_c_at_the_threshold() -> None:
    small = replace(BAR, capacitance=1e-15)  # a noise of about a cell, which the codes show
    strings = program_strings(np.ones((64, 1), np.int8), small, NODE, None)
    inputs = np.ones((4000, 64), np.int8)
    inputs[:, :32] = -1
    codes = strings.codes(inputs, noise=Stream(2)).astype(float)
    low, high, rest = small.nominal(NODE)
    volts = np.sqrt(BOLTZMANN * float(small.cell.mtj.temperature) / 1e-15)
    relative = volts / (float(small.voltage * small.threshold) * np.log(1 / float(small.threshold)))
    cells = relative * (32 * (low + high) + 64 * rest) / (high - low)
    assert cells > 0.5
    assert codes.std() == pytest.approx(np.sqrt(cells**2 + 1 / 12), rel=0.06)  # rounding adds 1/12
    assert strings.codes(inputs).std() == 0.0


def netlist(resistances: list[tuple[float, float]], series: float, half: float, tail: str) -> str:
    """A string whose cells have both branches: the one that is on, and one that is off by 1e14 ohm."""
    lines = ["* string of junctions"]
    for k, (parallel, ratio) in enumerate(resistances):
        top, bottom, middle = f"n{k}", f"n{k + 1}", f"m{k}"
        over = f"v({middle},{bottom})"
        lines += [
            f"rt{k} {top} {middle} {series!r}",
            f"bj{k} {middle} {bottom} i={over}/({parallel!r}*(1+{ratio!r}/(1+({over}/{half!r})^2)))",
            f"ro{k} {top} o{k} 1e14",
            f"rj{k} o{k} {bottom} {parallel!r}",
        ]
    lines += [f"vend n{len(resistances)} 0 0", ".options reltol=1e-9 abstol=1e-18 vntol=1e-12 gmin=1e-18", tail, ".end"]
    return "\n".join(lines) + "\n"


def spice(folder: Path, text: str) -> str:
    (folder / "string.cir").write_text(text)
    assert NGSPICE is not None
    done = subprocess.run(
        [NGSPICE, "-b", "string.cir"], cwd=folder, capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout


def one_string() -> tuple[ProgrammedStrings, NDArray[np.float64], NDArray[np.float64], float]:
    quiet = replace(BAR, transistor_spread=0.0)
    strings = program_strings(signs(5, 64, 1), quiet, NODE, Stream(8))
    inputs = signs(6, 1, 64)
    on = [strings.plus if sign > 0 else strings.minus for sign in inputs[0]]
    ratio = np.array([float(p.contrast[k, 0]) if p.held[k, 0] == 0 else 0.0 for k, p in enumerate(on)])
    parallel = np.array([1 / float(p.conductance[k, 0]) for k, p in enumerate(on)]) / (1 + ratio)
    return strings, parallel, ratio, BAR.nominal(NODE)[2]


@needs_ngspice
@pytest.mark.parametrize("volts", [0.9, 20.0])
def test_the_current_of_a_string_is_that_of_ngspice(tmp_path: Path, volts: float) -> None:
    """At 20 V each junction has lost a fifth of its TMR, so that the voltage law itself is tested."""
    _, parallel, ratio, rest = one_string()
    junction = BAR.cell.mtj
    half = float(junction.stack.half_voltage)
    text = netlist(
        list(zip(parallel.tolist(), ratio.tolist(), strict=True)), rest, half,
        f"vin n0 0 {volts}\n.control\nset numdgt=12\nop\nprint i(vend)\nquit\n.endc",
    )  # fmt: skip
    found = float(re.search(r"i\(vend\) = (\S+)", spice(tmp_path, text))[1])  # type: ignore[index]
    ours = float(string_current(junction, parallel, ratio, series=64 * rest, voltage=volts))
    assert ours == pytest.approx(found, rel=STATIC, abs=0)
    linear = volts / float((parallel * (1 + ratio)).sum() + 64 * rest)
    assert abs(ours / linear - 1) > (1e-5 if volts < 1 else 0.02)


@needs_ngspice
def test_the_discharge_time_is_that_of_ngspice(tmp_path: Path) -> None:
    strings, parallel, ratio, rest = one_string()
    junction, c = BAR.cell.mtj, float(BAR.capacitance)
    start, end = float(BAR.voltage), float(BAR.voltage * BAR.threshold)
    ours = float(discharge_time(junction, parallel, ratio, series=64 * rest, capacitance=c, start=start, end=end))
    text = netlist(
        list(zip(parallel.tolist(), ratio.tolist(), strict=True)), rest, float(junction.stack.half_voltage),
        f"c0 n0 0 {c!r} ic={start}\n.tran {ours / 2000!r} {1.3 * ours!r} 0 {ours / 2000!r} uic\n"
        f".control\nset numdgt=12\nrun\nmeas tran stop when v(n0)={end!r} fall=1\nquit\n.endc",
    )  # fmt: skip
    found = float(re.search(r"^stop\s+=\s+(\S+)", spice(tmp_path, text), re.MULTILINE)[1])  # type: ignore[index]
    assert ours == pytest.approx(found, rel=TIMED, abs=0)
    fast = float(strings.string_resistances(signs(6, 1, 64))[0, 0, 0]) * c * float(BAR.log_ratio)
    assert fast == pytest.approx(ours, rel=FAST, abs=0)


def test_time_and_current_agree_where_nothing_bends() -> None:
    junction = BAR.cell.mtj
    flat = replace(junction, stack=replace(junction.stack, half_voltage=1e5))
    parallel, ratio = np.full((3, 10), 5e3), np.linspace(0, 2, 30).reshape(3, 10)
    series = np.array([1e3, 2e3, 5e4])
    total = (parallel * (1 + ratio)).sum(axis=1) + series
    np.testing.assert_allclose(
        string_current(flat, parallel, ratio, series=series, voltage=np.full(3, 0.5)), 0.5 / total, rtol=1e-9
    )
    time = discharge_time(flat, parallel, ratio, series=series, capacitance=1e-13, start=1.0, end=0.4)
    np.testing.assert_allclose(time, total * 1e-13 * np.log(2.5), rtol=1e-9)
    with pytest.raises(InputError, match="below the start"):
        discharge_time(flat, parallel, ratio, series=series, capacitance=1e-13, start=1.0, end=1.5)


def test_events_count_the_products() -> None:
    weights, inputs = signs(0, 100, 70), signs(1, 9, 100)
    events = program_strings(weights, BAR, NODE, None).events(inputs)
    agree = sum(int((inputs[v][:, None] == weights).sum()) for v in range(9))
    assert events.cell_reads_low == agree + 9 * 70 * 28  # 28 idle cells fill the second string
    assert events.cell_reads_low + events.cell_reads_high == 9 * 70 * 128
    assert events.conversions == 9 * 2 * 70
    assert events.wordline_toggles == 9 * 128 * 2  # two arrays side by side for 70 columns
    assert events.array_steps == 9 * 2 * 2


def test_costs_follow_from_the_circuit() -> None:
    cost = BAR.cost(NODE, PERIPHERY)
    c, v, v_ref = (float(x) for x in (BAR.capacitance, BAR.voltage, BAR.voltage * BAR.threshold))
    assert cost.bitline_read == pytest.approx(c * v * (v - v_ref), rel=1e-12, abs=0)
    _, high, rest = BAR.nominal(NODE)
    assert float(cost.step_time) > 64 * (high + rest) * c * np.log(v / v_ref)
    assert cost.disturb < 0.1  # a string passes microamperes
    double = replace(BAR, capacitance=2 * c).cost(NODE, PERIPHERY)
    assert double.bitline_read == pytest.approx(2 * float(cost.bitline_read), rel=1e-12, abs=0)


def small() -> ProgrammedStrings:
    return program_strings(np.ones((3, 2), np.int8), BAR, NODE, None)


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: program_strings(np.zeros((3, 2), np.int8), BAR, NODE, None), r"\+1 or -1"),
        (lambda: program_strings(np.ones((3, 2), np.uint8), BAR, NODE, None), r"\+1 or -1"),
        (lambda: program_strings(np.ones((0, 2), np.int8), BAR, NODE, None), "neither 0"),
        (lambda: small().multiply(np.ones((2, 4), np.int8)), r"must be \(V, 3\)"),
        (lambda: small().multiply(np.zeros((2, 3), np.int8)), r"\+1 or -1"),
        (lambda: replace(BAR, threshold=1.0), "threshold"),
        (lambda: replace(BAR, bits=40), "bits"),
        (lambda: replace(BAR, cell=build(Cell, "pcm-2t2r")), "pair of junctions"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(call: object, match: str) -> None:
    with pytest.raises(InputError, match=match):
        call()  # type: ignore[operator]


def test_the_converter_is_set_for_the_mean_string() -> None:
    """Over many columns the counts of a half-and-half string are right on average, however wide the spread."""
    junction = BAR.cell.mtj
    wide = replace(junction, stack=replace(junction.stack, resistance_spread=0.15))
    bar = replace(BAR, cell=replace(BAR.cell, junction=wide))
    strings = program_strings(np.ones((64, 4000), np.int8), bar, NODE, Stream(3))
    inputs = np.ones((1, 64), np.int8)
    inputs[0, ::2] = -1
    codes = strings.codes(inputs)[0, 0]
    assert abs(codes.mean() - 32) < 5 * codes.std() / np.sqrt(4000)
