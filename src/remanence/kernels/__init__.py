"""Hot loops, one folder an operation: `kernels/<op>/{__init__,reference,cpu}.py` and a README with the equation.

Knows: arithmetic on plain arrays. The reference is the definition, in plain NumPy; the other back ends must agree.
Refuses to know: devices, chips, networks. Reach a back end through its operation only:
`backend="reference" | "cpu" | "auto"`; one that is asked for and missing raises, `auto` says what ran.
Start reading at `sliced_mvm/README.md`.
"""
