"""Judges of claims about processors, data centres and demand. Each verdict follows from the figures it returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from remanence.core import units
from remanence.core.declare import Array
from remanence.data import Row
from remanence.data.published import published
from remanence.outlook import arithmetic
from remanence.outlook.cards import AcceleratorMemory, Claim, DataCentre, Demand, Transformer, Workload
from remanence.outlook.device_claims import megabit
from remanence.outlook.evidence import (
    CONTRADICTED,
    DRAWS,
    PROJECTION,
    SUPPORTED,
    SUPPORTED_ONLY_AT,
    Evidence,
    Finding,
    Known,
    compute,
    known,
    known_chip,
)
from remanence.study.published import filled_crossbar
from remanence.system import Chip, platform

ROUGHLY = 0.1
"""How far a figure called rough may be off and still count: the operating point of the claim says so."""
CONTEXT = 2048.0
"""Tokens in the cache where a claim names none."""
BATCHES: NDArray[np.float64] = 2.0 ** np.arange(10, dtype=np.float64)
"""Batches at which a claim that names none is tried: 1 to 512."""


def band_verdict(figures: Array, low: float, high: float) -> str:
    """Return the verdict on a claimed band: supported where all figures lie in it, contradicted where none does."""
    inside = (np.asarray(figures) >= low) & (np.asarray(figures) <= high)
    return SUPPORTED if inside.all() else SUPPORTED_ONLY_AT if inside.any() else CONTRADICTED


def hbm3_bandwidth(claim: Claim) -> Finding:
    """Judge the bandwidth of a stack: at the specification's maximum and as run."""

    def bandwidth(memory: AcceleratorMemory) -> Array:
        return arithmetic.stack_bandwidth(memory.interface_bits, memory.pin_rate)

    evidence = tuple(
        compute(f"peak of one {name} stack", "B/s", "chip", bandwidth,
                known(AcceleratorMemory, card, "interface_bits", "pin_rate"),
                how="pins x transfers per second / 8")
        for name, card in (("HBM3", "hbm3"), ("HBM3E", "hbm3e"))
    )  # fmt: skip
    figure, later, wanted = evidence[0].figure, evidence[1].figure, float(claim.bandwidth)
    lowest, best = float(figure.draws.min()), figure.value
    rates = np.append(figure.draws, best)
    low, high = wanted / (1.0 + ROUGHLY), wanted * (1.0 + ROUGHLY)
    near = rates[(rates >= low) & (rates <= high)]
    verdict = band_verdict(rates, low, high)
    return Finding(
        verdict,
        f"The specification's maximum pin rate gives {best / 1e9:.0f} GB/s, so the figure claimed is "
        f"{wanted / best - 1.0:.0%} above it; a shipped accelerator runs its stacks at {lowest / 1e9:.0f} GB/s. HBM3E, "
        f"the next generation, runs at {later.draws.min() / 1e9:.0f} to {later.draws.max() / 1e9:.0f} GB/s.",
        evidence,
        only_at=f"{near.min() / 1e9:.0f} to {near.max() / 1e9:.0f} GB/s (maximum {best / 1e9:.0f}), "
        f"within {ROUGHLY:.0%}"
        if verdict == SUPPORTED_ONLY_AT
        else "",
    )


def bits_per_multiply(claim: Claim) -> Finding:
    """Judge the bits moved per multiply-accumulate over batch and precision."""
    shape = known(Transformer, "llama-3.1-8b")
    low, high = float(claim.figure), float(claim.figure_high)

    def bits(batch: Array, width: float, positions: float = 1.0, context: float = CONTEXT) -> Callable[..., Array]:
        return lambda model: arithmetic.bits_per_multiply(
            model.traffic, weight_bits=width, batch=batch, context=context, positions=positions
        )

    cases = [(1.0, 16.0), (1.0, 8.0), (8.0, 8.0), (128.0, 8.0)]
    evidence = [
        compute(f"bits per multiply-accumulate, decoding at batch {batch:.0f}, {width:.0f}-bit weights", "1", "chip",
                bits(batch, width), shape, how="weights / batch + 16-bit key-value cache, over all products")
        for batch, width in cases
    ]  # fmt: skip
    evidence.append(
        compute("bits per multiply-accumulate, prefill of 2048 tokens, 8-bit weights", "1", "chip",
                bits(1.0, 8.0, 2048.0, 0.0), shape, how="weights / positions + cache written")
    )  # fmt: skip
    evidence.append(
        compute("bits per multiply-accumulate, ResNet-50 at batch 1, 8-bit weights", "1", "chip",
                lambda net: arithmetic.bits_per_multiply(net.traffic, weight_bits=8.0), known(Workload, "resnet-50"),
                how="weights, each used at many positions")
    )  # fmt: skip
    grid = np.stack([np.asarray(bits(BATCHES, width)(shape.median)) for width in (8.0, 16.0)])
    near = (grid >= low / (1.0 + ROUGHLY)) & (grid <= high * (1.0 + ROUGHLY))
    verdict = SUPPORTED if near.all() else SUPPORTED_ONLY_AT if near.any() else CONTRADICTED
    at = BATCHES[near.any(axis=0)]
    span = f"batch {at.min():.0f}" + (f" to {at.max():.0f}" if at.size > 1 else "") if at.size else "no batch"
    wide = "16-bit weights" if near[1].any() and not near[0].any() else "8- or 16-bit weights"
    return Finding(
        verdict,
        "A decoded token reads every weight once per batch, so the bits per product fall as one over the batch until "
        f"the key-value cache remains: {grid[1, 0]:.1f} (16-bit) or {grid[0, 0]:.1f} (8-bit) at batch 1, "
        f"{grid[0, 3]:.2f} at batch 8, {grid[0, 7]:.2f} at batch 128, and far less in a prefill. Of batches 1 to "
        f"{BATCHES[-1]:.0f} at 8 and 16 bits, the band is met within {ROUGHLY:.0%} at {span} with {wide}. Activations "
        "are taken as held on chip, so these are lower bounds.",
        tuple(evidence),
        only_at=f"{span}, {wide}" if verdict == SUPPORTED_ONLY_AT else "",
    )


def _macros() -> Known:
    # the published ReRAM macros at 8 x 8 bits: their energies bound a range, its middle the geometric mean
    rows = [row for row in published("computing").values() if row.precision == "8b x 8b" and "ReRAM" in row.what]
    energies = [row.value for row in rows if row.value is not None]
    low, high = min(energies), max(energies)
    row = Row(id="published/computing/reram", value=float(np.sqrt(low * high)), low=low, high=high, unit="J",
              kind="measured", source=rows[0].source, locator=rows[0].locator)  # fmt: skip
    recalled = any(row.recalled for row in rows)
    return Known(row.value, DRAWS.column(row), frozenset(row.source for row in rows), recalled)


def matrix_vector_gain(claim: Claim) -> Finding:
    """Judge the gain of published ReRAM macros over digital multipliers, by where the weights come from."""
    macro, chip = _macros(), known_chip(platform("nearmem-sram-22nm"))
    stack = known(AcceleratorMemory, "hbm3", "access_energy")

    def product(design: Chip) -> Array:
        assert design.node is not None
        assert design.processor is not None
        return design.node.multiply_accumulate_energy * (1.0 + design.processor.control_share)

    def from_stack(batch: Array) -> Callable[..., Array]:
        return lambda design, memory, ours: (product(design) + 8.0 * memory.access_energy / batch) / ours

    def beside(design: Chip, ours: Array) -> Array:
        return (product(design) + 8.0 * megabit(design).read_bit) / ours

    how = "(multiply + 8 bits of weight / batch) / published ReRAM energy per multiply-accumulate"
    evidence = [
        compute(f"gain over weights from HBM3 at batch {batch:.0f}", "1", "macro", from_stack(batch), chip, stack,
                macro, how=how)
        for batch in (1.0, 8.0, 128.0)
    ]  # fmt: skip
    evidence.append(
        compute("gain over an SRAM beside the multipliers, no reuse", "1", "macro", beside, chip, macro, how=how)
    )
    filled = filled_crossbar()
    own = filled.energy_per_multiply
    recalled = any(row.recalled for row in platform(filled.chip).rows())
    crossbar = Known(own.value, own.draws, frozenset(filled.sources), recalled)
    evidence.append(
        compute("gain of our own STT-MRAM crossbar over the same SRAM baseline", "1", "macro", beside, chip, crossbar,
                how="study.published.filled_crossbar in place of the published macro")
    )  # fmt: skip
    low, high = float(claim.figure), float(claim.figure_high)
    curve = np.asarray(from_stack(BATCHES)(chip.median, stack.median, macro.median))
    inside = BATCHES[(curve >= low) & (curve <= high)]
    local = evidence[3].figure
    verdict = band_verdict(np.append(curve, local.value), low, high)
    span = f"batches {inside.min():.0f} to {inside.max():.0f}" if inside.size else "no batch"
    return Finding(
        verdict,
        f"The gain is that of the baseline's memory: with weights from HBM3 at the medians the band holds at {span} "
        f"({curve[0]:.0f} times at batch 1, {curve[7]:.1f} at batch 128), while an SRAM beside the multipliers leaves "
        f"{local.value:.1f} times. The published macros' energies leave out the rest of their chips. Our own "
        f"current-sum STT-MRAM crossbar at 8 x 8 bits reaches {evidence[4].figure.value:.2g} times: a loss. No PCM "
        "macro stands in the catalogue, so that half of the claim is not judged.",
        tuple(evidence),
        only_at=f"ReRAM macros against weights fetched from HBM3, {span}" if verdict == SUPPORTED_ONLY_AT else "",
    )


def _bound() -> Evidence:
    return compute(
        "gain per prompt if the accelerators cost nothing", "1", "facility",
        lambda centre: arithmetic.amdahl_bound(centre.accelerator_share),
        known(DataCentre, "gemini-prompt-2025", "accelerator_share"),
        how="1/(1 - f), f the accelerators' share of a median prompt",
    )  # fmt: skip


def _remaining(gain: float) -> Evidence:
    return compute(f"share of a task's energy that may remain for {gain:g} times", "1", "any",
                   lambda: 1.0 - arithmetic.share_needed(gain), how="1/G")  # fmt: skip


def thousandfold(claim: Claim) -> Finding:
    """Judge the ratios of the CRAM study: simulated, so a projection; the bound says what they mean per task."""
    low, high = float(claim.figure), float(claim.figure_high)
    evidence = (_bound(), _remaining(low), _remaining(high))
    return Finding(
        PROJECTION,
        "The ratios (1700 in time, 2500 in energy, as the press gives them; the document puts both under energy) come "
        "from a simulation of a digit classifier against a simulated near-memory system at 16 nm; what was built and "
        "measured is a small array and a 1-bit adder. No figure of this package can confirm or refute them before it "
        f"has a CRAM floor. Even if they hold for the array, a whole task gains {low:g} times only where all but "
        f"{1.0 / low:.1%} of its energy is the array's; a median data-centre prompt is bounded by "
        f"{evidence[0].figure.value:.2f}.",
        evidence,
        sources=("umn2024cram",),
    )


def fiftyfold(claim: Claim) -> Finding:
    """Judge 50 times within two decades: about the future, so a projection whatever the figures."""
    gain = float(claim.figure)
    chip = compute(
        "gain per prompt if the accelerators gain 50 times", "1", "facility",
        lambda centre: arithmetic.amdahl_gain(centre.accelerator_share, gain),
        known(DataCentre, "gemini-prompt-2025", "accelerator_share"), how="1/((1 - f) + f/G)",
    )  # fmt: skip
    evidence = (chip, _remaining(gain), _bound())
    return Finding(
        PROJECTION,
        "The statement is about a chip that does not exist; nothing computed here confirms it, and a maturity curve "
        "through the document's own steps would be circular. What can be computed is its reach: a workload gains "
        f"{gain:g} times only if at least {arithmetic.share_needed(gain):.0%} of its energy is what the chip replaces. "
        "With "
        f"the split of a median prompt of 2025, accelerators {gain:g} times better make the prompt "
        f"{chip.figure.value:.2f} times better.",
        evidence,
    )


def fiftyfold_per_task(claim: Claim) -> Finding:
    """Judge 50 times per prompt by the Amdahl bound of the published split."""
    bound, gain = _bound(), float(claim.figure)
    possible = float(bound.figure.draws.max()) >= gain
    return Finding(
        PROJECTION if possible else CONTRADICTED,
        "Host processors, machines in reserve and overhead share a median prompt's energy with the accelerators; were "
        f"these free, the prompt would gain {bound.figure.value:.2f} times. {gain:g} times needs the "
        f"accelerators to be {arithmetic.share_needed(gain):.0%} of it, or the rest to shrink as much. At other "
        "operating points, such as a sensor that only multiplies, the claim stays open.",
        (bound, _remaining(gain)),
    )


def rebound(claim: Claim) -> Finding:
    """Judge whether the total may rise: E/E0 against 1 over elasticity and pass-through."""
    gain = float(claim.figure)
    assumed = known(Demand, "ai-compute")
    over = compute("total energy, after over before, over the assumed ranges", "1", "facility",
                   lambda demand: arithmetic.rebound(gain, demand.elasticity, demand.pass_through), assumed,
                   how="E/E0 = G^(eps theta - 1)")  # fmt: skip
    cases = tuple(
        compute(f"the same at eps = {eps}, theta = {theta}", "1", "facility",
                lambda eps=eps, theta=theta: arithmetic.rebound(gain, eps, theta),
                how="E/E0 = G^(eps theta - 1)")
        for eps, theta in ((1.5, 0.1), (1.5, 1.0))
    )  # fmt: skip
    falls, rises = bool((over.figure.draws < 1.0).any()), bool((over.figure.draws > 1.0).any())
    verdict = SUPPORTED_ONLY_AT if falls and rises else SUPPORTED if rises else CONTRADICTED
    return Finding(
        verdict,
        f"By the price alone the total rises exactly where eps theta > 1. With energy a tenth of the price and an "
        f"elasticity of 1.5, a gain of {gain:g} leaves {units.show(cases[0].figure.value, '1', 2)} of the energy; with "
        f"the price falling as the energy does, {cases[1].figure.value:.2f} times as much. Both elasticities are "
        "assumptions: no estimate for AI computing was found, and the interval shows those assumptions and nothing "
        "else. Growth for other reasons can raise the total as well; that is not rebound and is not computed here.",
        (over, *cases),
        only_at="eps theta > 1: demand elastic, and its price nearly all energy"
        if verdict == SUPPORTED_ONLY_AT
        else "",
    )


JUDGES: Mapping[str, Callable[[Claim], Finding]] = {
    "hbm3-bandwidth": hbm3_bandwidth,
    "bits-per-multiply": bits_per_multiply,
    "matrix-vector-gain": matrix_vector_gain,
    "thousandfold": thousandfold,
    "fiftyfold": fiftyfold,
    "fiftyfold-per-task": fiftyfold_per_task,
    "rebound": rebound,
}
"""The judge of each claim by the name of its card."""
