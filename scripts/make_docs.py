"""Make the generated parts of docs/ again: validation tables and figures. Run by `make figures`."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from remanence.cram.numbers import gate_counts
from remanence.network.datasets import digits
from remanence.network.loading import load_model
from remanence.report import (
    cram,
    cram_gates,
    cram_segments,
    cram_workloads,
    figures,
    question_pages,
    questions,
    silicon,
    validation,
)
from remanence.study import compare, cram_claim, junction_scaling, resistance_spread_sweep
from remanence.study import cram_workloads as workloads
from remanence.study import questions as asked
from remanence.study.cram_gates import gate_study
from remanence.study.silicon import silicon_rows
from remanence.system import platform

DOCS = Path(__file__).resolve().parent.parent / "docs"
PEERS = DOCS.parent / "tests" / "peers"
CHIPS = ("crossbar-stt-22nm", "nearmem-stt-22nm", "nearmem-sram-22nm", "mcu-cortex-m4")


def main() -> None:
    """Write docs/validation/*.md and docs/figures/*.svg."""
    rows = silicon_rows()
    for name, text in validation.pages(PEERS / "nvsim_silicon.csv", rows, PEERS / "simpler_magic.csv").items():
        (DOCS / "validation" / f"{name}.md").write_text(text, encoding="utf-8")
        print(f"docs/validation/{name}.md")
    (DOCS / "validation" / "cram-segments.md").write_text(cram_segments.page(), encoding="utf-8")
    print("docs/validation/cram-segments.md")
    _counts()
    _questions()
    _cram()
    silicon.draw(rows, DOCS / "figures" / "silicon.svg", PEERS / "nvsim_silicon.csv")
    diameters = np.linspace(5e-9, 60e-9, 111)
    stacks = ["cofeb-mgo", "cofeb-double-mgo", "l10-fept"]
    figures.junction_scaling(junction_scaling(stacks, list(diameters)), DOCS / "figures" / "scaling.svg")
    data = digits()
    model = load_model("cnn", data, epochs=20)
    calibration, batches = data.train_images[:256], data.batches()
    result = compare(model, CHIPS, calibration=calibration, loader=batches, draws=20)
    figures.energy_breakdown(result, DOCS / "figures" / "energy.svg")
    spreads = [0.0, 0.01, 0.02, 0.03, 0.05, 0.08, 0.1]
    sweep = resistance_spread_sweep(
        model, platform(CHIPS[0]), spreads, calibration=calibration, loader=batches, draws=20
    )
    figures.spread_sweep({CHIPS[0]: sweep}, DOCS / "figures" / "spread.svg")
    print("docs/figures/{silicon,scaling,energy,spread}.svg")


def _counts() -> None:
    """Write the table of docs/howto/cram-numbers.md, which is all that follows its last heading."""
    page = DOCS / "howto" / "cram-numbers.md"
    text, mark, _ = page.read_text(encoding="utf-8").partition(gate_counts.HEADING)
    page.write_text(text + mark + gate_counts.markdown(), encoding="utf-8")
    print("docs/howto/cram-numbers.md")


def _cram() -> None:
    """Write docs/cram-claim.md and the figures of gates and claim."""
    claim = cram_claim.study()
    (DOCS / "cram-claim.md").write_text(cram.claim_text(claim), encoding="utf-8")
    cram.draw_claim(claim, DOCS / "figures" / "cram-claim.svg")
    cram_gates.draw_gates(gate_study(device_set="stt-45nm"), DOCS / "figures" / "cram-gates.svg")
    print("docs/cram-claim.md")
    outcomes = workloads.study()
    page = DOCS / "howto" / "cram-workloads.md"
    page.write_text(cram_workloads.text(outcomes, workloads.divisions()), encoding="utf-8")
    cram_workloads.draw(outcomes, DOCS / "figures" / "cram-workloads.svg")
    print("docs/howto/cram-workloads.md")


def _questions() -> None:
    """Write docs/questions/*.md with their figures, each page from the run that drew its figures."""
    memories, rivals, materials = asked.memories(), asked.rivals(), asked.materials()
    questions.memories(memories, DOCS / "figures" / "memories.svg")
    questions.break_even_maps(rivals, DOCS / "figures" / "break_even.svg")
    questions.break_even_idle_times(rivals, DOCS / "figures" / "break_even_idle.svg")
    questions.materials(materials, DOCS / "figures" / "fept_cell.svg")
    pages = {
        "memories": question_pages.memories(memories),
        "break-even": question_pages.break_even(rivals),
        "fept": question_pages.materials(materials),
    }
    (DOCS / "questions").mkdir(exist_ok=True)
    for name, text in pages.items():
        (DOCS / "questions" / f"{name}.md").write_text(text, encoding="utf-8")
        print(f"docs/questions/{name}.md")


if __name__ == "__main__":
    main()
