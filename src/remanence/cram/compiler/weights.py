"""What gates that err cost a program: steps and energy, and wrong results.

A run of n gates with errors p_i is right with the chance exp(-L), L the sum of -ln(1 - p_i), if any wrong outcome
spoils it. A set of gates is judged by ln S + w L: S the steps and energy of a run, w how many runs a wrong result is
worth. With w = 1 that is the mean price of runs repeated until one is right; but a wrong result is not seen, so it
weighs more. A gate more adds 1/n + w ln(1/(1 - p)). The mapper minimises a sum over gates, so each gets n times that:
where errors are below 1/(w n) steps and energy decide, above errors do.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from remanence.cram.cells.gate_set import GateSet
from remanence.cram.netlist import Netlist

ENERGY_SHARE = 0.5
"""Of the price of a gate without errors; the rest is its step. Steps and energy count alike."""
WORTH = 100.0
"""Runs that a wrong result is worth, where the user does not say: a choice, not a measurement. With it errors decide in
programs that are wrong in more than a hundredth of their rows, steps and energy in others."""


def gate_costs(gates: GateSet, length: float, worth: float = WORTH) -> dict[str, float]:
    """Return the price of each gate of a set in a program of so many gates; 1 for a mean gate without errors.

    Args:
        gates: the gates that pass, each at its best voltage.
        length: gates of the program, roughly.
        worth: runs that a wrong result is worth.
    """
    own, errors = _own(gates), _errors(gates)
    return {name: own[name] + worth * max(length, 1.0) * errors[name] for name in gates.names}


def log_price(netlist: Netlist, gates: GateSet, worth: float = WORTH) -> float:
    """Return ln of the steps and energy of a network, in mean gates, plus what its errors weigh.

    Args:
        netlist: of these gates.
        gates: the gates that pass.
        worth: runs that a wrong result is worth.
    """
    own, errors, counts = _own(gates), _errors(gates), netlist.counts()
    alone = sum(number * own[name] for name, number in counts.items())
    return float(np.log(max(alone, 1e-9)) + worth * sum(number * errors[name] for name, number in counts.items()))


def _own(gates: GateSet) -> Mapping[str, float]:
    energies = {name: gates.sheets[name].mean_energy for name in gates.names}
    mean = sum(energies.values()) / len(energies)
    return {name: 1.0 - ENERGY_SHARE + ENERGY_SHARE * energy / mean for name, energy in energies.items()}


def _errors(gates: GateSet) -> Mapping[str, float]:
    """Return -ln(1 - p) of each gate, p that its output comes out wrong or an input turns over."""
    return {name: -float(np.log1p(-min(gates.sheets[name].error + gates.sheets[name].input_error, 1.0 - 1e-9)))
            for name in gates.names}  # fmt: skip
