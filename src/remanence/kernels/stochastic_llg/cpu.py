"""`stochastic_llg` on a processor: numba, float32, vectors over trajectories, all cores.

A block of trajectories lies in one flat array, a row per quantity, so that the compiler sees constant distances and
turns the lane loops into vector code. Drawing words, turning them into normal numbers and stepping are loops of their
own: each has a short chain of dependent instructions, so that the processor overlaps several vectors (measured 1.35
times as fast as one long loop). No lane is ever handled by scalar code: results do not depend on chunks or threads.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from remanence.kernels.gaussian import LANES, as_float, as_int, normals
from remanence.kernels.stochastic_llg import model
from remanence.kernels.stochastic_llg.model import Floats, Layer, Terms
from remanence.kernels.threads import threads

BLOCKS = 32
"""Blocks of a task of one thread."""

_f = np.float32
_OPTIONS: dict[str, Any] = {"nogil": True, "fastmath": True, "error_model": "numpy"}

_ZERO, _QUARTER, _HALF, _ONE, _TWO = _f(0), _f(0.25), _f(0.5), _f(1), _f(2)
_SIGN = np.int32(-(2**31))

_M0, _M1 = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_LOW, _SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)
_W0, _W1 = np.uint32(0x9E3779B9), np.uint32(0xBB67AE85)


@numba.njit(cache=True, **_OPTIONS)
def _prepare(constant: Any, first: int, key1: Any) -> None:
    """Take the part of the first two Philox rounds that depends on the trajectory and not on the step."""
    for lane in range(LANES):
        product = np.uint64(first + lane) * _M0
        other = (((product >> _SHIFT) ^ np.uint64(key1)) & _LOW) * _M1
        constant[lane] = (other >> _SHIFT) & _LOW
        constant[LANES + lane] = other & _LOW
        constant[2 * LANES + lane] = product & _LOW


@numba.njit(cache=True, **_OPTIONS)
def _words(words: Any, constant: Any, call: int, layer: int, key0: Any, key1: Any) -> None:
    """Draw the four words of one call for every lane, row after row."""
    product = (np.uint64(call) & _LOW) * _M1
    third = (product >> _SHIFT) ^ np.uint64(layer) ^ np.uint64(key0)
    # the fourth counter word, call >> 32, is 0: the package refuses more steps
    other = (third & _LOW) * _M0
    low = other & _LOW
    turn0, turn1 = np.uint32(key0 + _W0), np.uint32(key1 + _W1)
    change0, change1 = (product & _LOW) ^ np.uint64(turn0), (other >> _SHIFT) ^ np.uint64(turn1)
    for lane in range(LANES):
        a, b = constant[lane] ^ change0, constant[LANES + lane]
        c, d = constant[2 * LANES + lane] ^ change1, low
        k0, k1 = turn0, turn1
        for _ in range(8):
            k0, k1 = np.uint32(k0 + _W0), np.uint32(k1 + _W1)
            even, odd = (a & _LOW) * _M0, (c & _LOW) * _M1
            a, b, c, d = (odd >> _SHIFT) ^ b ^ np.uint64(k0), odd, (even >> _SHIFT) ^ d ^ np.uint64(k1), even
        words[lane] = np.uint32(a)
        words[LANES + lane] = np.uint32(b)
        words[2 * LANES + lane] = np.uint32(c)
        words[3 * LANES + lane] = np.uint32(d)


@numba.njit(forceinline=True, **_OPTIONS)
def _tangent(x: Any, y: Any, z: Any, first: Any, second: Any) -> Any:
    """Turn a pair into the plane at right angles to m."""
    along = x * first + y * second
    share = along / (_ONE + abs(z))
    third = as_float(np.int32(as_int(along) ^ np.int32((as_int(z) & _SIGN) ^ _SIGN)))
    return first - share * x, second - share * y, third


@numba.njit(forceinline=True, **_OPTIONS)
def _advance(x: Any, y: Any, z: Any, a: Any, b: Any, c: Any) -> Any:
    """Return m + (a, b, c) x m."""
    return x + (b * z - c * y), y + (c * x - a * z), z + (a * y - b * x)


@numba.njit(forceinline=True, **_OPTIONS)
def _middle(x: Any, y: Any, z: Any, a: Any, b: Any, c: Any) -> Any:
    """Return the s that solves s = m + (a, b, c) x s/2."""
    a, b, c = _HALF * a, _HALF * b, _HALF * c
    along = a * x + b * y + c * z
    share = _ONE / (_ONE + (a * a + b * b + c * c))
    x, y, z = _advance(x, y, z, a, b, c)[0], _advance(x, y, z, a, b, c)[1], _advance(x, y, z, a, b, c)[2]
    return (x + along * a) * share, (y + along * b) * share, (z + along * c) * share


@numba.njit(forceinline=True, **_OPTIONS)
def _unit(x: Any, y: Any, z: Any) -> Any:
    """Put a vector back on the sphere."""
    scale = _ONE / np.sqrt(x * x + y * y + z * z)
    return x * scale, y * scale, z * scale


_Z = 2 * LANES
_CROSSING, _SIDE, _PARAMETERS = 6 * LANES, 7 * LANES, 8 * LANES
_LAYER = model.ROWS * LANES


_ANISOTROPY_ROW, _FIELD_ROW, _SECOND_ROW = LANES * model.ANISOTROPY, LANES * model.FIELD, LANES * model.SECOND_ORDER
_NOISE_ROW, _DAMPING_ROW, _COUPLING_ROW = LANES * model.NOISE, LANES * model.DAMPING, LANES * model.COUPLING
_BIQUADRATIC_ROW, _ASYMMETRY_ROW = LANES * model.BIQUADRATIC, LANES * model.ASYMMETRY
_POLARISER_ROW, _TOWARDS_ROW, _ALONG_ROW = LANES * model.POLARISER, LANES * model.DAMPING_LIKE, LANES * model.FIELD_LIKE
_VOLTAGE_ROW, _MUTUAL_TOWARDS_ROW = LANES * model.VOLTAGE_ANISOTROPY, LANES * model.MUTUAL_DAMPING_LIKE
_MUTUAL_ALONG_ROW, _APART = LANES * model.MUTUAL_FIELD_LIKE, LANES * model.CHANNEL_ROWS

# the terms in use as bits: a constant where `_compiled` calls, so that the compiler drops what is not used
_NAMES = ("axial", "thermal", "second_order", "torque", "voltage_anisotropy", "asymmetry", "coupling", "biquadratic",
          "mutual")  # fmt: skip
(_AXIAL, _THERMAL, _SECOND_ORDER, _TORQUE, _VOLTAGE_ANISOTROPY, _ASYMMETRY, _COUPLING, _BIQUADRATIC, _MUTUAL,
 _CHANNEL_0, _CHANNEL_1, _CHANNEL_2) = (1 << bit for bit in range(12))  # fmt: skip


def _bits(terms: Terms) -> int:
    """Return the terms in use as bits."""
    bits = sum(1 << bit for bit, name in enumerate(_NAMES) if getattr(terms, name))
    return bits + sum((_CHANNEL_0, _CHANNEL_1, _CHANNEL_2)[: terms.channels])


@numba.njit(forceinline=True, **_OPTIONS)
def _driven(terms: int, buffer: Any, row: int, lane: int, u0: Any, u1: Any, u2: Any) -> Any:
    """Sum a driven quantity over the channels."""
    total = _ZERO
    if terms & _CHANNEL_0:
        total = u0 * buffer[row + lane]
    if terms & _CHANNEL_1:
        total = total + u1 * buffer[row + _APART + lane]
    if terms & _CHANNEL_2:
        total = total + u2 * buffer[row + 2 * _APART + lane]
    return total


@numba.njit(forceinline=True, **_OPTIONS)
def _rotation(terms: int, buffer: Any, base: int, lane: int, x: Any, y: Any, z: Any, nx: Any, ny: Any, nz: Any,
    tx: Any, ty: Any, tz: Any, u0: Any, u1: Any, u2: Any,
) -> Any:  # fmt: skip
    """Return the angle vector of one layer; what does not depend on m the compiler takes out of the stages."""
    alpha = buffer[base + _DAMPING_ROW + lane]
    stiffness = buffer[base + _ANISOTROPY_ROW + _Z + lane]
    if terms & _SECOND_ORDER:
        stiffness = stiffness + buffer[base + _SECOND_ROW + lane] * (_ONE - z * z)
    if terms & _VOLTAGE_ANISOTROPY:
        stiffness = stiffness + _driven(terms, buffer, base + _VOLTAGE_ROW, lane, u0, u1, u2)
    hx, hy, hz = tx, ty, tz + buffer[base + _FIELD_ROW + _Z + lane]
    dx, dy, dz = _ZERO, _ZERO, _ZERO
    if terms & _TORQUE:
        dz = _driven(terms, buffer, base + _TOWARDS_ROW + _Z, lane, u0, u1, u2)
        fz = _driven(terms, buffer, base + _ALONG_ROW + _Z, lane, u0, u1, u2)
        if terms & _AXIAL:
            hz = hz + fz
        else:
            dx = _driven(terms, buffer, base + _TOWARDS_ROW, lane, u0, u1, u2)
            dy = _driven(terms, buffer, base + _TOWARDS_ROW + LANES, lane, u0, u1, u2)
            fx = _driven(terms, buffer, base + _ALONG_ROW, lane, u0, u1, u2)
            fy = _driven(terms, buffer, base + _ALONG_ROW + LANES, lane, u0, u1, u2)
            if terms & _ASYMMETRY:
                share = buffer[base + _POLARISER_ROW + lane] * x + buffer[base + _POLARISER_ROW + LANES + lane] * y
                share = share + buffer[base + _POLARISER_ROW + _Z + lane] * z
                share = _ONE / (_ONE + buffer[base + _ASYMMETRY_ROW + lane] * share)
                dx, dy, dz, fx, fy, fz = share * dx, share * dy, share * dz, share * fx, share * fy, share * fz
            hx, hy, hz = hx + fx, hy + fy, hz + fz
    if not terms & _AXIAL:
        hx = hx + buffer[base + _FIELD_ROW + lane] + buffer[base + _ANISOTROPY_ROW + lane] * x
        hy = hy + buffer[base + _FIELD_ROW + LANES + lane] + buffer[base + _ANISOTROPY_ROW + LANES + lane] * y
    if terms & _COUPLING:
        hx = hx + buffer[base + _COUPLING_ROW + lane] * nx
        hy = hy + buffer[base + _COUPLING_ROW + LANES + lane] * ny
        hz = hz + buffer[base + _COUPLING_ROW + _Z + lane] * nz
    if terms & _BIQUADRATIC:
        share = buffer[base + _BIQUADRATIC_ROW + lane] * (x * nx + y * ny + z * nz)
        hx, hy, hz = hx + share * nx, hy + share * ny, hz + share * nz
    if terms & _MUTUAL:
        share = _driven(terms, buffer, base + _MUTUAL_ALONG_ROW, lane, u0, u1, u2)
        hx, hy, hz = hx + share * nx, hy + share * ny, hz + share * nz
        share = _driven(terms, buffer, base + _MUTUAL_TOWARDS_ROW, lane, u0, u1, u2)
        dx, dy, dz = dx + share * nx, dy + share * ny, dz + share * nz
    hz = hz + stiffness * z
    qx, qy, qz = dx + alpha * hx, dy + alpha * hy, dz + alpha * hz
    return (
        hx - alpha * dx + (y * qz - z * qy),
        hy - alpha * dy + (z * qx - x * qz),
        hz - alpha * dz + (x * qy - y * qx),
    )


@numba.njit(forceinline=True, **_OPTIONS)
def _kick(terms: int, buffer: Any, base: int, lane: int, x: Any, y: Any, z: Any, pair: Any) -> Any:
    if terms & _THERMAL:
        scale = buffer[base + _NOISE_ROW + lane]
        return _tangent(x, y, z, scale * pair[lane], scale * pair[LANES + lane])
    return _ZERO, _ZERO, _ZERO


@numba.njit(forceinline=True, **_OPTIONS)
def _pass(
    terms: int, buffer: Any, base: int, lane: int, m: Any, middle: Any, other: Any, kick: Any, u0: Any, u1: Any, u2: Any
) -> Any:
    """Take one pass of the implicit midpoint rule: turn m by the rotation of the last middle; return the new middle."""
    x, y, z = middle
    nx, ny, nz = other
    tx, ty, tz = kick
    a, b, c = _rotation(terms, buffer, base, lane, x, y, z, nx, ny, nz, tx, ty, tz, u0, u1, u2)
    return _middle(m[0], m[1], m[2], a, b, c)


@numba.njit(forceinline=True, **_OPTIONS)
def _both(
    terms: int, buffer: Any, lane: int, m: Any, n: Any, p: Any, q: Any, t: Any, k: Any, u0: Any, u1: Any, u2: Any
) -> Any:
    """Take one pass of two layers."""
    return (
        _pass(terms, buffer, _PARAMETERS, lane, m, p, q, t, u0, u1, u2),
        _pass(terms, buffer, _PARAMETERS + _LAYER, lane, n, q, p, k, u0, u1, u2),
    )


@numba.njit(forceinline=True, **_OPTIONS)
def _one(
    terms: int, passes: int, axis: int, buffer: Any, noise: Any, half: int, now: Any, u0: Any, u1: Any, u2: Any
) -> None:
    """Take one step of one layer in every lane."""
    base, pair = _PARAMETERS, noise[2 * half * LANES : (2 * half + 2) * LANES]
    for lane in range(LANES):
        x, y, z = buffer[lane], buffer[LANES + lane], buffer[_Z + lane]
        tx, ty, tz = _kick(terms, buffer, base, lane, x, y, z, pair)
        if passes < 0:
            a, b, c = _rotation(terms, buffer, base, lane, x, y, z, x, y, z, tx, ty, tz, u0, u1, u2)
            px, py, pz = _advance(x, y, z, a, b, c)
            a, b, c = _rotation(terms, buffer, base, lane, px, py, pz, x, y, z, tx, ty, tz, u0, u1, u2)
            qx, qy, qz = _advance(px, py, pz, a, b, c)
            x, y, z = _unit(_HALF * (x + qx), _HALF * (y + qy), _HALF * (z + qz))
        else:
            # passes are written out: the compiler would not unroll a loop in time to see the loop over lanes
            m, t = (x, y, z), (tx, ty, tz)
            s = _pass(terms, buffer, base, lane, m, m, m, t, u0, u1, u2)
            s = _pass(terms, buffer, base, lane, m, s, m, t, u0, u1, u2)
            if passes > 2:
                s = _pass(terms, buffer, base, lane, m, s, m, t, u0, u1, u2)
                s = _pass(terms, buffer, base, lane, m, s, m, t, u0, u1, u2)
                s = _pass(terms, buffer, base, lane, m, s, m, t, u0, u1, u2)
                s = _pass(terms, buffer, base, lane, m, s, m, t, u0, u1, u2)
            sx, sy, sz = s
            x, y, z = _unit(_TWO * sx - x, _TWO * sy - y, _TWO * sz - z)
        buffer[lane], buffer[LANES + lane], buffer[_Z + lane] = x, y, z
        seen = (x if axis == 0 else y if axis == 1 else z) * buffer[_SIDE + lane]
        crossed = buffer[_CROSSING + lane]
        buffer[_CROSSING + lane] = now if (seen < _ZERO) & (crossed == _ZERO) else crossed


@numba.njit(forceinline=True, **_OPTIONS)
def _two(
    terms: int, passes: int, axis: int, buffer: Any, noise: Any, half: int, now: Any, u0: Any, u1: Any, u2: Any
) -> None:
    """Take one step of two layers in every lane."""
    one_, two_ = _PARAMETERS, _PARAMETERS + _LAYER
    pair = noise[2 * half * LANES : (2 * half + 2) * LANES]
    other = noise[(4 + 2 * half) * LANES : (6 + 2 * half) * LANES]
    for lane in range(LANES):
        x, y, z = buffer[lane], buffer[LANES + lane], buffer[_Z + lane]
        v, w, r = buffer[3 * LANES + lane], buffer[4 * LANES + lane], buffer[5 * LANES + lane]
        tx, ty, tz = _kick(terms, buffer, one_, lane, x, y, z, pair)
        kx, ky, kz = _kick(terms, buffer, two_, lane, v, w, r, other)
        if passes < 0:
            a, b, c = _rotation(terms, buffer, one_, lane, x, y, z, v, w, r, tx, ty, tz, u0, u1, u2)
            d, e, f = _rotation(terms, buffer, two_, lane, v, w, r, x, y, z, kx, ky, kz, u0, u1, u2)
            px, py, pz = _advance(x, y, z, a, b, c)
            pv, pw, pr = _advance(v, w, r, d, e, f)
            a, b, c = _rotation(terms, buffer, one_, lane, px, py, pz, pv, pw, pr, tx, ty, tz, u0, u1, u2)
            d, e, f = _rotation(terms, buffer, two_, lane, pv, pw, pr, px, py, pz, kx, ky, kz, u0, u1, u2)
            qx, qy, qz = _advance(px, py, pz, a, b, c)
            qv, qw, qr = _advance(pv, pw, pr, d, e, f)
            x, y, z = _unit(_HALF * (x + qx), _HALF * (y + qy), _HALF * (z + qz))
            v, w, r = _unit(_HALF * (v + qv), _HALF * (w + qw), _HALF * (r + qr))
        else:
            m, t, n, k = (x, y, z), (tx, ty, tz), (v, w, r), (kx, ky, kz)
            p, q = m, n
            p, q = _both(terms, buffer, lane, m, n, p, q, t, k, u0, u1, u2)
            p, q = _both(terms, buffer, lane, m, n, p, q, t, k, u0, u1, u2)
            if passes > 2:
                p, q = _both(terms, buffer, lane, m, n, p, q, t, k, u0, u1, u2)
                p, q = _both(terms, buffer, lane, m, n, p, q, t, k, u0, u1, u2)
                p, q = _both(terms, buffer, lane, m, n, p, q, t, k, u0, u1, u2)
                p, q = _both(terms, buffer, lane, m, n, p, q, t, k, u0, u1, u2)
            sx, sy, sz = p
            sv, sw, sr = q
            x, y, z = _unit(_TWO * sx - x, _TWO * sy - y, _TWO * sz - z)
            v, w, r = _unit(_TWO * sv - v, _TWO * sw - w, _TWO * sr - r)
        buffer[lane], buffer[LANES + lane], buffer[_Z + lane] = x, y, z
        buffer[3 * LANES + lane], buffer[4 * LANES + lane], buffer[5 * LANES + lane] = v, w, r
        seen = (x if axis == 0 else y if axis == 1 else z) * buffer[_SIDE + lane]
        crossed = buffer[_CROSSING + lane]
        buffer[_CROSSING + lane] = now if (seen < _ZERO) & (crossed == _ZERO) else crossed


@functools.cache
def _compiled(terms: Terms, passes: int, axis: int) -> Callable[..., None]:
    """Compile the integrator with these terms and no others; whole numbers alone are closed over, so it is cached."""
    layers, bits = terms.layers, _bits(terms)
    size = _PARAMETERS + layers * _LAYER

    @numba.njit(cache=True, **_OPTIONS)
    def run(
        state: Any, packed: Any, side: Any, crossing: Any, table: Any, first_step: int, first: int, key0: Any, key1: Any
    ) -> None:
        buffer, noise = np.zeros(size, np.float32), np.zeros(8 * LANES, np.float32)
        words, constant = np.empty(4 * LANES, np.uint32), np.empty(6 * LANES, np.uint64)
        for block in range(state.shape[0]):
            buffer[: 3 * layers * LANES] = state[block]
            buffer[_CROSSING : _CROSSING + LANES] = _ZERO
            buffer[_SIDE : _SIDE + LANES] = side[block]
            buffer[_PARAMETERS:] = packed[block]
            for layer in range(layers if bits & _THERMAL else 0):
                _prepare(constant[3 * LANES * layer :], first + block * LANES, key1)
            for index in range(table.shape[0]):
                step = first_step + index
                if bits & _THERMAL and (index == 0 or step % 2 == 0):
                    for layer in range(layers):
                        _words(words, constant[3 * LANES * layer :], step // 2, layer, key0, key1)
                        normals(words, noise[4 * LANES * layer :])
                u0, u1, u2 = table[index, 0], table[index, 1], table[index, 2]
                if layers == 1:
                    _one(bits, passes, axis, buffer, noise, step % 2, _f(index + 1), u0, u1, u2)
                else:
                    _two(bits, passes, axis, buffer, noise, step % 2, _f(index + 1), u0, u1, u2)
            state[block] = buffer[: 3 * layers * LANES]
            crossing[block] = buffer[_CROSSING : _CROSSING + LANES]

    return run  # type: ignore[no-any-return]


def integrate(
    layers: Sequence[Layer],
    start: Floats,
    drive: Floats,
    step: float,
    key: tuple[int, int],
    first_trajectory: int,
    first_step: int,
    passes: int,
    axis: int,
    side: Floats,
) -> tuple[Floats, NDArray[np.int64]]:
    """Return (m after the last step, first step on the other side or -1); arguments as in the package."""
    used = model.terms(layers, drive.shape[1])
    run = _compiled(used, passes, axis)
    count, rows = start.shape[0], 3 * len(layers)
    table = np.zeros((drive.shape[0], model.CHANNELS), np.float32)
    table[:, : drive.shape[1]] = drive
    final, crossing = np.empty((count, len(layers), 3)), np.empty(count, np.int64)

    def work(begin: int) -> None:
        end = min(begin + BLOCKS * LANES, count)
        blocks = -(-(end - begin) // LANES)
        lanes = slice(begin, end)

        def blocked(flat: NDArray[np.float32]) -> NDArray[np.float32]:
            """Spread rows of trajectories over whole blocks, the last one filled up by copies."""
            filled = np.pad(flat, ((0, 0), (0, blocks * LANES - flat.shape[1])), mode="edge")
            return np.ascontiguousarray(filled.reshape(-1, blocks, LANES).swapaxes(0, 1)).reshape(blocks, -1)

        state = blocked(start[lanes].reshape(-1, rows).T.astype(np.float32))
        packed = blocked(np.concatenate([model.pack(layer, step, lanes) for layer in layers]))
        seen = np.zeros((blocks, LANES), np.float32)
        run(state, packed, blocked(side[None, lanes].astype(np.float32)), seen, table, first_step,
            first_trajectory + begin, np.uint32(key[0]), np.uint32(key[1]))  # fmt: skip
        last = state.reshape(blocks, rows, LANES).swapaxes(1, 2).reshape(-1, len(layers), 3)
        final[lanes] = last[: end - begin]
        steps = seen.reshape(-1)[: end - begin].astype(np.int64)
        crossing[lanes] = np.where(steps > 0, first_step + steps, -1)

    with ThreadPoolExecutor(threads()) as pool:
        list(pool.map(work, range(0, count, BLOCKS * LANES)))
    return final, crossing
