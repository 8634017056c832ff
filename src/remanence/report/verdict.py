"""What the results say, in sentences that claim no more than the intervals carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from remanence.core import units
from remanence.core.errors import ScopeError

if TYPE_CHECKING:
    from remanence.study import Comparison
    from remanence.system import Figure

NEGLIGIBLE = 0.005
"""Points of accuracy below which a loss is rounding."""
SETTLED = 0.95
"""Share of joint draws in which an order must hold before it is stated without a hedge."""


def headline(result: Comparison) -> str:
    """Return the verdict: who needs least energy, how sure that is, and what accuracy it costs."""
    return f"{_least_energy(result)} {_accuracy(result)}"


def supporting(result: Comparison) -> list[str]:
    """Return what goes with the verdict: computing in the array or beside it, what the figures cover and rest on."""
    return [line for line in (_in_array(result), _scope(result), _basis(result)) if line]


def remarks(result: Comparison) -> dict[str, list[str]]:
    """Return what a reader must know, each remark with the chips it holds for: coverage, scopes, flags."""
    lines: dict[str, list[str]] = {}
    for name in result.names:
        deployed = result.evaluations[name].deployed
        lines.setdefault(str(deployed.coverage), []).append(name)
        for flag in result.estimates[name].flags:
            lines.setdefault(flag, []).append(name)
        if deployed.platform.design.scope != "chip":
            lines.setdefault(
                f"figures have the scope of a {deployed.platform.design.scope}, set beside chips because "
                f"{deployed.platform.design.scope_note}", []).append(name)  # fmt: skip
    return lines


def span(figure: Figure) -> str:
    """Return the 90 % interval of a figure, the unit once where both ends share it."""
    low, high = (units.show(number, figure.unit, 2) for number in (figure.low, figure.high))
    (first, _, unit), (_, _, top) = low.partition(" "), high.partition(" ")
    return f"{first} to {high}" if unit == top else f"{low} to {high}"


def _by_energy(result: Comparison) -> list[str]:
    return sorted(result.names, key=lambda name: result.estimates[name].energy.value)


def _least_energy(result: Comparison) -> str:
    first, *others = _by_energy(result)
    energy = result.estimates[first].energy
    said = f"{first} needs {units.show(energy.value, 'J')} per inference ({span(energy)})"
    if not others:
        return f"{said}; no other chip was compared."
    second = others[0]
    said = f"{said}, the least of {len(result.names)}"
    try:
        ratio = result.energy_ratio(second, first)
    except ScopeError:
        return f"{said}; {second} comes next, but its figures include other parts: the two have no ratio."
    share = float(np.mean(ratio.draws > 1.0))
    next_best = f"{second} comes next at {ratio.value:.3g} times that ({span(ratio)})"
    if share >= SETTLED:
        return f"{said}; {next_best}, and the order holds in {share:.0%} of the joint draws."
    return (
        f"{said} at the medians; {next_best}, and the order holds in only {share:.0%} of the joint draws: not settled."
    )


def _accuracy(result: Comparison) -> str:
    losses = {}
    for name in result.names:
        accuracy = result.evaluations[name].accuracy
        low, high = (100.0 * (accuracy.quantised - end) for end in reversed(accuracy.interval))
        losses[name] = (100.0 * (accuracy.quantised - accuracy.mean), low, high)
    # a loss is stated only where the 95 % interval over programmed chips lies wholly on its side
    losing = sorted((name for name in losses if losses[name][1] > NEGLIGIBLE), key=lambda name: -losses[name][0])
    if not losing:
        return "No chip loses accuracy against the integer network beyond the scatter of its programmed chips."
    worst = losing[0]
    loss, low, high = losses[worst]
    told = f"{loss:.2f} points ({low:.2f} to {high:.2f})"
    if len(losing) == 1:
        return f"Only {worst} loses accuracy against the integer network: {told}."
    return f"{len(losing)} chips lose accuracy against the integer network, {worst} most: {told}."


def _in_array(result: Comparison) -> str:
    def inside(name: str) -> bool:
        return result.evaluations[name].deployed.platform.design.architecture == "crossbar"

    ranked = _by_energy(result)
    arrays, others = [n for n in ranked if inside(n)], [n for n in ranked if not inside(n)]
    if not arrays or not others:
        return ""
    try:
        ratio = result.energy_ratio(arrays[0], others[0])
    except ScopeError:
        return ""
    one = "The one chip" if len(arrays) == 1 else "The best chip"
    return (
        f"{one} that computes in the array, {arrays[0]}, needs {ratio.value:.3g} times the energy ({span(ratio)}) of "
        f"the best that does not, {others[0]}."
    )


def _scope(result: Comparison) -> str:
    first, estimate = result.evaluations[result.names[0]].accuracy, result.estimates[result.names[0]]
    boards = [name for name in result.names if result.estimates[name].scope != "chip"]
    told = f" ({', '.join(boards)}: more than the chip, see the remarks)" if boards else ""
    return (
        f"This holds for one network of {estimate.multiply_accumulates:,.0f} multiply-accumulates per inference, "
        f"{estimate.batch} at a time, and for the chip alone{told}: no sensor, host, outside memory or cooling. "
        f"{first.images} test images leave ±{100 * first.sampling_error:.1f} points on every accuracy, "
        "the same for all chips."
    )


def _basis(result: Comparison) -> str:
    rows = {row.id: row for name in result.names for row in result.evaluations[name].deployed.platform.rows()}
    assumed = sum(row.kind in ("assumed", "projected") for row in rows.values())
    recalled = sum(row.recalled for row in rows.values())
    return (
        f"Of {len(rows)} sourced values, {assumed} are assumed or projected and {recalled} were not read in their "
        "source. Intervals cover these values' ranges, not what the models leave out."
    )
