"""Does an L1_0-FePt free layer make smaller junctions? Stability, critical current and write voltage by diameter.

Run: python examples/fept_against_cofeb.py
"""

from rich.console import Console

from remanence.report import tables
from remanence.study import junction_scaling


def main() -> None:
    """Print the table."""
    frame = junction_scaling(["cofeb-double-mgo", "l10-fept"], [5e-9, 8e-9, 11e-9, 20e-9, 30e-9, 40e-9])
    Console(width=140).print(tables.scaling(frame))


if __name__ == "__main__":
    main()
