"""Scan a million records inside the cells, sixteen a row, all rows at once: the filter of TPC-H query 6.

python examples/cram_database_scan.py
"""

from __future__ import annotations

import numpy as np

from remanence import cram
from remanence.core.stream import Stream
from remanence.study.cram_workloads import Datapath, Workload, measure

ROWS, RECORDS = 65_536, 16


def main() -> None:
    """Find the records of a year with a discount of 5 to 7 % and a quantity below 24."""
    shape = ROWS, RECORDS
    day, discount, quantity = (
        (Stream(1).child(name).words(ROWS * RECORDS) % below).astype(np.int64).reshape(shape)
        for name, below in (("day", 2557), ("discount", 11), ("quantity", 51))
    )
    when, off, number = cram.asarray(day, bits=12), cram.asarray(discount, bits=4), cram.asarray(quantity, bits=6)
    hit = (when >= 731) & (when < 1096) & (off >= 5) & (off <= 7) & (number < 24)
    wanted = (day >= 731) & (day < 1096) & (discount >= 5) & (discount <= 7) & (quantity < 24)
    work = Workload(
        name="database scan", what="22 bits a record", item="records", rows=ROWS, per_row=RECORDS, lanes=hit,
        expected=wanted.astype(np.int64), datapath=Datapath(read=22, written=1, gates=42, registers=23),
    )  # fmt: skip
    print(f"{wanted.sum():,} of {wanted.size:,} records")
    for cell in ("stt-45nm", "stt-10nm"):
        found = measure(work, cram.Array(cell=cell))
        print(f"{found}\n{work.items / found.cost.latency:.3g} records a second\n")


if __name__ == "__main__":
    main()
