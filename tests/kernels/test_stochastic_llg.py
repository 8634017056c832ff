"""The equation of motion against closed forms, the back ends against the definition, and what is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from remanence.core.errors import BackendError, ConvergenceError, InputError, ValidityError
from remanence.kernels import gaussian, graphics
from remanence.kernels.stochastic_llg import INTEGRATORS, Layer, cpu, reference, stochastic_llg

KEY = (0x12345678, 0x9ABCDEF0)
PERPENDICULAR = (0.0, 0.0, 1.0)

SINGLE = [
    Layer(
        damping=0.1,
        anisotropy=(-0.3, 0.1, 1.0),
        second_order=0.2,
        field=(0.1, 0.2, -0.1),
        temperature=0.05,
        damping_like=((0.1, 0.2, -0.3), (0.05, 0.0, 0.0)),
        field_like=((0.0, 0.1, 0.1), (0.0, 0.0, 0.02)),
        voltage_anisotropy=(0.1,),
        asymmetry=0.3,
        polariser=(0.0, 0.6, 0.8),
    )
]
PAIR = [
    Layer(
        damping=0.1,
        anisotropy=(0.0, 0.1, 1.0),
        temperature=0.05,
        damping_like=((0.0, 0.0, -0.1),),
        coupling=(-0.2, -0.2, -0.2),
        biquadratic=-0.1,
        mutual_damping_like=(0.2,),
        mutual_field_like=(0.1,),
    ),
    Layer(
        damping=0.05,
        anisotropy=(0.0, 0.2, 2.0),
        field=(0.0, 0.0, 1.0),
        temperature=0.02,
        coupling=(-0.1, -0.1, -0.1),
        mutual_damping_like=(-0.1,),
    ),
]
AXIAL = [Layer(damping=0.05, anisotropy=PERPENDICULAR, temperature=0.1, damping_like=((0.0, 0.0, -0.1),))]


def starts(count: int, layers: int = 1) -> NDArray[np.float64]:
    """Unit vectors all over the sphere, the same ones every time."""
    number = np.arange(count * layers)
    z = 1.0 - (2.0 * number + 1.0) / number.size
    azimuth = number * 2.399963
    across = np.sqrt(1.0 - z**2)
    return np.stack([across * np.cos(azimuth), across * np.sin(azimuth), z], axis=1).reshape(count, layers, 3)


def drive(steps: int) -> NDArray[np.float64]:
    number = np.arange(steps)
    return np.stack([np.sin(0.05 * number), np.cos(0.02 * number)], axis=1)


def unit(theta: float, azimuth: float = 0.0) -> NDArray[np.float64]:
    across = np.sin(theta)
    return np.array([[[across * np.cos(azimuth), across * np.sin(azimuth), np.cos(theta)]]])


def none(steps: int) -> NDArray[np.float64]:
    return np.zeros(steps)


@pytest.mark.parametrize("integrator", INTEGRATORS)
@pytest.mark.parametrize("layers", [AXIAL, SINGLE, PAIR], ids=["axial", "single", "pair"])
def test_the_processor_follows_the_definition(layers: list[Layer], integrator: str) -> None:
    """Same noise, float32 against float64, all terms on; an odd first step and a count that fills no block."""
    start, table = starts(137, len(layers)), drive(301)
    given = {
        "drive": table,
        "step": 0.03,
        "key": KEY,
        "integrator": integrator,
        "first_step": 3,
        "first_trajectory": 11,
    }
    one = stochastic_llg(layers, start, backend="reference", **given)  # type: ignore[arg-type]
    other = stochastic_llg(layers, start, backend="cpu", **given)  # type: ignore[arg-type]
    assert (one.backend, other.backend) == ("reference", "cpu")
    # float32 rounds each step by 1e-7; the pair has an unstable direction that magnifies it
    assert np.abs(one.m - other.m).max() < 1e-3
    assert np.count_nonzero(one.crossing != other.crossing) <= 1


def test_the_words_are_those_of_the_definition() -> None:
    trajectories = 5 + np.arange(gaussian.LANES)
    for layer, call in ((0, 0), (1, 0), (0, 77), (1, 2**31 + 5)):
        constant = np.empty(3 * gaussian.LANES, np.uint64)
        words = np.empty(4 * gaussian.LANES, np.uint32)
        cpu._prepare(constant, 5, np.uint32(KEY[1]))
        cpu._words(words, constant, call, layer, np.uint32(KEY[0]), np.uint32(KEY[1]))
        assert np.array_equal(words.reshape(4, -1).T, reference.words(KEY, trajectories, call, layer))


def test_normal_numbers_of_float32_stay_near_those_of_float64() -> None:
    """Also at the ends: the smallest and the largest word."""
    words = reference.words(KEY, np.arange(gaussian.LANES), 3, 0).T.copy()
    words[0, :4], words[2, :4] = [0, 1, 2**32 - 1, 2**31], [0, 7, 2**32 - 2, 2**20]
    noise = np.empty(4 * gaussian.LANES, np.float32)
    gaussian.normals(words.reshape(-1), noise)
    radius = np.sqrt(-2.0 * np.log((words[0::2] + 0.5) * 2.0**-32))
    angle = 2.0 * np.pi * words[1::2] * 2.0**-32
    exact = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1).reshape(4, -1)
    assert np.abs(noise.reshape(4, -1) - exact)[:, 4:].max() < 4e-6
    assert np.abs(noise.reshape(4, -1) - exact).max() < 4e-4  # at u = 1 - 2^-32 float32 has no radius left


def test_the_noise_is_at_right_angles_and_as_strong_everywhere() -> None:
    m = starts(50)[:, 0]
    for pair in (np.array([1.0, 0.0]), np.array([0.6, -0.8])):
        thermal = reference.tangent(m, np.tile(pair, (50, 1)))
        assert np.abs((thermal * m).sum(axis=1)).max() < 1e-14
        assert np.linalg.norm(thermal, axis=1) == pytest.approx(np.ones(50), abs=1e-14)


@pytest.mark.parametrize("integrator", INTEGRATORS)
@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_precession_follows_kittel(integrator: str, backend: str) -> None:
    """Small circle around z in anisotropy plus field: rate (h + cos theta)/(1 + alpha^2), to 1e-4."""
    alpha, field, theta, step, steps = 1e-6, 0.7, 0.1, 0.01, 2000
    layer = Layer(damping=alpha, anisotropy=PERPENDICULAR, field=(0.0, 0.0, field))
    last = stochastic_llg(
        [layer], unit(theta), drive=none(steps), step=step, key=KEY, integrator=integrator, backend=backend
    ).m[0, 0]
    turned = np.arctan2(last[1], last[0])
    expected = (field + np.cos(theta)) * step * steps
    expected_turns = expected - 2.0 * np.pi * np.round((expected - turned) / (2.0 * np.pi))
    assert turned - expected_turns == pytest.approx(0.0, abs=1e-4 * expected)
    assert last[0] != pytest.approx(np.sin(theta), abs=1e-3)  # it did move, and towards +y first:
    first = stochastic_llg([layer], unit(theta), drive=none(10), step=step, key=KEY, backend=backend).m[0, 0]
    assert first[1] > 0


@pytest.mark.parametrize("integrator", INTEGRATORS)
def test_in_plane_precession_follows_kittel(integrator: str) -> None:
    """Easy x, hard z: omega = sqrt(h_x (h_x + h_z)) for small angles."""
    easy, hard = 0.05, 1.0
    layer = Layer(damping=1e-9, anisotropy=(easy, 0.0, -hard))
    theta, step, steps = 1e-3, 0.02, 2500
    start = np.array([[[np.cos(theta), np.sin(theta), 0.0]]])
    last = stochastic_llg([layer], start, drive=none(steps), step=step, key=KEY, integrator=integrator,
                          backend="reference").m[0, 0]  # fmt: skip
    omega = np.sqrt(easy * (easy + hard))
    stretch = np.sqrt(easy / (easy + hard))
    phase = np.arctan2(-last[2] / stretch, last[1])
    turns = np.round((omega * step * steps - np.abs(phase)) / (2 * np.pi))
    assert min(
        abs(2 * np.pi * turns + sign * phase - omega * step * steps) for sign in (1, -1)
    ) < 1e-4 * omega * step * (steps)


@pytest.mark.parametrize("integrator", INTEGRATORS)
def test_damping_follows_the_closed_form(integrator: str) -> None:
    """tan(theta) falls as exp(-alpha s/(1 + alpha^2)) at pure uniaxial anisotropy, at any angle."""
    alpha, theta, step, steps = 0.1, 1.0, 0.01, 1500
    layer = Layer(damping=alpha, anisotropy=PERPENDICULAR)
    last = stochastic_llg([layer], unit(theta), drive=none(steps), step=step, key=KEY, integrator=integrator,
                          backend="reference").m[0, 0]  # fmt: skip
    tangent = np.hypot(last[0], last[1]) / last[2]
    assert tangent == pytest.approx(np.tan(theta) * np.exp(-alpha * step * steps / (1 + alpha**2)), rel=1e-4, abs=0)


def test_without_damping_the_energy_stays() -> None:
    """Exactly for the midpoint rule; for Heun's method with an error that falls with the cube of the step."""
    a = np.array([-0.4, 0.2, 1.0])
    layer = Layer(damping=0.0, anisotropy=a, field=(0.1, -0.2, 0.3))

    def change(step: float, integrator: str) -> float:
        start = starts(20)
        last = stochastic_llg([layer], start, drive=none(round(20 / step)), step=step, key=KEY, integrator=integrator,
                              backend="reference").m  # fmt: skip
        energy = [-0.5 * m[:, 0] ** 2 @ a - m[:, 0] @ layer.field for m in (start, last)]
        return float(np.abs(energy[1] - energy[0]).max())

    assert change(0.1, "midpoint") < 1e-11
    coarse, fine = change(0.1, "heun"), change(0.05, "heun")
    assert coarse < 2e-3
    assert coarse / fine > 6.0
    assert change(0.1, "semi-implicit") > change(0.05, "semi-implicit") > 1e-9


@pytest.mark.parametrize("integrator", INTEGRATORS)
def test_deterministic_order_is_two(integrator: str) -> None:
    def end(step: float) -> NDArray[np.float64]:
        table = np.ones((round(3.2 / step), 2))
        cold = [Layer(**{name: getattr(SINGLE[0], name) for name in SINGLE[0].__slots__} | {"temperature": 0.0})]
        return stochastic_llg(cold, starts(9), drive=table, step=step, key=KEY, integrator=integrator,
                              backend="reference").m  # fmt: skip

    exact = end(0.0025)
    errors = [np.abs(end(step) - exact).max() for step in (0.08, 0.04, 0.02)]
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert np.all(orders > 1.8)
    assert np.all(orders < 3.2)


def test_damping_acts_on_the_torque_too() -> None:
    """Cross terms: a damping-like torque along p turns m about p with alpha a/(1 + alpha^2), which peers drop."""
    alpha, torque, step, steps = 0.3, 0.5, 0.001, 1000
    layer = Layer(damping=alpha, damping_like=((0.0, 0.0, torque),))
    last = stochastic_llg([layer], unit(1.2), drive=np.ones(steps), step=step, key=KEY, backend="reference").m[0, 0]
    # theta: d theta/ds = -a sin(theta)/(1+alpha^2), so tan(theta/2) falls exponentially; phi turns by -alpha a
    s = step * steps / (1.0 + alpha**2)
    assert np.tan(0.5 * np.arccos(last[2])) == pytest.approx(np.tan(0.6) * np.exp(-torque * s), rel=1e-5, abs=0)
    assert np.arctan2(last[1], last[0]) == pytest.approx(-alpha * torque * s, rel=1e-5, abs=0)


def test_a_field_like_torque_is_a_field() -> None:
    table = np.full(200, 0.4)
    field = Layer(damping=0.1, anisotropy=PERPENDICULAR, field=(0.2, 0.1, -0.1))
    torque = Layer(damping=0.1, anisotropy=PERPENDICULAR, field_like=((0.5, 0.25, -0.25),))
    one, other = (stochastic_llg([layer], starts(9), drive=table, step=0.05, key=KEY, backend="reference").m
                  for layer in (field, torque))  # fmt: skip
    assert one == pytest.approx(other, abs=1e-12)


def test_voltage_anisotropy_adds_to_the_anisotropy() -> None:
    table = np.full(200, 0.5)
    stiff = Layer(damping=0.1, anisotropy=(0.0, 0.0, 1.3))
    driven = Layer(damping=0.1, anisotropy=PERPENDICULAR, voltage_anisotropy=(0.6,))
    one, other = (stochastic_llg([layer], starts(9), drive=table, step=0.05, key=KEY, backend="reference").m
                  for layer in (stiff, driven))  # fmt: skip
    assert one == pytest.approx(other, abs=1e-12)


def test_two_coupled_layers_conserve_what_they_must() -> None:
    """Equal coupling, no damping: the energy, and the sum of the moments along z."""
    layers = [
        Layer(damping=0.0, anisotropy=PERPENDICULAR, coupling=(-0.5, -0.5, -0.5), biquadratic=0.0),
        Layer(damping=0.0, anisotropy=(0.0, 0.0, 0.5), coupling=(-0.5, -0.5, -0.5), biquadratic=0.0),
    ]
    start = starts(30, 2)
    last = stochastic_llg(layers, start, drive=none(400), step=0.1, key=KEY, integrator="midpoint",
                          backend="reference").m  # fmt: skip

    def energy(m: NDArray[np.float64]) -> NDArray[np.float64]:
        z = m[:, :, 2]
        return np.asarray(-0.5 * z[:, 0] ** 2 - 0.25 * z[:, 1] ** 2 + 0.5 * (m[:, 0] * m[:, 1]).sum(axis=1))

    assert energy(last) == pytest.approx(energy(start), abs=1e-11)
    assert last[:, :, 2].sum(axis=1) == pytest.approx(start[:, :, 2].sum(axis=1), abs=1e-11)
    assert np.abs(last - start).max() > 0.5


@pytest.mark.parametrize("layers", [AXIAL, PAIR], ids=["axial", "pair"])
def test_threads_chunks_and_pieces_leave_the_bits(layers: list[Layer], monkeypatch: pytest.MonkeyPatch) -> None:
    start, table = starts(gaussian.LANES * cpu.BLOCKS + 77, len(layers)), drive(41)
    given = {"step": 0.05, "key": KEY, "backend": "cpu"}

    def run(workers: int) -> NDArray[np.float64]:
        monkeypatch.setattr(cpu, "threads", lambda: workers)
        return stochastic_llg(layers, start, drive=table, **given).m  # type: ignore[arg-type]

    whole = run(1)
    assert np.array_equal(whole, run(2))
    parts = []
    for begin, end in ((0, 5), (5, 300), (300, start.shape[0])):
        m, crossing = start[begin:end], np.full(end - begin, -1)
        for first, last in ((0, 7), (7, 8), (8, 41)):
            result = stochastic_llg(layers, m, drive=table[first:last], first_step=first, first_trajectory=begin,
                                    **given)  # type: ignore[arg-type]  # fmt: skip
            m = result.m
        parts.append(m)
    assert np.array_equal(whole, np.concatenate(parts))
    assert crossing.size


def test_two_devices_never_share_noise() -> None:
    """A peer copies its generator with the layer: equal layers then move alike to the last bit."""
    m = stochastic_llg(AXIAL, np.repeat(starts(1), 300, axis=0), drive=none(30), step=0.05, key=KEY, backend="cpu").m
    assert np.unique(m[:, 0, 0]).size == 300
    pair = [Layer(damping=0.1, anisotropy=PERPENDICULAR, temperature=0.1, coupling=(1e-9, 0.0, 0.0))] * 2
    both = stochastic_llg(pair, np.repeat(starts(1), 2, axis=1), drive=none(30), step=0.05, key=KEY, backend="cpu").m
    assert np.abs(both[:, 0] - both[:, 1]).max() > 1e-3


def test_crossings_count_from_step_zero() -> None:
    layer = Layer(damping=0.5, damping_like=((0.0, 0.0, -1.0),))
    start = np.concatenate([unit(0.5), unit(2.5)])
    whole = stochastic_llg([layer], start, drive=np.ones(400), step=0.01, key=KEY, backend="cpu")
    half = stochastic_llg([layer], start, drive=np.ones(50), step=0.01, key=KEY, backend="cpu")
    rest = stochastic_llg([layer], half.m, drive=np.ones(350), step=0.01, key=KEY, backend="cpu", first_step=50,
                          side=np.array([1.0, -1.0]))  # fmt: skip
    # tan(theta/2) grows as exp(a s/(1 + alpha^2)) and is 1 at the equator
    expected = -np.log(np.tan(0.25)) * 1.25 / 0.01
    assert whole.crossing[0] == pytest.approx(expected, abs=1.01)
    assert whole.crossing[1] == -1
    assert half.crossing[0] == -1
    assert rest.crossing[0] == whole.crossing[0]


def strong_error(integrator: str, coarse: int) -> float:
    """Mean distance at s = 2 between a path and the same path with steps ``coarse`` times as long."""
    fine, count, end = 1024, 200, 2.0
    layer = [Layer(damping=0.3, anisotropy=PERPENDICULAR, temperature=0.5)]
    passes = {"midpoint": 0}.get(integrator, INTEGRATORS[integrator])
    pairs = np.stack([reference.normals(KEY, np.arange(count), step, 0) for step in range(fine)])[:, :, None]

    def run(factor: int) -> NDArray[np.float64]:
        noise = pairs.reshape(fine // factor, factor, count, 1, 2).sum(axis=1) / np.sqrt(factor)
        m, _ = reference.integrate(layer, np.tile(unit(0.5), (count, 1, 1)), np.zeros((fine // factor, 1)),
                                   end / fine * factor, KEY, np.arange(count), 0, passes, 2, np.ones(count),
                                   noise)  # fmt: skip
        return m

    return float(np.mean(np.linalg.norm(run(coarse) - run(1), axis=2)))


@pytest.mark.parametrize("integrator", ["heun", "semi-implicit"])
def test_strong_order(integrator: str) -> None:
    """Noise in two directions on a sphere does not commute: without Levy areas no scheme exceeds order 1/2 strictly."""
    order = np.log2(strong_error(integrator, 64) / strong_error(integrator, 16)) / 2.0
    assert 0.4 < order < 1.1


def test_triton_follows_the_definition_in_its_interpreter() -> None:
    pytest.importorskip("triton")
    code = """
import dataclasses, json, numpy as np, sys
from remanence.kernels.stochastic_llg import Layer, stochastic_llg
cases = json.loads(sys.stdin.read())
worst = []
for case in cases:
    layers = [Layer(**item) for item in case["layers"]]
    given = dict(drive=np.array(case["drive"]), step=0.03, key=tuple(case["key"]), integrator=case["integrator"],
                 first_step=3, first_trajectory=11)
    start = np.array(case["start"])
    one = stochastic_llg(layers, start, backend="reference", **given)
    other = stochastic_llg(layers, start, backend="gpu", **given)
    assert other.backend == "gpu"
    worst.append([float(np.abs(one.m - other.m).max()), int(np.count_nonzero(one.crossing != other.crossing))])
print(json.dumps(worst))
"""
    cases = [
        {
            "layers": [{name: getattr(layer, name).tolist() for name in Layer.__slots__} for layer in layers],
            "start": starts(140, len(layers)).tolist(),
            "drive": drive(12).tolist(),
            "key": KEY,
            "integrator": integrator,
        }
        for layers, integrator in ((AXIAL, "heun"), (SINGLE, "semi-implicit"), (PAIR, "heun"))
    ]
    done = subprocess.run([sys.executable, "-c", code], input=json.dumps(cases), capture_output=True, text=True,
                          env={**os.environ, "TRITON_INTERPRET": "1"}, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    for distance, differing in json.loads(done.stdout.splitlines()[-1]):
        assert distance < 1e-5
        assert differing == 0


def test_a_missing_graphics_processor_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphics, "available", lambda: False)
    monkeypatch.delenv("TRITON_INTERPRET", raising=False)
    with pytest.raises(BackendError, match="gpu back end needs"):
        stochastic_llg(AXIAL, starts(1), drive=none(1), step=0.1, key=KEY, backend="gpu")
    assert stochastic_llg(AXIAL, starts(1), drive=none(1), step=0.1, key=KEY).backend == "cpu"


@pytest.mark.parametrize(
    ("change", "kind", "says"),
    [
        ({"step": -0.1}, InputError, "positive"),
        ({"step": np.nan}, InputError, "positive"),
        ({"step": 3.0}, ValidityError, "shorter step"),
        ({"drive": np.array([np.nan])}, InputError, "finite"),
        ({"drive": np.zeros((3, 4))}, InputError, "1 to 3"),
        ({"integrator": "euler"}, InputError, "heun, semi-implicit, midpoint"),
        ({"backend": "tpu"}, BackendError, "known are"),
        ({"axis": 3}, InputError, "0, 1 or 2"),
        ({"first_trajectory": 2**32}, ValidityError, "2\\*\\*32"),
        ({"first_step": 2**33}, ValidityError, "2\\*\\*33"),
        ({"side": np.ones(3)}, InputError, "one number per trajectory"),
        ({"start": np.ones((1, 1, 3))}, InputError, "length 1"),
        ({"start": np.ones((1, 3))}, InputError, "must be"),
        ({"layers": AXIAL * 3}, InputError, "one layer or two"),
        ({"layers": [Layer(damping=np.full(7, 0.1))]}, InputError, "must fit the 1"),
    ],
)
def test_what_cannot_be_integrated_is_refused(change: dict[str, object], kind: type[Exception], says: str) -> None:
    given = {"layers": AXIAL, "start": starts(1), "drive": none(2), "step": 0.1, "key": KEY} | change
    with pytest.raises(kind, match=says):
        stochastic_llg(given.pop("layers"), given.pop("start"), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "fields",
    [
        {"damping": np.nan},
        {"damping": -0.1},
        {"damping": 0.1, "temperature": -1.0},
        {"damping": 0.1, "anisotropy": (1.0, 0.0)},
        {"damping": 0.1, "anisotropy": 1.0},
        {"damping": 0.1, "damping_like": np.zeros((4, 3))},
        {"damping": 0.1, "asymmetry": 1.0},
        {"damping": np.zeros((2, 2))},
    ],
)
def test_a_layer_that_makes_no_sense_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(InputError, match="Layer"):
        Layer(**fields)


def test_a_midpoint_that_does_not_stand_still_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "PASSES", 3)
    with pytest.raises(ConvergenceError, match="shorter step"):
        stochastic_llg(SINGLE, starts(5), drive=drive(2), step=0.3, key=KEY, integrator="midpoint", backend="reference")
