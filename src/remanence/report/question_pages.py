"""The pages of docs/questions. Every number in them comes from the run that drew their figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from remanence.core import units
from remanence.report.macro_charts import shown, words
from remanence.report.questions import BURST_WRITES, QUANTITIES
from remanence.study import questions
from remanence.study.break_even import break_even_idle, break_even_rate, use_of
from remanence.study.cell_scaling import KEPT
from remanence.study.macro_comparison import Entry, winners
from remanence.study.questions import Rivals

MADE = "Made by `make figures`; a test fails where this page and the code differ."
TABLED = "16 MiB"
"""Capacity of the table of all memories."""
AGAINST = ("stt-1t1mtj", "stt-2t2mtj")
_SHARES = (0.0, 0.1, 0.5)
_BURSTS = (1e4, 1e6)
_ENDS = (10.0, 50.0, 90.0)


def memories(results: Mapping[str, Sequence[Entry]]) -> str:
    """Return the page on STT-MRAM beside the other memories; ``results`` from `study.questions.memories`."""
    sizes = list(dict.fromkeys(entry.capacity for entries in results.values() for entry in entries))
    lines = [
        "# STT-MRAM against SRAM, eDRAM, flash, ReRAM, PCM, FeFET and SOT",
        "",
        MADE,
        "",
        "**Question.** Which memory reads fastest, takes least energy, area and standby power, from 1 to 64 MiB and "
        "from 40 to 16 nm?",
        "",
        f"**How it is answered.** Every cell that has a card on a node is searched over all organisations of its macro "
        f"(words of {questions.WORD_BITS} bits, no code, 25 degC); taken is the fastest to read among those whose area "
        f"is at most {questions.SPARE_AREA:.0%} above the smallest. Without that limit the fastest macro is one of "
        "tiny subarrays that nobody builds. Intervals are 80 % of 256 joint draws over the ranges of all rows; 'no "
        "read' means that the cells' spread leaves the sense amplifier nothing to tell, however long the read.",
        "",
        "![read latency, energies, area and standby by capacity and node](../figures/memories.svg)",
        "",
        "Lines that leave a panel are draws without a read.",
        "",
        "## STT-MRAM over SRAM",
        "",
        "Ratio of the quantities draw by draw (rows that both use are drawn once): median, and 80 % of the draws. "
        "Below 1 MRAM needs less.",
        "",
        f"| node, capacity, cell | {' | '.join(words(name) for name in QUANTITIES)} |",
        f"| --- | {' | '.join('---' for _ in QUANTITIES)} |",
        *_ratios(results, (sizes[0], sizes[-1])),
        "",
        "## Who wins",
        "",
        "The cell of the best median, and the share of joint draws in which it beats every other; below 95 % the order "
        "is not settled by what is known.",
        "",
        f"| node, capacity | {' | '.join(words(name) for name in QUANTITIES)} |",
        f"| --- | {' | '.join('---' for _ in QUANTITIES)} |",
        *_winning(results, sizes),
        "",
        f"## All of them at {TABLED}",
        "",
        f"| node, cell | {' | '.join(words(name) for name in QUANTITIES)} |",
        f"| --- | {' | '.join('---' for _ in QUANTITIES)} |",
        *_all(results),
        "",
        "## Not here, and why",
        "",
        *_missing(results),
        "",
        "## What the answer depends on, and where it is not valid",
        "",
        "- **Which organisation.** Another rule than the one above moves latency and energy by factors; the order of "
        "areas and of standby powers hardly. `remanence macro ... --optimise ... --pareto --html` shows the front.",
        "- **Sensing.** Magnetic cells are sensed by the node's simulated latch at as many standard deviations as the "
        "capacity asks for, the others by one plain amplifier without a model of their spread: read latencies of "
        "ReRAM, PCM, flash and FeFET are therefore favourable. A code or redundancy would help the single-ended MRAM "
        "cell most.",
        "- **Low-leakage transistors.** The nodes' own cards are those of low standby power; on faster transistors "
        "SRAM's leakage is orders of magnitude higher and its standby loses by more.",
        "- **Writes.** ReRAM, PCM and flash are priced per bit written, without erasing blocks of flash and without "
        "wear; endurance is not in these figures (`remanence show`).",
        "- **Cells without a law of temperature** keep their card's values: the page is for 25 degC.",
        "- How far these macros lie from published silicon is in [validation](../validation/silicon.md). Ratios "
        "between cells of one node are surer than absolute figures: what is wrong with wires and periphery is wrong "
        "for all.",
        "",
    ]
    return "\n".join(lines)


def _percentiles(draws: NDArray[np.float64]) -> tuple[float, float, float]:
    low, middle, high = np.percentile(np.minimum(draws, 1e290), _ENDS)
    return float(low), float(middle), float(high)


def _ratio(first: NDArray[np.float64], second: NDArray[np.float64]) -> str:
    low, middle, high = _percentiles(np.asarray(first / second))
    if middle > 1e100:
        return "no read"
    told = "no read" if high > 1e100 else f"{high:.2g}"
    return f"{middle:.2g} ({low:.2g} to {told})"


def _ratios(results: Mapping[str, Sequence[Entry]], sizes: Sequence[str]) -> list[str]:
    lines = []
    for node, entries in results.items():
        mine = {(entry.cell, entry.capacity): entry for entry in entries if entry.draws}
        for size in sizes:
            latch = mine.get((questions.LATCH, size))
            for cell in AGAINST:
                entry = mine.get((cell, size))
                if entry is not None and latch is not None:
                    cells = [_ratio(entry.draws[name], latch.draws[name]) for name in QUANTITIES]
                    lines.append(f"| {node}, {size}, `{cell}` | {' | '.join(cells)} |")
    return lines


def _winning(results: Mapping[str, Sequence[Entry]], sizes: Sequence[str]) -> list[str]:
    lines = []
    for node, entries in results.items():
        found = {name: winners(entries, name) for name in QUANTITIES}
        for size in (sizes[0], sizes[-1]):
            rows = [found[name].to_dict("index")[size] for name in QUANTITIES]
            cells = [f"`{row['cell']}` ({row['share']:.0%})" for row in rows]
            lines.append(f"| {node}, {size} | {' | '.join(cells)} |")
    return lines


def _all(results: Mapping[str, Sequence[Entry]]) -> list[str]:
    lines = []
    for node, entries in results.items():
        for entry in entries:
            if entry.capacity != TABLED or not entry.draws:
                continue
            cells = []
            for name in QUANTITIES:
                low, middle, high = entry.ends(name)
                cells.append(f"{shown(middle, name)} ({shown(low, name)} to {shown(high, name)})")
            lines.append(f"| {node}, `{entry.cell}` | {' | '.join(cells)} |")
    return lines


def _missing(results: Mapping[str, Sequence[Entry]]) -> list[str]:
    found: dict[tuple[str, str], list[str]] = {}
    for node, entries in results.items():
        for entry in entries:
            if not entry.draws:
                place = node if len({e.capacity for e in entries if e.cell == entry.cell and not e.draws}) == len(
                    {e.capacity for e in entries}) else f"{node} at {entry.capacity}"  # fmt: skip
                why = entry.reason.replace(f"got node {node};", "").replace("  ", " ")
                found.setdefault((entry.cell, why), []).append(place)
    return [f"- `{cell}` on {', '.join(dict.fromkeys(places))}: {why}" for (cell, why), places in found.items()] or [
        "- Nothing: every cell could be built everywhere."
    ]


def _rate(rate: float) -> str:
    return "any rate" if rate > 1e15 else "no rate" if rate <= 0 else f"{rate:.1e}"


def _time(seconds: float) -> str:
    return "never" if seconds > 1e12 else "at once" if seconds <= 0 else units.show(seconds, "s")


def break_even(found: Sequence[Rivals]) -> str:
    """Return the page on break-even between MRAM and SRAM; ``found`` from `study.questions.rivals`."""
    rates, idles, blind, woken = [], [], [], []
    for one in found:
        latch = use_of(one.latch)
        for entry in one.magnetic:
            use = use_of(entry)
            cells = []
            for share in _SHARES:
                low, middle, high = _percentiles(np.asarray(break_even_rate(use, latch, writes=share)))
                cells.append(f"{_rate(middle)} ({_rate(low)} to {_rate(high)})")
            rates.append(f"| {one.capacity}, {one.temperature}, `{entry.cell}` | {' | '.join(cells)} |")
            cells = []
            for burst in _BURSTS:
                idle = break_even_idle(use, latch, accesses=burst, writes=BURST_WRITES)
                low, middle, high = _percentiles(np.asarray(idle))
                cells.append(f"{_time(middle)} ({_time(low)} to {_time(high)})")
            saved = float(np.median(np.asarray(latch.standby) - np.asarray(use.standby)))
            cells.append(units.show(1e-9 / saved, "s") if saved > 0 else "never")
            woken.append(float(np.max(np.asarray(use.wake))))
            idles.append(f"| {one.capacity}, {one.temperature}, `{entry.cell}` | {' | '.join(cells)} |")
            blind.append(float(np.mean(~np.isfinite(np.asarray(use.read)))))
    return "\n".join([
        "# When does MRAM beat SRAM? Break-even of energy",
        "",
        MADE,
        "",
        "**Question.** At which share of reads, and from how long a standby, does an MRAM macro take less energy than "
        f"an SRAM macro of the same node ({questions.BREAK_EVEN_NODE}, low-leakage transistors)?",
        "",
        "**Always powered.** A macro that is accessed r times a second, a share w of them writes, takes",
        "",
        "P = r ((1 - w) E_read + w E_write) + L",
        "",
        "(L: leakage). MRAM wins below the rate r = (L_SRAM - L_MRAM)/(E_MRAM - E_SRAM), E being the energy of a mean "
        "access, and below the share of writes",
        "",
        "w = ((E_r,SRAM - E_r,MRAM) + (L_SRAM - L_MRAM)/r) / ((E_w - E_r)_MRAM - (E_w - E_r)_SRAM).",
        "",
        "![share of draws in which MRAM takes less power, by access rate and share of writes]"
        "(../figures/break_even.svg)",
        "",
        "Break-even rate, accesses per second, median and 80 % of the joint draws; MRAM wins below it:",
        "",
        f"| capacity, temperature, cell | {' | '.join(f'{share:.0%} writes' for share in _SHARES)} |",
        "| --- | --- | --- | --- |",
        *rates,
        "",
        "**Bursts and standby.** N accesses, then an idle time t in which both go to standby (SRAM keeps its cells "
        "under power, MRAM nothing but what the power switches leak): MRAM wins from",
        "",
        "t = (N (E_MRAM - E_SRAM) + E_wake,MRAM - E_wake,SRAM) / (S_SRAM - S_MRAM).",
        "",
        "![idle time at break-even against accesses in a burst](../figures/break_even_idle.svg)",
        "",
        f"Idle time at break-even for bursts with {BURST_WRITES:.0%} writes; the last column says how much longer it "
        "gets for each further nanojoule that MRAM takes more than SRAM to wake up:",
        "",
        f"| capacity, temperature, cell | {' | '.join(f'{burst:.0e} accesses' for burst in _BURSTS)} | per nJ of "
        "wake-up |",
        "| --- | --- | --- | --- |",
        *idles,
        "",
        "## What the answer depends on, and where it is not valid",
        "",
        f"- In {min(blind):.0%} to {max(blind):.0%} of the draws a magnetic macro cannot be read at all (the spread of "
        "its cells leaves nothing to sense); those draws count as lost for MRAM and open the interval.",
        "- **Leakage decides.** The node's transistors are those of low standby power, MRAM's worst case. A warm chip "
        "moves every break-even in MRAM's favour, as the second row of the map shows.",
        "- Both macros are the fastest to read within 30 % of the smallest area. Larger words or a rule of least "
        "energy move the break-even.",
        _wake(max(woken)),
        "- Leakage during a burst is left out: bursts must be short against the idle time.",
        "- Energy alone: MRAM's writes take tens of nanoseconds, and its endurance is not judged here. A cache that is "
        "written at every access is on SRAM's side of the map for both reasons.",
        "",
        "In Python: `study.break_even` has `break_even_rate`, `break_even_writes`, `break_even_idle`, `win_share`.",
        "",
    ])  # fmt: skip


def _wake(most: float) -> str:
    if most > 0.0:
        return f"- Waking up takes an MRAM macro up to {units.show(most, 'J')} at the medians: counted, as is SRAM's."
    return (
        "- Wake-up is counted as 0, and the column above says what it would change: what recharging the supply of a "
        "macro takes depends on the switches and the rail. SRAM wakes up, too."
    )


def materials(results: Mapping[str, pd.DataFrame]) -> str:
    """Return the page on L1_0-FePt and CoFeB; ``results`` from `study.questions.materials`."""
    table, least = [], []
    for node, frame in results.items():
        for stack, part in frame.groupby("stack", sort=False):
            good = part[part["keeps"] & part["switchable"]]
            keeps = part[part["keeps"]]
            free = part[part["limit"] == "pitch"]
            smallest = keeps.iloc[0]
            least.append(
                f"| {node}, `{stack}` | {_nm(smallest['diameter'])} | "
                f"{_nm(good['diameter'].min()) if len(good) else 'none'} | "
                f"{_nm(free['diameter'].max()) if len(free) else 'none'} | "
                f"{units.show(float(smallest['write_current']), 'A')} | "
                f"{smallest['junction_voltage']:.3g} V ({smallest['junction_voltage_low']:.3g} to "
                f"{smallest['junction_voltage_high']:.3g}) | {_area(smallest)} | "
                f"{units.show(float(smallest['write_energy']), 'J')} | "
                f"{1.0 - float(smallest['area_pitch'] / smallest['area']):.0%} |"
            )
    frame = results[questions.BREAK_EVEN_NODE]
    for place in (5e-9, 10e-9, 20e-9, 30e-9, 40e-9, 60e-9):
        for stack, part in frame.groupby("stack", sort=False):
            row = part.iloc[int(np.argmin(np.abs(part["diameter"] - place)))]
            table.append(
                f"| {_nm(row['diameter'])}, `{stack}` | {row['thermal_stability']:.0f} | "
                f"{'yes' if row['keeps'] else 'no'} | {units.show(float(row['write_current']), 'A')} | "
                f"{row['junction_voltage']:.3g} V | {'yes' if row['switchable'] else 'no'} "
                f"({row['switchable_share']:.0%} of draws) | {_area(row)} | {row['limit']} | "
                f"{units.show(float(row['write_energy']), 'J')} |"
            )
    fept = frame[frame["stack"] == questions.STACKS[1]].iloc[0]
    cofeb = frame[(frame["stack"] == questions.STACKS[0]) & frame["keeps"]].iloc[0]
    per = {name: row["write_current"] / row["thermal_stability"] for name, row in (("FePt", fept), ("CoFeB", cofeb))}
    ratio = per["FePt"] / per["CoFeB"]
    pitch = float(fept["area_pitch"])
    floor = frame[(frame["stack"] == questions.STACKS[0]) & (frame["limit"] == "pitch")]["diameter"].max()
    time, warm, loss = KEPT
    return "\n".join([
        "# What does the smaller junction of L1_0-FePt buy?",
        "",
        MADE,
        "",
        "**Question.** FePt keeps a bit in a junction of a few nanometres. How much cell area and write energy does "
        "that save against CoFeB, given that a transistor must carry the write current?",
        "",
        f"**Short answer.** Written by spin-transfer torque: nothing. At {_nm(fept['diameter'])} FePt needs "
        f"{units.show(float(fept['write_current']), 'A')} and {fept['junction_voltage']:.0f} V over a barrier that "
        f"breaks at {fept['breakdown_voltage']:.2g} V; it can be written in {fept['switchable_share']:.0%} of the "
        f"draws. Cells of both materials are no smaller than {_um(pitch)} on {questions.BREAK_EVEN_NODE} whatever the "
        f"junction: two metal lines and two gates must pass. CoFeB reaches that floor at {_nm(floor)} already; the "
        "table by node says how much area is left to save, were there a smaller junction that is written with less "
        "current.",
        "",
        "![cell area, voltage and energy against diameter](../figures/fept_cell.svg)",
        "",
        f"On {questions.BREAK_EVEN_NODE}; 'keeps': {time} at {warm} with {loss:.0e} of the bits lost; voltage over the "
        "antiparallel junction at 1.5 times the critical current; energy of one 20 ns pulse from the supply:",
        "",
        "| diameter, stack | stability, 25 degC | keeps | write current | voltage | below breakdown | cell | limited "
        "by | pulse |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *table,
        "",
        "By node: the smallest junction that keeps its bit, the smallest that can be written besides, the largest "
        "whose cell is at the floor of the pitches; current, voltage, cell and pulse of the first, and the share of "
        "its area above the floor: the most that any smaller junction could save.",
        "",
        "| node, stack | keeps from | and writable from | at the floor up to | current | voltage | cell | pulse | "
        "above the floor |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *least,
        "",
        "## Why",
        "",
        "The critical current of a small junction is (4 e/hbar)(alpha/eta) Delta k_B T "
        "([device](../physics/device.md)): it follows stability, not volume. "
        f"At the same stability FePt takes {ratio:.1f} times the current of CoFeB, as its damping is higher; at its "
        "own stability far more. That current goes through a smaller area: the voltage is R A times current density, "
        "which for FePt does not fall with the diameter. A barrier that takes the current of the smallest FePt "
        f"junction here at its breakdown voltage would need a resistance-area product below "
        f"{_barrier(fept):.2g} ohm um^2 even without TMR; 5 to 20 are on the cards, and below about 1 "
        "an MgO barrier is one or two atomic layers.",
        "",
        "## What the answer depends on, and where it is not valid",
        "",
        "- One rule for both materials: current 1.5 times critical, source degeneration 0.6, no write driver and no "
        "error curve. `circuit.write` judges a given cell; `remanence macro` sizes it.",
        "- FePt's anisotropy is that of well-ordered films. A less ordered film, a thinner one or one with a seam "
        "keeps less and needs less; the ratio at equal stability above is what remains.",
        "- The junction's own pitch (as much space as diameter, assumed) limits no cell on these nodes. A smaller "
        "pitch of transistors, a vertical selector or a junction array above logic would change that.",
        "- Other ways to write (spin-orbit torque, voltage-controlled anisotropy, heat) are not judged here; through "
        "them the barrier need not carry the write current, and the pitch floor is then all that counts.",
        "- As a pinned layer FePt is not switched: [device](../physics/device.md).",
        "",
    ])  # fmt: skip


def _barrier(row: pd.Series) -> float:
    """Return the resistance-area product in ohm um^2 at which the parallel junction is at its breakdown voltage."""
    area = 0.25 * np.pi * float(row["diameter"]) ** 2
    return float(row["breakdown_voltage"]) * area / float(row["write_current"]) * 1e12


def _nm(length: float) -> str:
    return f"{length * 1e9:.0f} nm"


def _um(area: float) -> str:
    return f"{area * 1e12:.3g} um²"


def _area(row: pd.Series) -> str:
    return f"{_um(float(row['area']))} ({row['area_low'] * 1e12:.3g} to {row['area_high'] * 1e12:.3g})"
