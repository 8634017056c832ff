"""Judges of claims about junctions and memories. Each verdict follows from the figures it returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from remanence.circuit import Storage, organise, storage
from remanence.core import units
from remanence.core.declare import Array
from remanence.device import Junction, Stack
from remanence.outlook import arithmetic
from remanence.outlook.cards import Claim, Endurance, WeightFetch
from remanence.outlook.evidence import (
    CONTRADICTED,
    SUPPORTED,
    SUPPORTED_ONLY_AT,
    Finding,
    Known,
    compute,
    known,
    known_chip,
)
from remanence.study import junction_scaling
from remanence.system import Chip, Microcontroller, platform

YEAR = 365.25 * 86400.0
MEGABIT = 2**20
"""Bits of the macros that are compared."""
SERVICE_LIFE = 20.0 * YEAR
"""Years of service that a claim of endless use must cover, in s: the retention that automotive parts state."""
UPDATE_RATE = 1e3
"""Updates per second of a weight that is trained, as in the claim's operating point."""
RETENTION = 10.0 * YEAR
ATTEMPT_TIME = 1e-9
"""Attempt time of thermal reversal, the usual convention in retention figures."""
SMALL, LARGE = 9.9e-9, 20e-9
"""Diameters in m: just below 10 nm, and where the double-interface stack was fitted."""
STACKS = ("cofeb-double-mgo", "cofeb-mgo", "l10-fept")


def _verdict(holds: list[bool]) -> str:
    return SUPPORTED if all(holds) else SUPPORTED_ONLY_AT if any(holds) else CONTRADICTED


def megabit(design: Chip) -> Storage:
    """Return what a macro of 1 Mbit of a chip's weight memory costs, organised at the medians of its card."""
    median = platform(design.name).design
    assert median.memory is not None
    assert median.node is not None
    assert median.periphery is not None
    assert design.memory is not None
    assert design.node is not None
    assert design.periphery is not None
    chosen = organise(median.memory, median.node, median.periphery, needed=MEGABIT)
    return storage(design.memory, design.node, design.periphery, chosen)


def _macros() -> tuple[Known, Known]:
    return known_chip(platform("nearmem-stt-22nm")), known_chip(platform("nearmem-sram-22nm"))


def mram_endurance(claim: Claim) -> Finding:
    """Judge the endurance demonstrated, by kind of product."""
    kinds = ("mram-nvram", "mram-flash-like", "reram", "pcm")
    evidence = tuple(
        compute(f"write cycles, {name}", "1", "device", lambda card: card.cycles, known(Endurance, name),
                how="row of the catalogue")
        for name in kinds
    )  # fmt: skip
    holds = [one.figure.value > float(claim.figure) for one in evidence[:2]]
    return Finding(
        _verdict(holds),
        f"Working-memory cells are reported at {evidence[0].figure.value:.0e} cycles (extrapolated), cells that "
        f"replace flash are rated near {evidence[1].figure.value:.0e}: the retention of the latter costs the "
        "endurance of the "
        "former. No row of the catalogue has both. Cells that replace flash are no better than the published ranges "
        "of ReRAM and PCM.",
        evidence,
        only_at="cells tuned as working memory; not those that replace flash",
    )


def infinite_endurance(_claim: Claim) -> Finding:
    """Judge endless endurance: the time after which a cell written all the time has used its cycles."""
    cells = [known(Endurance, name) for name in ("mram-nvram", "mram-flash-like")]
    macro, _ = _macros()

    def ceaseless(card: Endurance, design: Chip) -> Array:
        return arithmetic.endurance_lifetime(card.cycles, 1.0 / megabit(design).write_time)

    evidence = tuple(
        item
        for name, cell in zip(("working-memory", "flash-like"), cells, strict=True)
        for item in (
            compute(f"life of a {name} cell written without pause", "s", "device", ceaseless, cell, macro,
                    how="cycles x write time of the catalogue's macro"),
            compute(f"life of a {name} cell updated at 1 kHz", "s", "device",
                    lambda card: arithmetic.endurance_lifetime(card.cycles, UPDATE_RATE), cell, how="cycles / rate"),
        )
    )  # fmt: skip
    lives = {one.figure.name: one.figure.value for one in evidence}
    ends = [life < SERVICE_LIFE for life in lives.values()]
    shown = [units.show(life, "s") if life < YEAR else f"{life / YEAR:.3g} years" for life in lives.values()]
    return Finding(
        CONTRADICTED if any(ends) else SUPPORTED,
        f"Finite in every source. A working-memory cell lasts {shown[0]} when written without pause and {shown[1]} at "
        f"1 kHz; a cell that replaces flash {shown[2]} and {shown[3]}. For weights written once a day either outlasts "
        "its product: 'enough for inference' would be supported, 'infinite' is not.",
        evidence,
    )


def nanosecond_access(claim: Claim) -> Finding:
    """Judge read and write time against SRAM's."""
    stt, sram = _macros()
    how = "circuit.storage, 1 Mbit of nearmem-stt-22nm (and nearmem-sram-22nm)"
    evidence = (
        compute("read time of a word", "s", "macro", lambda design: megabit(design).read_time, stt, how=how),
        compute("write time of a word", "s", "macro", lambda design: megabit(design).write_time, stt, how=how),
        compute("read time over SRAM's", "1", "macro",
                lambda a, b: megabit(a).read_time / megabit(b).read_time, stt, sram, how=how),
        compute("write time over SRAM's", "1", "macro",
                lambda a, b: megabit(a).write_time / megabit(b).write_time, stt, sram, how=how),
    )  # fmt: skip
    limit = float(claim.figure_high)
    reads, writes = evidence[2].figure.value <= limit, evidence[3].figure.value <= limit
    return Finding(
        _verdict([reads, writes]),
        f"A read takes {units.show(evidence[0].figure.value, 's')}, {evidence[2].figure.value:.1f} times the SRAM's; a "
        f"write {units.show(evidence[1].figure.value, 's')} with its verification, {evidence[3].figure.value:.0f} "
        "times. The write pulse is that of a cell tuned for retention; the interface is not modelled.",
        evidence,
        only_at="reads" if reads and not writes else "writes" if writes and not reads else "",
    )


def below_10nm(_claim: Claim) -> Finding:
    """Judge stability below 10 nm over the stacks of the catalogue."""
    needed = float(np.log(RETENTION / ATTEMPT_TIME))
    frame = junction_scaling(STACKS, [SMALL, LARGE])
    small = frame[frame["diameter"] == SMALL].set_index("stack")
    stable = small["thermal_stability"] >= needed
    written = small["critical_voltage"] < small["breakdown_voltage"]
    evidence = []
    for name in STACKS:
        film = known(Stack, name)
        evidence += [
            compute(f"stability of {name} at 9.9 nm", "1", "device",
                    lambda stack: Junction(stack=stack, diameter=SMALL).thermal_stability, film,
                    how="study.junction_scaling"),
            compute(f"voltage at the critical current over breakdown, {name} at 9.9 nm", "1", "device",
                    lambda stack: Junction(stack=stack, diameter=SMALL).critical_voltage / stack.breakdown_voltage,
                    film, how="study.junction_scaling"),
        ]  # fmt: skip
    both = stable & written
    large = frame[frame["diameter"] == LARGE].set_index("stack")["thermal_stability"]
    double = "cofeb-double-mgo"
    return Finding(
        SUPPORTED if both.all() else SUPPORTED_ONLY_AT,
        f"Stable for ten years (above {needed:.0f}) and writable by spin torque within breakdown at 9.9 nm: "
        f"{int(both.sum())} of {len(STACKS)} stacks. Interface anisotropy gives "
        f"{small['thermal_stability'][double]:.0f} at 9.9 nm after {large[double]:.0f} at 20 nm ({double}), "
        f"{small['thermal_stability']['cofeb-mgo']:.1f} with "
        f"one interface; L1_0-FePt keeps {small['thermal_stability']['l10-fept']:.0f} and cannot be "
        "written by spin torque. A thick "
        "free layer with shape anisotropy was shown switched by current with sufficient stability below 10 nm "
        "(abstract of watanabe2018, single junctions); no such stack is in the catalogue, so that part rests on the "
        "paper.",
        tuple(evidence),
        only_at="single junctions with shape anisotropy (published, not computed here)",
        sources=("watanabe2018",),
    )


def flash_replacement(_claim: Claim) -> Finding:
    """Judge a flash replacement: what an inference can gain, and what a rewrite gains."""
    core, stt = known(Microcontroller, "stm32l4r5"), _macros()[0]
    fetch = known(WeightFetch, "stm32l4r5-flash")

    def bound(cpu: Microcontroller, flash: WeightFetch) -> Array:
        whole = cpu.energy_per_multiply + cpu.active_power * cpu.cycles_per_multiply / cpu.frequency
        return arithmetic.amdahl_bound(flash.read_energy * flash.bits_per_multiply / whole)

    bits = platform("nearmem-stt-22nm").design.memory
    assert bits is not None
    evidence = (
        compute("gain of an inference's energy if reading the weights cost nothing", "1", "board", bound, core, fetch,
                how="1/(1 - phi), phi = flash read energy per multiply-accumulate over the whole"),
        compute("energy to program a bit, flash over MRAM", "1", "macro",
                lambda cpu, chip: cpu.flash_write_energy / megabit(chip).write_bit, core, stt,
                how="rows of the card over circuit.storage, 1 Mbit"),
        compute("time to program a bit, flash over MRAM", "1", "macro",
                lambda cpu, chip: cpu.flash_write_time * bits.word_bits / megabit(chip).write_time, core, stt,
                how="64 bits at a time for both"),
        compute("write cycles, MRAM over flash", "1", "device",
                lambda cpu, cell: cell.cycles / cpu.flash_endurance, core, known(Endurance, "mram-flash-like"),
                how="rows of the catalogue"),
    )  # fmt: skip
    gains = [one.figure.value for one in evidence]
    energy = gains[0] > 1.0 + 0.1
    return Finding(
        _verdict([energy, *(gain > 1.0 for gain in gains[1:])]),
        f"Rewriting gains {units.show(gains[1], '1', 2)} times in energy, {units.show(gains[2], '1', 2)} in time and "
        f"{units.show(gains[3], '1', 2)} in endurance; our macro's write energy leaves out the interface and lies "
        "far below the one published in samsung2022nvram, so the first figure is too high. An inference on such a core "
        f"gains at most {gains[0]:.2f} times ({evidence[0].figure.high:.2f} at the end of the interval): the core, "
        "not the read of the weights, spends "
        "the energy, and flash too keeps its data when the core sleeps, so that waking gains nothing either. The "
        "flash's read energy is an assumption.",
        evidence,
        only_at="rewriting the weights; an inference's energy hardly changes",
        sources=("samsung2022nvram",),
    )


def static_power(_claim: Claim) -> Finding:
    """Judge the exchange of write energy for static power, cell by cell and with the periphery on."""
    stt, sram = _macros()
    how = "circuit.storage, 1 Mbit of nearmem-stt-22nm and nearmem-sram-22nm"
    asleep = compute(
        "standby power over SRAM's, periphery gated", "1", "macro",
        lambda a, b: megabit(a).standby / megabit(b).standby, stt, sram, how=how,
    )  # fmt: skip
    awake = compute(
        "leakage over SRAM's while powered", "1", "macro",
        lambda a, b: megabit(a).leakage / megabit(b).leakage, stt, sram, how=how,
    )  # fmt: skip
    interval = compute(
        "interval between rewrites beyond which MRAM pays", "s", "macro",
        lambda a, b: arithmetic.break_even_interval(
            megabit(a).write_bit - megabit(b).write_bit, (megabit(b).standby - megabit(a).standby) / MEGABIT
        ),
        stt, sram, how="extra write energy / standby power saved, SRAM always on",
    )  # fmt: skip
    return Finding(
        SUPPORTED_ONLY_AT if awake.figure.value > 0.0 else SUPPORTED,
        f"Against SRAM the exchange is real: {asleep.figure.value:.1%} of its standby power with the periphery gated, "
        f"{awake.figure.value:.1%} while powered, so 'elimination' holds for the cells and not for what surrounds "
        f"them. It pays where a bit is rewritten less often than every {units.show(interval.figure.value, 's', 2)} "
        "(the "
        "range is as wide as the leakage of the node). DRAM refresh, which the words name, is not judged: the "
        "catalogue has no DRAM cell yet. Our write energy leaves out the interface and lies far below the macro "
        "published in samsung2022nvram, so the true interval is longer.",
        (asleep, awake, interval),
        sources=("samsung2022nvram",),
        only_at=f"cells against SRAM, rewritten less often than every {units.show(interval.figure.value, 's', 1)}, "
        "periphery gated",
    )


JUDGES: Mapping[str, Callable[[Claim], Finding]] = {
    "mram-endurance": mram_endurance,
    "infinite-endurance": infinite_endurance,
    "nanosecond-access": nanosecond_access,
    "below-10nm": below_10nm,
    "flash-replacement": flash_replacement,
    "static-power": static_power,
}
"""The judge of each claim by the name of its card."""
