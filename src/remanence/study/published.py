"""Our figures beside published ones, with the error of each row; nothing here is tuned per row."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from remanence.circuit import Storage, organise, storage
from remanence.circuit.layout import cell_area
from remanence.core.constants import YEAR
from remanence.core.declare import replace
from remanence.core.events import EventCount
from remanence.core.stream import Stream
from remanence.crossbar import CrossbarEngine
from remanence.data.published import published
from remanence.device import Junction, junction, offset_field, reduced, reference_layer, stack
from remanence.device.transport import polarisation, tmr_at_temperature
from remanence.system import Estimate, LayerRun, platform, price


def beside(name: str, ours: Mapping[str, float | bool]) -> pd.DataFrame:
    """Return a table of published results with ours beside them, a row each, by id.

    Args:
        name: of the table.
        ours: our figure by id; whether a trend holds.
    """
    rows = []
    for row in published(name).values():
        found = ours[row.id]
        rows.append(
            {
                "id": row.id,
                "what": row.what,
                "source": row.source,
                "use": row.use,
                "recalled": row.recalled,
                "trend": row.trend,
                "unit": row.unit,
                "theirs": np.nan if row.value is None else row.value,
                "ours": np.nan if row.trend else float(found),
                "factor": np.nan if row.value is None else float(found) / row.value,
                "holds": bool(found) if row.trend else None,
            }
        )
    return pd.DataFrame(rows).set_index("id")


def device_rows() -> pd.DataFrame:
    """Return junctions: stability and critical current against published values and trends."""

    def double(nanometres: float) -> Junction:
        return junction("cofeb-double-mgo", diameter=nanometres * 1e-9)

    def single(nanometres: float) -> Junction:
        return junction("cofeb-mgo", diameter=nanometres * 1e-9)

    def stability(of: Callable[[float], Junction], sizes: list[float]) -> np.ndarray:
        return np.array([float(of(size).thermal_stability) for size in sizes])

    def current(of: Callable[[float], Junction], sizes: list[float]) -> np.ndarray:
        return np.array([float(of(size).critical_current) for size in sizes])

    small = double(11)

    def excess(overdrive: float) -> float:
        error = reduced.write_error_rate(
            small.thermal_stability, overdrive, 10e-9 / small.damping_time, method="estimate"
        )
        return float(np.log(error) - np.log(7e-10))

    pair = reference_layer("co-pt-ru")
    alone = float(offset_field(replace(pair, lower_thickness=1e-15), double(40)))
    equal = pair.upper_magnetisation * pair.upper_thickness / pair.lower_magnetisation
    left = float(offset_field(replace(pair, lower_thickness=equal), double(40)))

    def cold(warm: float, temperature: float, of: Junction) -> float:
        return float(tmr_at_temperature(warm, of.stack.polarisation_slope, temperature, 300.0))

    feb = replace(stack("psa-feb"), interfacial_anisotropy=0.0, thickness=60e-9)
    pillar = junction(feb, diameter=20e-9, temperature=523.15)
    hot = junction("cofeb-double-mgo", diameter=np.array([60e-9, 70e-9, 80e-9]), temperature=473.15)

    sizes = [56.0, 40.0, 30.0, 20.0, 11.0]
    ratio = stability(double, sizes) / current(double, sizes)
    flat = stability(single, [44.0, 60.0, 76.0])
    return beside(
        "device",
        {
            "sato2013-stability-20nm": float(double(20).thermal_stability),
            "sato2013-current-20nm": float(double(20).critical_current),
            "ratio-stability-70nm": float(double(70).thermal_stability) / float(single(70).thermal_stability),
            "ratio-current-70nm": float(double(70).critical_current) / float(single(70).critical_current),
            "nowak-current-11nm": float(small.critical_current) * float(brentq(excess, 1.5, 50.0)),
            "sato2014-stability-falls": bool(np.all(np.diff(stability(double, [30.0, 20.0, 11.0])) < 0)),
            "sato2014-current-falls": bool(np.all(np.diff(current(double, sizes)) < 0)),
            "sato2014-ratio-rises": bool(np.all(np.diff(ratio) > 1e-9 * ratio[0])),
            "sato2011-stability-flat": bool(flat.max() < 1.1 * flat.min()),
            "sato2011-current-area": bool(np.all(np.diff(current(single, [44.0, 60.0, 76.0])) > 0)),
            "thomas2015-stability-grows": bool(np.all(np.diff(stability(double, [55.0, 70.0, 100.0])) > 0)),
            "parkin2004-tmr-cold": cold(2.2, 5.0, double(40)),
            "parkin2004-polarisation": float(polarisation(cold(2.2, 5.0, double(40)))),
            "scheike2021-tmr-cold": cold(4.17, 3.0, double(40)),
            "yang2015-tmr-cold": cold(0.21, 10.0, junction("l10-fept", diameter=20e-9)),
            "almeida2022-shape-holds": bool(pillar.thermal_stability > 60.0),
            "intel2019-retention-hot": bool(np.all(np.asarray(hot.loss_probability(10.0 * YEAR)) < 1e-6)),
            "jenkins2019-partial-compensation": 0.01 * alone < left < 0.99 * alone,
            "watanabe2018-stability-8nm": float(junction("psa-feb", diameter=8.8e-9).thermal_stability),
            "watanabe2018-stability-10nm": float(junction("psa-feb", diameter=10.4e-9).thermal_stability),
            "ikeda2010-stability-40nm": float(single(40).thermal_stability),
            "ikeda2010-current-40nm": float(single(40).critical_current),
        },
    )


def macro_rows() -> pd.DataFrame:
    """Return the STT-MRAM storage macro of the catalogue, at the capacity of each published one, beside them."""
    design = platform("nearmem-stt-22nm").design
    memory, node, periphery = design.memory, design.node, design.periphery
    assert memory is not None
    assert node is not None
    assert periphery is not None

    def macro(megabits: int) -> Storage:
        chosen = organise(memory, node, periphery, needed=megabits * 2**20)
        return storage(memory, node, periphery, chosen)

    small = macro(1)
    return beside(
        "macros",
        {
            "intel-cell-area": float(cell_area(memory.cell, node)),
            "intel-read-time": float(macro(8).read_time),
            "dong-read-time": float(small.read_time),
            "chiu-read-energy": float(small.read_bit),
            "samsung-write-energy": float(small.write_bit),
        },
    )


def microcontroller_rows() -> pd.DataFrame:
    """Return the microcontroller of the catalogue against MLPerf Tiny."""
    core = platform("mcu-cortex-m4").design.microcontroller
    assert core is not None
    per_multiply = float(core.energy_per_multiply) + float(core.active_power) * float(core.cycles_per_multiply) / float(
        core.frequency
    )
    return beside(
        "microcontrollers", {row.id: per_multiply * row.multiplies for row in published("microcontrollers").values()}
    )


def filled_crossbar(name: str = "crossbar-stt-22nm") -> Estimate:
    """Return the cost of a layer that fills its arrays: 512 x 64 weights, inputs as after a ReLU.

    Inputs and weights are drawn: half of the inputs are zero, the others half-normal; weights are normal with a third
    of the range as spread.
    """
    chip = platform(name)
    design = chip.design
    assert design.crossbar is not None
    assert design.node is not None
    stream = Stream(0).child("filled crossbar")
    inputs = np.clip(np.rint(stream.child("inputs").normal((64, 512)) * 64), 0, 255).astype(np.int64)
    weights = np.clip(np.rint(stream.child("weights").normal((512, 64)) * 42), -127, 127).astype(np.int64)
    engine = CrossbarEngine.prepare(weights, inputs, signed=False, crossbar=design.crossbar, node=design.node)
    run = LayerRun(
        name="filled",
        events=engine.events(inputs) * (1.0 / len(inputs)),
        weight_events=EventCount(),
        write_events=engine.write_events(),
        arrays=engine.arrays,
        weights=weights.size,
        multiply_accumulates=float(weights.size),
    )
    return price(chip, [run])


def computing_rows(ours: Mapping[str, Estimate]) -> pd.DataFrame:
    """Return published computing macros beside our crossbar of the same technology, per multiply-accumulate.

    ``per_bit`` divides by input bits times weight bits where the precision is stated, a crude but common normalisation.

    Args:
        ours: by chip, `filled_crossbar` of every chip that a row stands beside; at 8 x 8 bits.
    """
    rows = list(published("computing").values())
    frame = beside("computing", {row.id: ours[row.beside].energy_per_multiply.value for row in rows})
    frame["beside"] = [row.beside for row in rows]
    frame["precision"] = [row.precision for row in rows]
    frame["per_bit"] = [np.nan if not row.bits or row.value is None else row.value / row.bits for row in rows]
    return frame


def filled_crossbars() -> dict[str, Estimate]:
    """Return `filled_crossbar` of every chip that a published computing macro stands beside."""
    return {name: filled_crossbar(name) for name in dict.fromkeys(r.beside for r in published("computing").values())}
