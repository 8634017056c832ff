"""Physical constants, CODATA 2018 values (frozen, so that results do not move with a library's update).

Source: Tiesinga, Mohr, Newell, Taylor, Rev. Mod. Phys. 93, 025010 (2021), doi:10.1103/RevModPhys.93.025010.
"""

ELECTRON_MASS = 9.1093837015e-31  # kg
ELEMENTARY_CHARGE = 1.602176634e-19  # C, exact
REDUCED_PLANCK = 1.054571817e-34  # J s
BOLTZMANN = 1.380649e-23  # J/K, exact
VACUUM_PERMEABILITY = 1.25663706212e-6  # N/A^2
VACUUM_PERMITTIVITY = 8.8541878128e-12  # F/m
GYROMAGNETIC_RATIO = 1.76085963023e11  # rad/(s T), electron
YEAR = 365.25 * 86400.0  # s, Julian year
