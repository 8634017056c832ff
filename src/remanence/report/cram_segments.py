"""The page of docs/validation on programs for logic lines with switches."""

from __future__ import annotations

from remanence.study import cram_parallel


def page() -> str:
    """Return the page: bit-parallel programs beside AritPIM's."""
    frame = cram_parallel.parallel_rows()
    lines = [
        "# Bit-parallel arithmetic against AritPIM",
        "",
        "Made by `make figures`; a test fails where this page and the code differ.",
        "",
        "Programs of NOT and NOR2 with a segment of the logic line for each bit, as AritPIM's partitions (aritpim2023, "
        "results/fixed/latency.csv, energy.csv, area.csv at 71b97a4). Cycles are counted as there: steps of gates, "
        "and for every step of presets one cycle for each place within a segment, in any segments. The last column is "
        "the steps of this machine, which presets any columns in one. Gates have their presets with them.",
        "",
        "| operation | bits | AritPIM, cycles | here | ratio | AritPIM, gates | here | cells a bit, AritPIM / here "
        "| steps of this machine |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for each in cram_parallel.parallel_programs():
        key = f"{each.name}-{each.bits}"
        cycles, gates = frame.loc[f"{key}-cycles"], frame.loc[f"{key}-gates"]
        cells = f"{cram_parallel.PUBLISHED_PLACES[each.name]} / {cram_parallel.PLACES[each.name]}"
        lines.append(
            f"| {each.name} | {each.bits} | {cycles['theirs']:,.0f} | {cycles['ours']:,.0f} | {cycles['factor']:.2f} "
            f"| {gates['theirs']:,.0f} | {gates['ours']:,.0f} | {cells} | {each.program.step_count:,} |"
        )
    return "\n".join([
        *lines, "",
        "Where it is not like for like:", "",
        "- Gates of one of its cycles are alike in all partitions: the same places, at even distances, so that few "
        "control lines choose them. Gates of a step here may differ, which takes a decoder for every segment.",
        "- Its gates may write into a cell that was not initialised (the result is then joined with what it held), "
        "which saves cycles; here every output is preset.",
        "- A product takes more cells here: with as many as there, initialisations by place cost half as many to "
        "more than twice as many cycles (481, 1,106 and 2,929 for 8, 16 and 32 bits).", "",
    ])  # fmt: skip
