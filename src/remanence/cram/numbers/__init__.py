"""Numbers in the rows of arrays with the operators of NumPy: an expression becomes one network, then one program.

Knows: arrays of numbers (`lanes`), operators, functions and reductions on them, fixed point, convolution, the Fourier
transform, binary networks, one schedule of a Python function (`jitted`), moves between rows (`row_moves`,
`along_rows`).
Refuses to know: which gates a word's arithmetic takes (`arithmetic`), currents. Start reading at `lanes.asarray`.
"""
