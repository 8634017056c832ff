"""Output currents of random resistor arrays by badcrossbar 1.1.0: makes badcrossbar_currents.csv beside this file.

Resistances are log-uniform between the given bounds, row voltages uniform up to 0.2 V; both follow from the seed alone.
badcrossbar (PyPI, MIT) solves the nodal equations of the same circuit: a segment before the first cell of a row and
after the last one of a column, columns held at 0 V.

    pip install --no-deps badcrossbar pathvalidate sigfig && python tests/peers/badcrossbar_currents.py
"""

from __future__ import annotations

import csv
import logging
import warnings
from pathlib import Path

import numpy as np

CASES = [  # seed, rows, columns, least and largest resistance, row segment, column segment
    (1, 1, 1, 1e2, 1e6, 1.0, 1.0),
    (2, 1, 12, 1e2, 1e6, 5.0, 0.1),
    (3, 12, 1, 1e2, 1e6, 0.1, 5.0),
    (4, 5, 4, 1e2, 1e3, 0.5, 1.5),
    (5, 16, 16, 1e2, 1e6, 0.1, 0.1),
    (6, 33, 20, 3e3, 1e4, 1.0, 2.0),
    (7, 64, 64, 1e2, 1e6, 1.0, 1.0),
    (8, 128, 40, 1e4, 1e6, 0.3, 0.7),
    (9, 128, 128, 3e3, 1e4, 1.0, 1.0),
    (10, 128, 128, 1e2, 1e6, 5.0, 5.0),
    (11, 128, 128, 1e5, 1e6, 0.1, 5.0),
]


def inputs(seed: int, rows: int, columns: int, least: float, largest: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the resistances (rows, columns) and the row voltages (rows,) of a case."""
    rng = np.random.Generator(np.random.Philox(seed))
    resistance = np.exp(rng.uniform(np.log(least), np.log(largest), (rows, columns)))
    return resistance, rng.uniform(0.0, 0.2, rows)


def main() -> None:
    """Write the table."""
    warnings.simplefilter("ignore")
    import badcrossbar  # type: ignore[import-not-found]

    logging.disable()
    with Path(__file__).with_suffix(".csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["seed", "rows", "columns", "least", "largest", "row_segment", "column_segment", "currents"])
        for case in CASES:
            resistance, voltage = inputs(*case[:5])
            found = badcrossbar.compute(voltage[:, None], resistance, r_i_word_line=case[5], r_i_bit_line=case[6])
            writer.writerow([*case, " ".join(f"{current:.13e}" for current in found.currents.output.ravel())])


if __name__ == "__main__":
    main()
