"""Make cmtj_switching.csv: one perpendicular layer without temperature, integrated by cmtj (a separate program).

    pip install cmtj==1.15.0
    python tests/peers/cmtj_switching.py > tests/peers/cmtj_switching.csv

A layer without demagnetising field starts near +z and is reversed by an oblique field; fields are in A/m, times in s.
The first row holds the start and the constants. cmtj takes the magnetisation in tesla and rounds gamma mu_0; its rate
is written down, so that a comparison tests the equation, not the constant. Its log names the time before the step that
led to the state: one step is added here.
"""

from __future__ import annotations

import math
import sys

import cmtj

DAMPING, MAGNETISATION, ANISOTROPY = 0.05, 1.2, 2.27e5  # Gilbert, tesla, J/m^3
FIELD_X, FIELD_Z = 3e4, -3.2e5
STEP, SAMPLE, SAMPLES = 1e-13, 5e-11, 60
RATE = 2.2088e5  # gamma mu_0 in cmtj's source, m/(A s)


def main() -> None:
    """Write the comment, the header and one row per sample."""
    tilt = math.radians(5.0)
    start = cmtj.CVector(math.sin(tilt), 0.0, math.cos(tilt))
    none = [cmtj.CVector(0.0, 0.0, 0.0)] * 3
    layer = cmtj.Layer("free", start, cmtj.CVector(0.0, 0.0, 1.0), MAGNETISATION, 1e-9, 1e-15, none, DAMPING)
    stack = cmtj.Junction([layer])
    stack.setLayerAnisotropyDriver("free", cmtj.ScalarDriver.getConstantDriver(ANISOTROPY))
    stack.setLayerExternalFieldDriver(
        "free",
        cmtj.AxialDriver(
            cmtj.ScalarDriver.getConstantDriver(FIELD_X),
            cmtj.ScalarDriver.getConstantDriver(0.0),
            cmtj.ScalarDriver.getConstantDriver(FIELD_Z),
        ),
    )
    stack.runSimulation(SAMPLE * SAMPLES + 2 * SAMPLE, STEP, SAMPLE, solverMode=cmtj.SolverMode.RK4)  # type: ignore[call-arg,unused-ignore]
    log = stack.getLog()
    field = 2.0 * ANISOTROPY / MAGNETISATION
    write = sys.stdout.write
    write("# made by tests/peers/cmtj_switching.py with cmtj 1.15.0, RK4, 0.1 ps\n")
    write("time,m_x,m_y,m_z,damping,anisotropy_field,field_x,field_z,step,rate\n")
    constants = f"{DAMPING},{field!r},{FIELD_X},{FIELD_Z},{STEP},{RATE}"
    write(f"0.0,{start.x!r},{start.y!r},{start.z!r},{constants}\n")
    for time, x, y, z in zip(log["time"], log["free_mx"], log["free_my"], log["free_mz"], strict=True):
        if time > 0:
            write(f"{time + STEP!r},{x!r},{y!r},{z!r},{constants}\n")


if __name__ == "__main__":
    main()
