"""Write errors of the axially symmetric macrospin in 70-digit arithmetic: makes legendre_oracle.csv beside this file.

The distribution of z = cos(theta) as a Legendre series, dr/dt = A r with a pentadiagonal A (Tzoufras, AIP Advances 8,
056002 (2018)), started from the Boltzmann distribution of z > 0. exp(A t) by the fixed Talbot contour (Abate and Valko,
Int. J. Numer. Meth. Engng 60, 979 (2004)): 60 pentadiagonal solves, 36 digits. The check is a longer series: the
file holds what two lengths agree on. Nothing here is shared with the finite volumes.

    python tests/peers/legendre_oracle.py
"""

from __future__ import annotations

import csv
import functools
from pathlib import Path
from typing import Any

import mpmath as mp
import numpy as np

POINTS = 60
CASES = {  # stability, overdrive less field: times in tau_D
    (60.0, 2.0): (2, 4, 6, 8, 10, 12, 14, 16, 18, 20),
    (60.0, 1.5): (4, 12, 30),
    (40.0, 1.2): (10, 40),
    (30.0, 4.0): (0.5, 1, 3, 5),
    (100.0, 3.0): (2, 6),
    (20.0, 0.5): (8, 64, 512),
    (60.0, 1.0): (10, 40),
    (5.0, 1.2): (1, 4, 16),
    (2.0, 0.0): (1, 10, 100),
    (10.0, -0.5): (0.5, 5),
}


def matrix(stability: Any, force: Any, size: int) -> list[list[Any]]:
    """Return the five diagonals of A, row by row: columns n - 2 to n + 2."""
    rows = [[mp.mpf(0)] * 5 for _ in range(size)]
    for column in range(size):
        n = mp.mpf(column)
        entries = (
            -n * (n - 1) * (n - 2) / ((2 * n + 1) * (2 * n - 1)),
            force * n * (n - 1) / (2 * n + 1),
            -n * (n + 1) * (1 / (2 * stability) - 1 / ((2 * n + 3) * (2 * n - 1))),
            -force * (n + 1) * (n + 2) / (2 * n + 1),
            (n + 1) * (n + 2) * (n + 3) / ((2 * n + 1) * (2 * n + 3)),
        )
        for shift, entry in zip(range(-2, 3), entries, strict=True):
            if 0 <= column + shift < size:
                rows[column + shift][2 - shift] = entry
    return rows


@functools.cache
def gauss(count: int) -> tuple[list[Any], list[Any]]:
    """Return Gauss-Legendre nodes and weights, polished from float64 by Newton's method."""
    nodes, weights = [], []
    for guess in np.polynomial.legendre.leggauss(count)[0]:
        x = mp.mpf(float(guess))
        for _ in range(6):
            before, here = mp.mpf(1), x
            for k in range(1, count):
                before, here = here, ((2 * k + 1) * x * here - k * before) / (k + 1)
            slope = count * (x * here - before) / (x * x - 1)
            x -= here / slope
        nodes.append(x)
        weights.append(2 / ((1 - x * x) * slope * slope))
    return nodes, weights


@functools.cache
def start(stability: Any, size: int) -> list[Any]:
    """Return the Legendre coefficients of the Boltzmann distribution of z > 0."""
    series, total = [mp.mpf(0)] * size, mp.mpf(0)
    for x, weight in zip(*gauss(size + 60), strict=True):
        z = (x + 1) / 2
        mass = weight / 2 * mp.exp(stability * (z * z - 1))
        total += mass
        before, here = mp.mpf(1), z
        series[0] += mass
        series[1] += mass * z
        for n in range(1, size - 1):
            before, here = here, ((2 * n + 1) * z * here - n * before) / (n + 1)
            series[n + 1] += mass * here
    return [(2 * n + 1) * value / 2 / total for n, value in enumerate(series)]


def upper(size: int) -> list[Any]:
    """Return the integrals of the Legendre polynomials from 0 to 1."""
    at_zero = [mp.mpf(1), mp.mpf(0)]
    for n in range(1, size + 1):
        at_zero.append(-n * at_zero[n - 1] / (n + 1))
    return [mp.mpf(1), *((at_zero[n - 1] - at_zero[n + 1]) / (2 * n + 1) for n in range(1, size))]


def solve(rows: list[list[Any]], shift: Any, right: list[Any]) -> list[Any]:
    """Return (shift - A)^-1 right by elimination."""
    size = len(rows)
    left = [[(shift if place == 2 else 0) - entry for place, entry in enumerate(row)] for row in rows]
    right = list(right)
    for i in range(size):
        for below in (1, 2):
            if i + below < size:
                factor = left[i + below][2 - below] / left[i][2]
                for place in (1, 2):
                    left[i + below][2 - below + place] -= factor * left[i][2 + place]
                right[i + below] -= factor * right[i]
    result = [mp.mpf(0)] * (size + 2)
    for i in range(size - 1, -1, -1):
        result[i] = (right[i] - left[i][3] * result[i + 1] - left[i][4] * result[i + 2]) / left[i][2]
    return result[:size]


def write_error(stability: float, force: float, time: float, size: int) -> Any:
    """Return the mass of z > 0 at a time in tau_D."""
    rows = matrix(mp.mpf(stability), mp.mpf(str(force)), size)
    begin, sums, t = start(mp.mpf(stability), size), upper(size), mp.mpf(str(time))

    def image(s: Any) -> Any:
        return mp.fsum(a * b for a, b in zip(sums, solve(rows, s, begin), strict=True))

    radius = mp.mpf(2 * POINTS) / (5 * t)
    total = image(mp.mpc(radius)).real * mp.exp(radius * t) / 2
    for k in range(1, POINTS):
        angle = k * mp.pi / POINTS
        cot = mp.cot(angle)
        s = radius * angle * mp.mpc(cot, 1)
        total += (mp.exp(t * s) * image(s) * mp.mpc(1, angle + (angle * cot - 1) * cot)).real
    return radius / POINTS * total


def main() -> None:
    mp.mp.dps = 70
    with (Path(__file__).parent / "legendre_oracle.csv").open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["stability", "force", "time", "write_error"])
        for (stability, force), times in CASES.items():
            size = int(80 + 25 * np.sqrt(stability * max(1.0, abs(force))))
            for time in times:
                value, check = (write_error(stability, force, time, n) for n in (size, size + 40))
                if abs(value / check - 1) > mp.mpf("1e-12"):
                    raise RuntimeError(f"{stability}, {force}, {time}: two lengths differ, {value} and {check}")
                table.writerow([stability, force, time, mp.nstr(check, 13)])


if __name__ == "__main__":
    main()
