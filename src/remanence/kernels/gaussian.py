"""Normal numbers from random words, for the kernels' processor back ends (numba): float32, without branches or calls.

Box and Muller's transform on a pair of words, with polynomials for the logarithm and the angle.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numba.core import types
from numba.extending import intrinsic

LANES = 128
"""Calls of Philox taken at once: their words and numbers stay in the first-level cache."""

_f = np.float32
# ln(1 + x)/x on [sqrt(1/2) - 1, sqrt(2) - 1], times -2, to 1.7e-7; sin(pi t/2)/t and cos(pi t/2) in t^2, to 7e-9 and
# 5e-8: minimax fits
_L0, _L1, _L2, _L3, _L4, _L5, _L6, _L7 = (
    _f(-2.0 * c)
    for c in (0.99999992, -0.50000344, 0.33335608, -0.2497156, 0.19884236, -0.17212427, 0.16338145, -0.10378713)
)
_S0, _S1, _S2, _S3, _S4 = (_f(c) for c in (1.57079632, -0.645963761, 7.96899269e-2, -4.6741575e-3, 1.51678532e-4))
_C0, _C1, _C2, _C3, _C4 = (_f(c) for c in (0.999999953, -1.23369821, 0.253650745, -2.08106275e-2, 8.58190619e-4))
_LN2, _TURN = _f(-2.0 * np.log(2.0)), _f(2.0**-31)
_ZERO, _HALF, _ONE, _TWO, _BITS = _f(0), _f(0.5), _f(1), _f(2), _f(32)
_ROOT_HALF, _MANTISSA = np.int32(0x3F3504F3), np.int32(23)


def _generate_int(_context: Any, _value: Any) -> Any:
    """Return the bits of a float32 as an int32."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.int32))

    return types.int32(types.float32), generate


def _generate_float(_context: Any, _value: Any) -> Any:
    """Return the float32 of the bits of an int32."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.float32))

    return types.float32(types.int32), generate


as_int: Any = intrinsic(_generate_int)
as_float: Any = intrinsic(_generate_float)


@numba.njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def normals(words: Any, noise: Any) -> None:
    """Turn the words of one call into four normal numbers per lane (Box and Muller, by polynomials)."""
    for half in range(2):
        pair, out = words[2 * half * LANES : (2 * half + 2) * LANES], noise[2 * half * LANES : (2 * half + 2) * LANES]
        for lane in range(LANES):
            value = _f(pair[lane]) + _HALF
            bits = as_int(value)
            exponent = np.int32(np.int32(bits - _ROOT_HALF) >> _MANTISSA)
            x = as_float(np.int32(bits - np.int32(exponent << _MANTISSA))) - _ONE
            log = ((((((_L7 * x + _L6) * x + _L5) * x + _L4) * x + _L3) * x + _L2) * x + _L1) * x + _L0
            radius = np.sqrt(max(log * x + (_f(exponent) - _BITS) * _LN2, _ZERO))
            t = _f(np.int32(pair[LANES + lane])) * _TURN
            u = t * t
            sine = ((((_S4 * u + _S3) * u + _S2) * u + _S1) * u + _S0) * t
            cosine = (((_C4 * u + _C3) * u + _C2) * u + _C1) * u + _C0
            out[lane] = radius - _TWO * radius * sine * sine
            out[LANES + lane] = _TWO * radius * sine * cosine
