"""Scan a table inside the cells: one record a row, all rows at once, one bit of answer each.

python examples/cram_database_scan.py
"""

from __future__ import annotations

import numpy as np

from remanence import cram
from remanence.core.stream import Stream


def main() -> None:
    """Find the records with an age from 30 to 39, a region of 3 and a flag set, among 10,000."""
    records = 10_000
    age, region, flag = (
        (Stream(1).child(name).words(records) % range_).astype(np.int64)
        for name, range_ in (("age", 100), ("region", 8), ("flag", 2))
    )
    ages, regions, flags = cram.asarray(age, bits=7), cram.asarray(region, bits=3), cram.asarray(flag, bits=1)
    hit = (ages >= 30) & (ages < 40) & (regions == 3) & flags
    wanted = (age >= 30) & (age < 40) & (region == 3) & (flag == 1)
    assert np.array_equal(hit.numpy().astype(bool), wanted)
    found = hit.cost(cram.Array(cell="stt-45nm"))
    print(f"{wanted.sum()} of {records:,} records, the same as NumPy's")
    print(found)
    print(f"{records / found.latency:.3g} records a second, {found.energy / records:.2e} J a record")


if __name__ == "__main__":
    main()
