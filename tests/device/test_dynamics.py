"""Ensembles of a junction: signs, conventions, devices, records, resonance, loops, coupled layers, bad input."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from remanence.core.constants import VACUUM_PERMEABILITY as MU0
from remanence.core.declare import replace
from remanence.core.errors import ConvergenceError, InputError, ValidityError
from remanence.device import drive, heavy_metal, junction, sot_critical_current, stack
from remanence.device.coupled import Coupledlayers, Magneticlayer, simulate_pair
from remanence.device.dynamics import simulate
from remanence.device.junction import Junction
from remanence.device.macrospin import RATE, macrospin
from remanence.device.resonance import ferromagnetic_resonance, hysteresis_loop

PEER = Path(__file__).parents[1] / "peers" / "cmtj_switching.csv"


@pytest.fixture(scope="module")
def cell() -> Junction:
    """A small cell; its barrier is made to stand what the tests ask of it."""
    made = junction("cofeb-double-mgo", diameter="20 nm")
    return replace(made, stack=replace(made.stack, breakdown_voltage=5.0))


def test_positive_voltage_writes_p_and_negative_writes_ap(cell: Junction) -> None:
    volts = 2.0 * cell.critical_voltage
    for start, sign in (("AP", 1.0), ("P", -1.0)):
        for polarity, written in ((sign, True), (-sign, False)):
            run = simulate(cell, drive.pulse(polarity * volts, 15e-9), duration=16e-9, trajectories=100, seed=1,
                           start=start)  # fmt: skip
            assert bool(run.switched.all()) is written
            assert bool(run.switched.any()) is written
            assert np.isfinite(run.switching_time).all().item() is written


def test_the_critical_voltage_is_where_the_state_becomes_unstable(cell: Junction) -> None:
    """Torque of the current of AP: it switches at 1.1 V_c0 and never at 0.9 V_c0, from a small cone, nearly cold."""
    cold = replace(cell, temperature=1.0)
    tilt = np.array([[0.05, 0.0, -np.sqrt(1.0 - 0.05**2)]])
    for share, grows in ((0.9, False), (1.1, True)):
        run = simulate(cold, drive.constant(share * cold.critical_voltage), duration=20e-9, trajectories=1, seed=1,
                       initial=tilt)  # fmt: skip
        assert bool(run.switched.item()) is grows


def test_volts_and_amperes_of_the_same_current_do_the_same(cell: Junction) -> None:
    volts = 1.5 * cell.critical_voltage
    amperes = volts / cell.resistance("AP", voltage=volts)
    one, other = (
        simulate(cell, drive.pulse(top, 5e-9, kind=kind), duration=6e-9, trajectories=200, seed=3)
        for top, kind in ((volts, "voltage"), (float(amperes), "current"))
    )
    assert np.abs(one.m.values - other.m.values).max() < 1e-3


def test_the_angular_torque_of_a_forced_current_is_weaker_near_p(cell: Junction) -> None:
    """V = I/G(theta) is lower at P: equal at AP, so AP to P starts alike and ends later."""
    current = drive.constant(3.0 * cell.critical_current, kind="current")
    start = np.array([[0.1, 0.0, -np.sqrt(0.99)]])
    kept = {
        torque: simulate(replace(cell, temperature=0.5), current, duration=6e-9, trajectories=1, seed=1, torque=torque,
                         initial=start)
        for torque in ("constant", "angular")
    }  # fmt: skip
    assert kept["angular"].switching_time.item() > kept["constant"].switching_time.item()
    # linear conductance, not linear resistance: at 90 degrees the torque is 1 - c of that at AP, c = TMR/(2 + TMR)
    tmr = cell.tmr()
    assert 2.0 / (1.0 / cell.resistance("P") + 1.0 / cell.resistance("AP")) == pytest.approx(
        cell.resistance("AP") * (1.0 - tmr / (2.0 + tmr)), rel=1e-12, abs=0
    )


def test_devices_differ_in_noise_and_agree_with_their_own_run(cell: Junction) -> None:
    two = replace(cell, diameter=np.array([20e-9, 20e-9, 25e-9]))
    run = simulate(two, drive.pulse(0.3, 2e-9), duration=3e-9, trajectories=40, seed=5)
    assert run.m.shape == (3, 40, 3)
    assert np.abs(run.m.values[0] - run.m.values[1]).max() > 0.01
    first = simulate(cell, drive.pulse(0.3, 2e-9), duration=3e-9, trajectories=40, seed=5)
    assert np.array_equal(run.m.values[0], first.m.values)


def test_chunks_leave_the_bits(cell: Junction, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"duration": 1e-9, "trajectories": 700, "seed": 2, "record": 3}
    whole = simulate(cell, drive.pulse(0.3, 1e-9), **given)  # type: ignore[arg-type]
    monkeypatch.setattr("remanence.device.dynamics.LANES", 256)
    pieces = simulate(cell, drive.pulse(0.3, 1e-9), **given)  # type: ignore[arg-type]
    assert np.array_equal(whole.m.values, pieces.m.values)
    assert np.array_equal(whole.path.values, pieces.path.values)


def test_draws_of_the_drive_are_devices_too(cell: Junction) -> None:
    volts = np.array([0.0, 0.5, 2.0]) * cell.critical_voltage
    run = simulate(cell, drive.pulse(volts, 10e-9, rise=1e-10), duration=11e-9, trajectories=200, seed=6)
    rate = run.switched.mean("trajectory").values
    assert rate[0] == 0.0
    assert rate[2] == 1.0
    shapes = drive.Drive(times=np.array([0.0, 1e-9, 2e-9]), values=np.array([[0.3, 0.3, 0.0], [0.0, 0.3, 0.3]]))
    assert simulate(cell, shapes, duration=2e-9, trajectories=3, seed=1).sizes["draw"] == 2


def test_a_record_starts_at_the_start_and_ends_at_the_end(cell: Junction) -> None:
    run = simulate(cell, drive.pulse(0.2, 1e-9), duration=2e-9, trajectories=5, seed=1, record=11, start="P")
    assert run.time.values == pytest.approx(np.linspace(0.0, 2e-9, 11), abs=1e-15)
    assert run.path.values[-1] == pytest.approx(run.m.values, abs=1e-6)
    assert np.all(run.path.values[0, :, 2] > 0)
    assert np.linalg.norm(run.path.values, axis=-1) == pytest.approx(np.ones((11, 5)), abs=1e-5)
    assert run.attrs["seed"] == 1
    assert "cpu" in run.attrs["backend"]
    assert run.switching_time.attrs["units"] == "s"


def test_voltage_controlled_anisotropy_lowers_the_frequency(cell: Junction) -> None:
    film = replace(cell.stack, voltage_anisotropy=50e-15, barrier_thickness=1e-9)
    biased = replace(cell, stack=film)
    magnet = macrospin(biased, ())
    expected = float(biased.anisotropy_field_at(0.3) - biased.anisotropy_field)
    assert magnet.voltage_anisotropy[0] * 0.3 == pytest.approx(expected, rel=1e-9, abs=0)
    assert expected < 0


def test_in_plane_fields_and_ellipses_reach_the_equation(cell: Junction) -> None:
    oval = replace(cell, aspect_ratio=2.0, axial_field=1e4, in_plane_field=2e4)
    magnet = macrospin(oval, ())
    assert magnet.anisotropy[0, 1] < 0.0 < magnet.anisotropy[0, 2]
    assert magnet.anisotropy[0, 2] == pytest.approx(float(oval.anisotropy_field), rel=1e-9, abs=0)
    assert magnet.field[0] == pytest.approx([2e4, 0.0, 1e4])
    # the barrier in k_B T is the junction's own, domain wall or not
    up, over = magnet.energy(0, np.array([0.0, 0.0, 1.0])), magnet.energy(0, np.array([1.0, 0.0, 0.0]))
    plain = macrospin(replace(oval, axial_field=0.0, in_plane_field=0.0), ())
    up, over = plain.energy(0, np.array([0.0, 0.0, 1.0])), plain.energy(0, np.array([1.0, 0.0, 0.0]))
    assert over - up == pytest.approx(float(oval.thermal_stability), rel=1e-9, abs=0)


def test_resonance_is_kittels(cell: Junction) -> None:
    result = ferromagnetic_resonance(cell)
    alpha = float(cell.stack.damping)
    assert result.frequency * (1.0 + alpha**2) == pytest.approx(float(cell.resonance_frequency), rel=1e-4, abs=0)
    assert result.linewidth == pytest.approx(1.0 / (np.pi * float(cell.damping_time)), rel=1e-3, abs=0)
    h = 0.4
    tilted = ferromagnetic_resonance(cell, field=(h * float(cell.anisotropy_field), 0.0, 0.0))
    assert tilted.frequency / result.frequency == pytest.approx(np.sqrt(1.0 - h**2), rel=1e-3, abs=0)
    assert tilted.equilibrium[0] == pytest.approx(h, abs=1e-6)


def test_a_current_narrows_the_line_until_the_state_is_unstable(cell: Junction) -> None:
    """Linewidth (1 - i): zero at the critical current."""
    rest = ferromagnetic_resonance(cell, state="AP").linewidth
    driven = ferromagnetic_resonance(cell, state="AP", current=0.6 * float(cell.critical_current)).linewidth
    assert driven / rest == pytest.approx(0.4, rel=2e-3, abs=0)
    grows = ferromagnetic_resonance(cell, state="AP", current=1.5 * float(cell.critical_current)).linewidth
    assert grows / rest == pytest.approx(-0.5, rel=2e-3, abs=0)
    with pytest.raises(ConvergenceError, match="come to rest"):
        ferromagnetic_resonance(cell, state="AP", field=(0.0, 0.0, 1.5 * float(cell.anisotropy_field)))


def test_a_loop_is_square_and_warmth_makes_it_narrower(cell: Junction) -> None:
    """Without noise the field of reversal is H_k (Stoner and Wohlfarth), found a little late; with it, less."""

    def coercive(temperature: float) -> float:
        here = replace(cell, temperature=temperature)
        strength = float(here.anisotropy_field)
        down = np.linspace(1.5, -1.5, 61) * strength
        loop = hysteresis_loop(here, fields=np.concatenate([down, -down]), dwell=20e-9, loops=3, seed=1)
        assert loop.resistance.values.min() == pytest.approx(float(here.resistance("P")), rel=0.05, abs=0)
        assert loop.resistance.values.max() > 0.8 * float(here.resistance("AP"))
        assert np.all(loop.m.values[:, -1] > 0.9)
        return float(np.mean([-down[np.argmax(row[:61] < 0)] for row in loop.m.values]) / strength)

    assert 0.98 < coercive(2.0) < 1.25
    assert 0.3 < coercive(300.0) < 0.9


def pair(**changes: object) -> Coupledlayers:
    layer = Magneticlayer(saturation_magnetisation=1e6, thickness=2e-9, anisotropy=2e5, damping=0.1)
    return Coupledlayers(**{"first": layer, "second": layer, "diameter": 30e-9, "exchange": -1e-3, "temperature": 1.0}
                         | changes)  # type: ignore[arg-type]  # fmt: skip


ANTIPARALLEL = [[0.0, 0.01, 0.99995], [0.01, 0.0, -0.99995]]


def test_an_antiferromagnet_flops_where_it_must() -> None:
    both = pair(exchange=-3e-3)
    ends = {}
    for share in (0.9, 1.1):
        run = simulate_pair(both, duration=4e-9, trajectories=4, seed=1, initial=ANTIPARALLEL,
                            field=(0.0, 0.0, share * both.antiparallel_limit))  # fmt: skip
        ends[share] = run.path.values[-1]
    assert np.all(ends[0.9][:, 0, 2] > 0.95)
    assert np.all(ends[0.9][:, 1, 2] < -0.95)
    layer = both.first
    exchange, stiff = 3e-3 / (MU0 * 1e6 * 2e-9), 2.0 * layer.anisotropy / (MU0 * 1e6)
    assert both.spin_flop_field < both.antiparallel_limit
    assert ends[1.1][:, :, 2] == pytest.approx(1.1 * both.antiparallel_limit / (2.0 * exchange - stiff), abs=0.05)
    assert (ends[1.1][:, 0, :2] * ends[1.1][:, 1, :2]).sum(axis=1).max() < 0


def test_a_soft_reference_hops_back_and_a_stiff_one_does_not() -> None:
    """Positive current: the first layer goes parallel, then the second is driven away: back-hopping."""
    free = Magneticlayer(saturation_magnetisation=1e6, thickness=1.5e-9, anisotropy=1e5, damping=0.02)
    hops = {}
    for name, stiffness in (("soft", 1.2e5), ("stiff", 2e6)):
        second = Magneticlayer(saturation_magnetisation=1e6, thickness=1.5e-9, anisotropy=stiffness, damping=0.02)
        both = Coupledlayers(first=free, second=second, diameter=30e-9, efficiency=0.6, temperature=300.0)
        run = simulate_pair(both, drive.constant(2e-4, kind="current"), duration=20e-9, trajectories=20, seed=1,
                            initial=[[0.0, 0.0, -1.0], [0.0, 0.0, 1.0]], record=201)  # fmt: skip
        z = run.path.values[..., 2]
        hops[name] = (np.diff(np.sign(z[..., 1]), axis=0) != 0).sum() / 20
        assert np.all((z[:, :, 0] > 0).any(axis=0))  # the free layer was written in every run
    assert hops["soft"] > 1.0
    assert hops["stiff"] == 0.0


def test_a_closed_form_of_equal_layers_is_not_given_for_others() -> None:
    with pytest.raises(InputError, match="equal perpendicular"):
        _ = pair(exchange=1e-3).spin_flop_field


def peer_rows() -> list[dict[str, float]]:
    with PEER.open() as lines:
        return [{key: float(text) for key, text in row.items()}
                for row in csv.DictReader(line for line in lines if not line.startswith("#"))]  # fmt: skip


def test_cmtj_agrees_without_temperature() -> None:
    """Precession, damping and field-driven reversal of one perpendicular layer in an oblique field; see tests/peers."""
    from remanence.kernels.stochastic_llg import Layer, stochastic_llg

    rows = peer_rows()
    first = rows[0]
    layer = Layer(damping=first["damping"], anisotropy=(0.0, 0.0, first["anisotropy_field"]),
                  field=(first["field_x"], 0.0, first["field_z"]))  # fmt: skip
    # the peer is of fourth order and ours of second: shorter steps, or our own error would be what is seen
    step = first["step"] / 4.0
    start = np.array([[[first["m_x"], first["m_y"], first["m_z"]]]])
    m, done = start, 0
    # the peer rounds gamma mu_0 and mu_0: take its rate and its field, which the script wrote beside the rows
    for row in rows[1:]:
        count = round(row["time"] / step) - done
        m = stochastic_llg([layer], m, drive=np.zeros(count), step=first["rate"] * step, key=(0, 0),
                           backend="cpu").m  # fmt: skip
        done += count
        assert m[0, 0] == pytest.approx([row["m_x"], row["m_y"], row["m_z"]], abs=2e-4)
    assert first["rate"] == pytest.approx(RATE, rel=3e-3, abs=0)


@pytest.mark.parametrize(
    ("change", "kind", "says"),
    [
        ({"step": -1e-12}, InputError, "above 0"),
        ({"duration": np.nan}, InputError, "nan"),
        ({"step": 2e-9}, InputError, "must not exceed the duration"),
        ({"drive": drive.pulse(0.3, 5e-9)}, InputError, "Lengthen the duration"),
        ({"drive": drive.pulse(1e-3, 1e-9, kind="current")}, ValidityError, "amperes with kind"),
        ({"drive": drive.pulse(20.0, 1e-9)}, ValidityError, "would break the barrier"),
        ({"start": "up"}, InputError, "P or AP"),
        ({"initial": "random"}, InputError, "thermal, pole"),
        ({"initial": np.zeros((4, 3))}, InputError, "must broadcast"),
        ({"initial": np.zeros((3, 3))}, InputError, "length 1"),
        ({"trajectories": 0}, InputError, "at least 1"),
        ({"trajectories": 2.5}, InputError, "whole number"),
        ({"torque": "angular"}, InputError, "with a current"),
        ({"record": 1}, InputError, "at least 2"),
        ({"record": 100_000_000}, InputError, "2 GiB"),
        ({"seed": -1}, InputError, "seed"),
        ({"integrator": "euler"}, InputError, "heun"),
        ({"step": 1e-10, "duration": 1e-9}, ValidityError, "shorter step"),
    ],
)
def test_bad_input_says_what_to_do(cell: Junction, change: dict[str, object], kind: type[Exception], says: str) -> None:
    given = {"drive": None, "duration": 1e-9, "trajectories": 3, "seed": 1} | change
    with pytest.raises(kind, match=says):
        simulate(cell, given.pop("drive"), **given)  # type: ignore[arg-type]


def test_a_cell_without_two_states_is_refused() -> None:
    flat = junction("cofeb-double-mgo", diameter="20 nm")
    soft = replace(flat, stack=replace(flat.stack, interfacial_anisotropy=0.0))
    with pytest.raises(ValidityError, match="no two states"):
        simulate(soft, duration=1e-9, trajectories=1, seed=1)


def test_a_pair_refuses_volts_and_arrays() -> None:
    with pytest.raises(InputError, match="amperes"):
        simulate_pair(pair(), drive.pulse(0.1, 1e-9), duration=2e-9, trajectories=1, seed=1, initial=ANTIPARALLEL)
    with pytest.raises(InputError, match="end within"):
        simulate_pair(pair(), drive.pulse(1e-5, 3e-9, kind="current"), duration=2e-9, trajectories=1, seed=1,
                      initial=ANTIPARALLEL)  # fmt: skip
    many: Any = np.array([1e6, 2e6])
    with pytest.raises(InputError, match="array fields"):
        pair(first=Magneticlayer(saturation_magnetisation=many, thickness=2e-9, anisotropy=2e5, damping=0.1))


@pytest.mark.parametrize(
    ("share", "ends"), [(0.95, {"P": 1, "AP": -1}), (1.05, {"P": -1, "AP": -1}), (-1.05, {"P": 1, "AP": 1})]
)
def test_spin_orbit_torque_switches_at_its_closed_form(share: float, ends: dict[str, int]) -> None:
    """At high damping the threshold is that of `sot_critical_current`; the field decides which current writes which."""
    film = replace(stack("cofeb-mgo"), damping=0.3)
    cold = Junction(stack=film, diameter=40e-9, temperature=3.0)
    field = 0.2 * float(cold.anisotropy_field)
    metal = heavy_metal("w")
    limit = float(sot_critical_current(cold, metal, in_plane_field=field))
    for start, end in ends.items():
        run = simulate(
            replace(cold, in_plane_field=field), duration=20e-9, trajectories=2, seed=1, start=start, initial="pole",
            line=metal, line_drive=drive.pulse(share * limit, 12e-9, rise=4e-9, fall=2e-9, kind="current"),
        )  # fmt: skip
        assert np.all(np.sign(run["m"].sel(axis="z")) == end), (share, start)


def test_a_line_needs_its_current_and_a_perpendicular_cell() -> None:
    device, metal = junction("cofeb-mgo", diameter=40e-9), heavy_metal("w")
    with pytest.raises(InputError, match="both or none"):
        simulate(device, duration=1e-9, trajectories=1, seed=0, line=metal)
    with pytest.raises(InputError, match="one current"):
        simulate(device, duration=1e-9, trajectories=1, seed=0, line=metal, line_drive=drive.pulse(0.1, 1e-10))
    with pytest.raises(InputError, match="must end within"):
        simulate(device, duration=1e-9, trajectories=1, seed=0, line=metal,
                 line_drive=drive.pulse(1e-5, 2e-9, kind="current"))  # fmt: skip
