"""Published results on computing in magnetic cells with ours beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from remanence.core.declare import replace
from remanence.cram.arithmetic.logic import Logic
from remanence.cram.cells.cell import Logiccell
from remanence.cram.cells.gate_set import gate_sheet, least_error
from remanence.cram.cells.logic_cell import logic_cell
from remanence.cram.cells.window import window
from remanence.cram.gates import gate
from remanence.cram.machine.reliability import exact_accuracy
from remanence.cram.netlist import Builder, Netlist
from remanence.data import build
from remanence.device import junction
from remanence.study.cram_claim import Claimstudy, study
from remanence.study.published import beside

SETS = ("stt-45nm", "stt-10nm", "she-10nm")
WINDOWS = ("NOT", "NAND2", "NOR2", "NAND3", "NMAJ3", "NMAJ5", "BUFFER", "AND2", "OR2", "MAJ3", "MAJ5")
CONTROLLED, COEFFICIENT = "cofeb-double-mgo", 200e-15
"""Stack and coefficient, J/(V m), of the rows on voltage-controlled anisotropy."""
PROJECTED = 2.0
"""TMR at which the projected error is taken to stand."""


def adder(gates: tuple[str, ...]) -> Netlist:
    """Return a full adder of a bit with outputs ``sum`` and ``carry``."""
    builder = Builder(gates)
    a, b, c = (builder.input(name, 1)[0] for name in "abc")
    total, carry = Logic(builder).full_adder(a, b, c)
    builder.output("sum", (total,))
    builder.output("carry", (carry,))
    return builder.netlist()


def accuracies(cell: Logiccell) -> dict[str, float]:
    """Return the shares of right outcomes of gates and full adders of a cell, inputs equally often."""
    sheets = {name: gate_sheet(cell, gate(name)) for name in ("NOT", "NAND2", "NMAJ3", "NMAJ5")}
    errors = {name: sheet.errors.tolist() for name, sheet in sheets.items()}
    found = {name: 1.0 - sheet.error for name, sheet in sheets.items()}
    for name, gates in (("nand adder", ("NOT", "NAND2")), ("majority adder", ("NOT", "NMAJ3", "NMAJ5"))):
        right = exact_accuracy(adder(gates), errors)
        found |= {name: right[""], f"{name} sum": right["sum"], f"{name} carry": right["carry"]}
    return found


def controlled() -> dict[str, float | bool]:
    """Return what voltage-controlled anisotropy does to the NAND of a junction of measured parameters, by row.

    Its polarity is the one that helps the output of an inverting gate. TMR and pulse of the published figure are not
    known: this is the junction as it is.
    """
    device = junction(CONTROLLED, diameter="40 nm", temperature="25 degC")
    cut, volts = [], []
    for strength in (0.0, -COEFFICIENT):
        made = logic_cell(device, "cmos-22nm", voltage_anisotropy=strength)
        cells = replace(made.cell, tunnel_magnetoresistance=np.array([float(made.cell.tunnel_magnetoresistance), 6.0]))
        cut.append(np.asarray(least_error(cells, gate("NAND2"), made.response)[0]))
        volts.append(gate_sheet(made.cell, gate("NAND2"), response=made.response).voltage)
    less = 1.0 - cut[1] / cut[0]
    return {"vcma-error": float(less[0]), "vcma-tmr": bool(less[1] > less[0]), "vcma-voltage": volts[1] < volts[0]}


def cram_rows(claim: Claimstudy | None = None) -> pd.DataFrame:
    """Return the published results with ours; an accuracy is over all input words, at each gate's best voltage.

    Args:
        claim: of `cram_claim.study`, made where left out.
    """
    given = study() if claim is None else claim
    cell = build(Logiccell, "stt-experiment")
    right = accuracies(cell)
    wide = replace(cell, tunnel_magnetoresistance=PROJECTED)
    areas = {"today": np.pi / 4.0 * 45e-9**2, "advanced": np.pi / 4.0 * 10e-9**2}
    return beside(
        "cram",
        {
            "today-parallel": 5e-12 / areas["today"],
            "today-antiparallel": 5e-12 / areas["today"] * 2.33,
            "today-current": 3.1e10 * areas["today"],
            "advanced-parallel": 1e-12 / areas["advanced"],
            "advanced-antiparallel": 1e-12 / areas["advanced"] * 6.0,
            "advanced-current": 1e10 * areas["advanced"],
            "nand-accuracy": right["NAND2"],
            "majority-accuracy": right["NMAJ3"],
            "majority-five-accuracy": right["NMAJ5"],
            "nand-adder": right["nand adder"],
            "majority-adder": right["majority adder"],
            "adders-ordered": right["nand adder"] > right["majority adder"],
            "nand-projected": gate_sheet(wide, gate("NAND2")).error,
            "mnist-energy": given.costs["apart"].energy,
            "mnist-time": given.costs["apart"].latency,
            **controlled(),
        },
    )


def windows() -> pd.DataFrame:
    """Return the windows of the published device sets, V, and the margins: one row a gate, columns by set."""
    rows = []
    for name in WINDOWS:
        row: dict[str, object] = {"gate": name}
        for each in SETS:
            frame = window(build(Logiccell, each), gate(name))
            row |= {f"{each} low": float(frame.low), f"{each} high": float(frame.high),
                    f"{each} margin": float(frame.margin)}  # fmt: skip
        rows.append(row)
    return pd.DataFrame(rows).set_index("gate")
