"""`array_wires`: against badcrossbar, ngspice, fractions, the nodal analysis, and Kirchhoff's laws."""

from __future__ import annotations

import csv
import itertools
import runpy
import shutil
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remanence.core.errors import BackendError, ConvergenceError, InputError
from remanence.device import junction
from remanence.kernels import array_wires as aw
from remanence.kernels.array_wires import ArrayWires, LadderWires

PEERS = Path(__file__).parents[1] / "peers"
NGSPICE = shutil.which("ngspice")
needs_ngspice = pytest.mark.skipif(NGSPICE is None, reason="ngspice is not installed (Debian: apt-get install ngspice)")

ROUNDING = 1e-11  # of two ways to solve the same equations, relative to the largest value; 6e-15 were seen
ROW_ENDS, COLUMN_ENDS = ("left", "right", "both"), ("top", "bottom", "both")
ONE_OHM = ArrayWires(row_segment=1.0, column_segment=1.0)
LADDER = LadderWires(bit_segment=1.0, source_segment=1.5)


def rng(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(seed))


def some_cells(seed: int, *shape: int, least: float = 1e-4, largest: float = 1e-1) -> np.ndarray:
    """Log-uniform conductances, a fifth of the cells open."""
    draw = rng(seed)
    return np.exp(draw.uniform(np.log(least), np.log(largest), shape)) * (draw.random(shape) > 0.2)


def close(found: np.ndarray, known: np.ndarray, tolerance: float = ROUNDING) -> None:
    np.testing.assert_allclose(found, known, rtol=0.0, atol=tolerance * max(float(np.abs(known).max()), 1e-300))


# ---- peers -----------------------------------------------------------------------------------------------------------


def peer_cases() -> list[dict[str, str]]:
    with (PEERS / "badcrossbar_currents.csv").open() as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", peer_cases(), ids=lambda case: f"{case['rows']}x{case['columns']}-{case['seed']}")
def test_currents_are_those_of_badcrossbar(case: dict[str, str]) -> None:
    inputs: Callable[..., tuple[np.ndarray, np.ndarray]] = runpy.run_path(str(PEERS / "badcrossbar_currents.py"))[
        "inputs"
    ]
    resistance, voltage = inputs(
        int(case["seed"]), int(case["rows"]), int(case["columns"]), float(case["least"]), float(case["largest"])
    )
    wires = ArrayWires(row_segment=float(case["row_segment"]), column_segment=float(case["column_segment"]))
    current = voltage @ aw.effective_conductance(1.0 / resistance, wires)
    np.testing.assert_allclose(current, [float(item) for item in case["currents"].split()], rtol=1e-9)


@pytest.fixture(scope="module")
def cell_law() -> tuple[aw.TunnelCell, float]:
    """The junctions of a 5 x 4 array, both states, behind 2 kohm of transistor."""
    device = junction("cofeb-double-mgo", diameter="40 nm")
    stack = device.stack
    parallel = rng(3).integers(0, 2, (5, 4)).astype(float)
    return aw.TunnelCell(
        parallel_conductance=device.area / stack.resistance_area * rng(4).uniform(0.9, 1.1, (5, 4)),
        parallel=parallel, tmr=device.tmr(), half_voltage=stack.half_voltage, curvature=stack.parallel_curvature,
    ), 2e3  # fmt: skip


def test_the_law_is_that_of_the_junction(cell_law: tuple[aw.TunnelCell, float]) -> None:
    device = junction("cofeb-double-mgo", diameter="40 nm")
    for parallel, state in ((1.0, "P"), (0.0, "AP")):
        law = aw.TunnelCell(
            parallel_conductance=device.area / device.stack.resistance_area, parallel=parallel, tmr=device.tmr(),
            half_voltage=device.stack.half_voltage, curvature=device.stack.parallel_curvature,
        )  # fmt: skip
        current, _ = law(np.array(0.3))
        assert float(current) == pytest.approx(float(device.current(state, 0.3)), rel=1e-12, abs=0)


def spice(lines: list[str], sources: list[str], folder: Path) -> np.ndarray:
    """Return the currents of the named voltage sources at the operating point, A, from their + to their - node."""
    control = [".control", "set numdgt=15", "op", *(f"print i({name})" for name in sources), "quit", ".endc", ".end"]
    options = ".options reltol=1e-9 abstol=1e-18 vntol=1e-13 gmin=1e-18 itl1=500"
    (folder / "array.cir").write_text("\n".join(["* array", *lines, options, *control]) + "\n")
    assert NGSPICE is not None
    run = subprocess.run([NGSPICE, "-b", "array.cir"], cwd=folder, capture_output=True, text=True, check=True)
    found = {}
    for line in run.stdout.splitlines():
        name, equals, value = line.partition(" = ")
        if equals and name.startswith("i("):
            found[name[2:-1]] = float(value)
    return np.array([found[name.lower()] for name in sources])


def cell_line(law: aw.TunnelCell, series: float, i: int, j: int, upper: str, lower: str) -> list[str]:
    g, p = (np.asarray(item)[i, j] for item in (law.parallel_conductance, law.parallel))
    v = f"v(m{i}_{j},{lower})"
    ratio = f"({p}+{1.0 - p}/(1+{float(law.tmr):.16e}/(1+({v}/{float(law.half_voltage):.16e})^2)))"
    return [
        f"Rt{i}_{j} {upper} m{i}_{j} {series}",
        f"Bm{i}_{j} m{i}_{j} {lower} I={g:.16e}*{v}*(1+{float(law.curvature):.16e}*{v}^2)*{ratio}",
    ]


@needs_ngspice
@pytest.mark.parametrize(("driven", "sensed"), list(itertools.product(COLUMN_ENDS, COLUMN_ENDS)))
def test_a_1t1r_ladder_is_that_of_ngspice(
    driven: str, sensed: str, cell_law: tuple[aw.TunnelCell, float], tmp_path: Path
) -> None:
    law, series = cell_law
    wires = LadderWires(bit_segment=3.0, source_segment=5.0, driver=40.0, sense=20.0, driven=driven, sensed=sensed)
    active = np.array([True, True, False, True, True])
    lines = ["Vdd vdd 0 0.25"]
    for j in range(4):
        lines.append(f"Vs{j} s{j} 0 0")
        for i in range(5):
            if i:
                lines += [f"Rb{i}_{j} b{i - 1}_{j} b{i}_{j} 3", f"Rs{i}_{j} s{i - 1}_{j} s{i}_{j} 5"]
            if active[i]:
                lines += cell_line(law, series, i, j, f"b{i}_{j}", f"s{i}_{j}")
        for place, i in (("top", 0), ("bottom", 4)):
            if driven in (place, "both"):
                lines.append(f"Rd{place}{j} vdd b{i}_{j} 43")
            if sensed in (place, "both"):
                lines.append(f"Re{place}{j} s{i}_{j} s{j} 25")
    known = spice(lines, [f"Vs{j}" for j in range(4)], tmp_path)
    found = aw.solve_ladder(aw.in_series(law, series), active[None], wires, columns=4, voltage=0.25)
    np.testing.assert_allclose(found.currents[0], known, rtol=1e-6)
    assert found.residual <= 1e-10


@needs_ngspice
@pytest.mark.parametrize(("driven", "sensed"), [("left", "bottom"), ("right", "both"), ("both", "top")])
def test_a_1t1r_array_with_source_lines_along_the_rows_is_that_of_ngspice(
    driven: str, sensed: str, cell_law: tuple[aw.TunnelCell, float], tmp_path: Path
) -> None:
    law, series = cell_law
    wires = ArrayWires(row_segment=3.0, column_segment=5.0, driver=40.0, sense=20.0, driven=driven, sensed=sensed)
    drive = np.array([0.3, 0.1, 0.0, 0.25, -0.2])
    lines = []
    for i in range(5):
        lines.append(f"Vr{i} d{i} 0 {drive[i]}")
        lines += [f"Rr{i}_{j} r{i}_{j - 1} r{i}_{j} 3" for j in range(1, 4)]
        lines += [f"Rl{i} d{i} r{i}_0 43"] * (driven in ("left", "both"))
        lines += [f"Rq{i} d{i} r{i}_3 43"] * (driven in ("right", "both"))
    for j in range(4):
        lines.append(f"Vs{j} s{j} 0 0")
        lines += [f"Rc{i}_{j} c{i - 1}_{j} c{i}_{j} 5" for i in range(1, 5)]
        lines += [f"Rt{j} s{j} c0_{j} 25"] * (sensed in ("top", "both"))
        lines += [f"Rb{j} s{j} c4_{j} 25"] * (sensed in ("bottom", "both"))
        for i in range(5):
            lines += cell_line(law, series, i, j, f"r{i}_{j}", f"c{i}_{j}")
    known = spice(lines, [f"Vs{j}" for j in range(4)], tmp_path)
    found = aw.solve_array(aw.in_series(law, series), drive[None], wires, columns=4)
    np.testing.assert_allclose(found.currents[0], known, rtol=1e-6)


# ---- the reference ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("driven", "sensed"), list(itertools.product(ROW_ENDS, COLUMN_ENDS)))
@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (1, 5), (6, 1), (7, 9)])
def test_arrays_agree_with_the_nodal_analysis(driven: str, sensed: str, rows: int, columns: int) -> None:
    """Every wiring, and wires, drivers and sense ends without resistance in every combination."""
    draw = rng(rows * 10 + columns)
    for row, column, driver, sense in itertools.product((0.0, 2.0), (0.0, 3.0), (0.0, 4.0), (0.0, 1.0)):
        wires = ArrayWires(
            row_segment=row, column_segment=column, driver=driver, sense=sense, driven=driven, sensed=sensed
        )
        cells, bar = some_cells(5, rows, columns), draw.normal(size=(rows, columns))
        drive = draw.normal(size=(3, rows))
        close(aw.effective_conductance(cells, wires), aw.effective_conductance(cells, wires, backend="reference"))
        close(
            aw.effective_conductance_vjp(cells, bar, wires),
            aw.effective_conductance_vjp(cells, bar, wires, backend="reference"),
        )
        close(aw.cell_voltages(cells, drive, wires), aw.cell_voltages(cells, drive, wires, backend="reference"))


@pytest.mark.parametrize(("driven", "sensed"), list(itertools.product(COLUMN_ENDS, COLUMN_ENDS)))
@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (6, 2), (9, 3)])
def test_ladders_agree_with_the_nodal_analysis(driven: str, sensed: str, rows: int, columns: int) -> None:
    draw = rng(rows)
    active = draw.random((3, rows)) < 0.6
    active[0] = False
    for bit, source, driver, sense in itertools.product((0.0, 2.0), (0.0, 3.0), (0.0, 4.0), (0.0, 1.0)):
        wires = LadderWires(
            bit_segment=bit, source_segment=source, driver=driver, sense=sense, driven=driven, sensed=sensed
        )
        cells, bar = some_cells(6, 2, rows, columns), draw.normal(size=(2, 3, columns))
        quick, known = (
            (
                aw.ladder_currents(cells, active, wires, voltage=0.3, backend=name),
                aw.ladder_voltages(cells, active, wires, voltage=0.3, backend=name),
                aw.ladder_currents_vjp(cells, active, bar, wires, voltage=0.3, backend=name),
            )
            for name in ("auto", "reference")
        )
        for one, other in zip(quick, known, strict=True):
            close(one, other)


def test_currents_that_are_not_linear_agree_with_the_nodal_analysis() -> None:
    law = aw.in_series(aw.SinhCell(conductance=some_cells(7, 6, 5), scale=0.08), 300.0)
    drive = rng(8).uniform(-0.4, 0.4, (2, 3, 6))
    quick, known = (aw.solve_array(law, drive, ONE_OHM, columns=5, backend=name) for name in ("cpu", "reference"))
    np.testing.assert_allclose(quick.currents, known.currents, rtol=1e-8)
    active = rng(9).random((2, 3, 6)) < 0.5
    quick, known = (
        aw.solve_ladder(law, active, LADDER, columns=5, voltage=0.4, backend=name) for name in ("cpu", "reference")
    )
    np.testing.assert_allclose(quick.currents, known.currents, rtol=1e-8)


# ---- exact arithmetic and closed forms -------------------------------------------------------------------------------


def in_fractions(cells: list[list[Fraction]], row: Fraction, column: Fraction) -> np.ndarray:
    """Effective conductance of a small array by elimination in fractions."""
    rows, columns = len(cells), len(cells[0])
    inner, size = 2 * rows * columns, 2 * rows * columns + rows + columns
    matrix = [[Fraction(0)] * size for _ in range(size)]

    def connect(a: int, b: int, conductance: Fraction) -> None:
        for x, y in ((a, b), (b, a)):
            matrix[x][x] += conductance
            matrix[x][y] -= conductance

    for i, j in itertools.product(range(rows), range(columns)):
        up, low = i * columns + j, rows * columns + i * columns + j
        connect(up, low, cells[i][j])
        connect(up, up - 1 if j else inner + i, 1 / row)
        connect(low, low + columns if i < rows - 1 else inner + rows + j, 1 / column)
    for k in range(inner):
        for x in range(k + 1, size):
            share = matrix[x][k] / matrix[k][k]
            if share:
                matrix[x] = [a - share * b for a, b in zip(matrix[x], matrix[k], strict=True)]
    return np.array([[-float(matrix[inner + i][inner + rows + j]) for j in range(columns)] for i in range(rows)])


@pytest.mark.parametrize("ratio", [1e-14, 1e-6, 1.0, 1e6, 1e14])
def test_each_entry_keeps_its_relative_accuracy(ratio: float) -> None:
    """Cells that conduct from 1e-14 of what the wires do to 1e14 times it."""
    cells = np.exp(rng(11).uniform(-2.0, 2.0, (4, 3))) * ratio
    exact = in_fractions([[Fraction(float(g)) for g in line] for line in cells], Fraction(3, 2), Fraction(1, 4))
    found = aw.effective_conductance(cells, ArrayWires(row_segment=1.5, column_segment=0.25))
    np.testing.assert_allclose(found, exact, rtol=1e-14)


def test_closed_forms() -> None:
    wires = ArrayWires(row_segment=2.0, column_segment=3.0, driver=10.0, sense=20.0)
    assert aw.effective_conductance([[1e-2]], wires)[0, 0] == pytest.approx(1.0 / (100.0 + 35.0), rel=1e-14, abs=0)
    cells = some_cells(12, 5, 7)
    np.testing.assert_array_equal(aw.effective_conductance(cells, ArrayWires(row_segment=0, column_segment=0)), cells)
    active = rng(13).random((4, 5)) < 0.5
    np.testing.assert_allclose(
        aw.ladder_currents(cells, active, LadderWires(bit_segment=0, source_segment=0), voltage=0.2),
        0.2 * active @ cells, rtol=1e-14,
    )  # fmt: skip
    # a semi-infinite ladder of equal cells: y = g + y/(1 + r y)
    r, g = 2.5, 1e-2
    y = 0.5 * g * (1.0 + np.sqrt(1.0 + 4.0 / (r * g)))
    wires_2 = LadderWires(bit_segment=1.0, source_segment=1.5, driven="top", sensed="top")
    current = aw.ladder_currents(np.full((400, 1), g), np.ones((1, 400), dtype=bool), wires_2)
    assert current[0, 0] == pytest.approx(y / (1.0 + r * y), rel=1e-12, abs=0)
    nothing = aw.ladder_currents(cells, np.zeros((1, 5), dtype=bool), LADDER)
    np.testing.assert_array_equal(nothing, 0.0)


def test_rows_and_columns_may_change_places() -> None:
    """Reciprocity: drive the columns' ends and sense the rows'."""
    cells = some_cells(14, 9, 6)
    found = aw.effective_conductance(cells, ArrayWires(row_segment=2.0, column_segment=0.5, driver=3.0, sense=7.0))
    turned = ArrayWires(row_segment=0.5, column_segment=2.0, driver=7.0, sense=3.0, driven="right", sensed="top")
    np.testing.assert_allclose(aw.effective_conductance(cells.T, turned).T, found, rtol=1e-12)


@given(
    st.integers(1, 9), st.integers(1, 9), st.integers(0, 10**6), st.floats(-9.0, 3.0), st.floats(-4.0, 2.0),
    st.floats(-4.0, 2.0), st.booleans(),
)  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_kirchhoff_s_laws_hold(
    rows: int, columns: int, seed: int, cell: float, row: float, column: float, free: bool
) -> None:
    """Voltages over cells are what is left by currents times segments, and column currents are V @ G_eff."""
    cells = some_cells(seed, rows, columns, least=10.0**cell, largest=10.0 ** (cell + 3.0))
    r, c = (0.0 if free else 10.0**row), 10.0**column
    wires = ArrayWires(row_segment=r, column_segment=c)
    drive = rng(seed + 1).uniform(-1.0, 1.0, (2, rows))
    voltage = aw.cell_voltages(cells, drive, wires)
    current = cells * voltage
    along = np.cumsum(current[..., ::-1], axis=-1)[..., ::-1]  # in the segment left of each cell
    down = np.cumsum(current, axis=-2)  # in the segment below each cell
    lost = r * np.cumsum(along, axis=-1) + c * np.cumsum(down[..., ::-1, :], axis=-2)[..., ::-1, :]
    # a voltage's rounding of 1e-16 is a current of 1e-16 g, and sums of those times segments come back as a voltage
    noise = 1e-14 * (1.0 + cells.max() * (r + c) * rows * columns)
    np.testing.assert_allclose(drive[..., None] - lost, voltage, rtol=0.0, atol=noise)
    into = drive @ aw.effective_conductance(cells, wires)
    np.testing.assert_allclose(into, current.sum(axis=-2), rtol=0.0, atol=1e-14 * (1e-300 + cells.sum()))


@given(st.integers(1, 12), st.integers(0, 10**6), st.floats(-9.0, 3.0), st.floats(-4.0, 2.0), st.booleans())
@settings(deadline=None, max_examples=60)
def test_ladders_obey_kirchhoff_s_laws(rows: int, seed: int, cell: float, segment: float, free: bool) -> None:
    cells = some_cells(seed, rows, 3, least=10.0**cell, largest=10.0 ** (cell + 3.0))
    active = rng(seed + 1).random((4, rows)) < 0.7
    bit, source = 10.0**segment, 0.0 if free else 2.0 * 10.0**segment
    wires = LadderWires(bit_segment=bit, source_segment=source)
    voltage = aw.ladder_voltages(cells, active, wires)
    current = cells * voltage * active[..., None]
    below = np.cumsum(current[..., ::-1, :], axis=-2)[..., ::-1, :]
    lost = bit * np.cumsum(below, axis=-2)
    lost += source * np.cumsum(np.cumsum(current, axis=-2)[..., ::-1, :], axis=-2)[..., ::-1, :]
    noise = 1e-14 * (1.0 + cells.max() * (bit + source) * rows**2)
    np.testing.assert_allclose(1.0 - lost, voltage, rtol=0.0, atol=noise)
    # u g of a cell that conducts far better than its wires is not as accurate as the walk
    total = aw.ladder_currents(cells, active, wires)
    np.testing.assert_allclose(total, current.sum(axis=-2), rtol=1e-9, atol=1e-14 * (1e-300 + cells.sum()))
    assert np.all(total >= 0.0)


# ---- gradients, batches, laws ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("driven", "sensed"), [("left", "bottom"), ("both", "both")])
def test_gradients_are_those_of_finite_differences(driven: str, sensed: str) -> None:
    wires = ArrayWires(row_segment=2.0, column_segment=1.0, driven=driven, sensed=sensed)
    cells, bar, way = some_cells(15, 2, 11, 13), *rng(16).normal(size=(2, 2, 11, 13))
    step = 1e-5 * cells * way
    plus, minus = (float((bar * aw.effective_conductance(cells + s, wires)).sum()) for s in (step, -step))
    slope = float((aw.effective_conductance_vjp(cells, bar, wires) * 2.0 * step).sum())
    assert plus - minus == pytest.approx(slope, rel=1e-7, abs=0)
    ladder = LadderWires(bit_segment=2.0, source_segment=1.0, sensed=sensed)
    active, bar_2 = rng(17).random((2, 5, 11)) < 0.5, rng(18).normal(size=(2, 5, 13))
    plus, minus = (float((bar_2 * aw.ladder_currents(cells + s, active, ladder)).sum()) for s in (step, -step))
    slope = float((aw.ladder_currents_vjp(cells, active, bar_2, ladder) * 2.0 * step).sum())
    assert plus - minus == pytest.approx(slope, rel=1e-7, abs=0)


def test_a_batch_is_the_loop_bit_for_bit() -> None:
    cells = some_cells(19, 2, 3, 17, 12)
    active = rng(20).random((2, 3, 5, 17)) < 0.5
    drive = rng(21).normal(size=(2, 3, 20, 17))
    together = (
        aw.effective_conductance(cells, ONE_OHM), aw.cell_voltages(cells, drive, ONE_OHM),
        aw.ladder_currents(cells, active, LADDER),
    )  # fmt: skip
    for a, b in itertools.product(range(2), range(3)):
        alone = (
            aw.effective_conductance(cells[a, b], ONE_OHM), aw.cell_voltages(cells[a, b], drive[a, b], ONE_OHM),
            aw.ladder_currents(cells[a, b], active[a, b], LADDER),
        )  # fmt: skip
        for one, many in zip(alone, together, strict=True):
            np.testing.assert_array_equal(one, many[a, b])


def test_many_ladders_on_threads_are_the_same() -> None:
    cells = some_cells(22, 128, 150)
    active = rng(23).random((300, 128)) < 0.5
    whole = aw.ladder_currents(cells, active, LADDER)
    np.testing.assert_array_equal(aw.ladder_currents(cells, active[17:19], LADDER), whole[17:19])


def test_linear_cells_are_solved_like_linear_ones() -> None:
    cells = some_cells(24, 8, 6)
    law = aw.CubicCell(conductance=cells, curvature=0.0)
    drive, active = rng(25).normal(size=(3, 8)), rng(26).random((3, 8)) < 0.5
    array = aw.solve_array(law, drive, ONE_OHM, columns=6)
    close(array.currents, drive @ aw.effective_conductance(cells, ONE_OHM))
    close(array.voltages, aw.cell_voltages(cells, drive, ONE_OHM))
    assert array.iterations == 1
    close(
        aw.solve_ladder(law, active, LADDER, columns=6, voltage=0.3).currents,
        aw.ladder_currents(cells, active, LADDER, voltage=0.3),
    )


@pytest.mark.parametrize(
    "law",
    [
        aw.SinhCell(conductance=np.full((12, 9), 1e-4), scale=0.03),
        aw.CubicCell(conductance=np.full((12, 9), 1e-3), curvature=50.0),
        aw.TunnelCell(parallel_conductance=1e-2, parallel=np.zeros((12, 9)), tmr=3.0, half_voltage=0.2),
        aw.in_series(aw.TunnelCell(parallel_conductance=1e-2, parallel=0.5, tmr=2.0, half_voltage=0.1), 50.0),
    ],
    ids=["sinh", "cubic", "tunnel", "series"],
)
def test_steep_cells_converge_and_obey_their_law(law: aw.CellLaw) -> None:
    """At 1 V over sinh(V/30 mV): the wires, not the cells, hold most of the voltage."""
    drive = rng(27).uniform(-1.0, 1.0, (4, 12))
    found = aw.solve_array(law, drive, ONE_OHM, columns=9)
    current, slope = law(found.voltages)
    assert found.residual <= 1e-10
    np.testing.assert_allclose(current.sum(axis=-2), found.currents, rtol=0, atol=1e-8 * np.abs(current).max())
    higher, lower = law(found.voltages + 1e-6)[0], law(found.voltages - 1e-6)[0]
    np.testing.assert_allclose((higher - lower) / 2e-6, slope * np.ones_like(current), rtol=1e-5)


def test_cells_that_saturate_need_halved_steps() -> None:
    """From the flat end of an arctangent a whole Newton step overshoots, and the next one by more."""

    def saturating(voltage: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x = voltage / 0.01
        return 0.01 * np.arctan(x), 1.0 / (1.0 + x**2)

    found = aw.solve_array(saturating, np.linspace(0.02, 0.5, 6)[None], ONE_OHM, columns=4)
    np.testing.assert_allclose(saturating(found.voltages)[0].sum(axis=-2), found.currents, rtol=1e-8)


def test_what_does_not_converge_raises() -> None:
    def wrong_slope(voltage: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return 1e-2 * voltage**3, np.full(voltage.shape, 1e-9)

    with pytest.raises(ConvergenceError, match=r"solve_array: residual .* linear solves; asked for is 1\.0e-10"):
        aw.solve_array(wrong_slope, np.ones((1, 4)), ArrayWires(row_segment=100.0, column_segment=100.0), columns=4)


def test_the_drop_is_told_and_refused() -> None:
    cells = np.full((64, 64), 1.0 / 5e3)
    drop = aw.voltage_drop(cells, ONE_OHM)
    unit = aw.effective_conductance(cells, ONE_OHM)
    assert drop.mean == pytest.approx(1.0 - unit.sum() / cells.sum(), rel=1e-9)
    assert drop.worst == drop.share[0, -1] > drop.mean
    drop.refuse("Crossbar", limit=0.6)
    with pytest.raises(InputError, match=r"Crossbar: got wires that take \d\d\.\d% of the voltage .* at most 20%"):
        drop.refuse("Crossbar", limit=0.2)
    ladder = aw.voltage_drop(cells, LADDER)
    assert 0.0 < ladder.mean < ladder.worst < 1.0
    contributions = aw.ladder_conductance(cells, LADDER)
    every = aw.ladder_currents(cells, np.ones((1, 64), dtype=bool), LADDER)
    np.testing.assert_allclose(contributions.sum(axis=0), every[0], rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ArrayWires(row_segment=-1.0, column_segment=1.0), "row_segment"),
        (lambda: ArrayWires(row_segment=np.nan, column_segment=1.0), "row_segment"),
        (lambda: ArrayWires(row_segment=1.0, column_segment=np.ones(3)), "must be one number"),
        (lambda: LadderWires(bit_segment=np.inf, source_segment=1.0), "bit_segment"),
        (lambda: LadderWires(bit_segment=1.0, source_segment=1.0, driven="left"), "driven"),
        (lambda: aw.effective_conductance([[1.0, -1.0]], ONE_OHM), r"got -1.0 S at \(0, 1\); .* 1 of 2 cells"),
        (lambda: aw.effective_conductance([[np.inf]], ONE_OHM), "must be finite"),
        (lambda: aw.effective_conductance([1.0], ONE_OHM), r"must be \(..., R, C\)"),
        (lambda: aw.effective_conductance(np.ones((0, 3)), ONE_OHM), "at least one cell"),
        (lambda: aw.effective_conductance_vjp(np.ones((2, 3)), np.ones((3, 2)), ONE_OHM), r"must be \(2, 3\)"),
        (lambda: aw.cell_voltages(np.ones((2, 3)), np.ones((4, 3)), ONE_OHM), r"must be \(4, 2\)"),
        (lambda: aw.cell_voltages(np.ones((2, 3)), np.full((4, 2), np.nan), ONE_OHM), "must be finite"),
        (lambda: aw.ladder_currents(np.ones((2, 3)), np.ones((4, 2)), LADDER), "must be truth values"),
        (lambda: aw.ladder_currents(np.ones((2, 3)), np.ones((4, 3), dtype=bool), LADDER), r"must be \(V, 2\)"),
        (lambda: aw.ladder_currents(np.ones((2, 3)), np.ones((4, 2), dtype=bool), LADDER, voltage=np.inf), "voltage"),
        (lambda: aw.solve_array(aw.CubicCell(conductance=1.0, curvature=0), np.ones(3), ONE_OHM, columns=2), "drive"),
        (lambda: aw.solve_array(lambda v: (-v, -np.ones_like(v)), np.ones((1, 3)), ONE_OHM, columns=2), "slopes"),
        (lambda: aw.solve_array(aw.SinhCell(conductance=1.0, scale=1e-4), np.ones((1, 3)), ONE_OHM, columns=2), "law"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        call()


def test_an_unknown_back_end_raises() -> None:
    with pytest.raises(BackendError, match="'tpu'; known are reference, cpu, auto"):
        aw.effective_conductance([[1.0]], ONE_OHM, backend="tpu")
