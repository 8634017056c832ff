"""The Triton source of `stochastic_llg`: one program holds a block of trajectories in registers for all its steps.

Read `cpu.py` first: names, order of the terms and float32 arithmetic are the same. Not run on a graphics processor by
the project's tests; they run it in Triton's interpreter.
"""

from __future__ import annotations

import triton
import triton.language as tl


@triton.jit
def _row(packed, row: tl.constexpr, count, lanes, inside):
    return tl.load(packed + row * count + lanes, mask=inside, other=0.0)


@triton.jit
def _triple(packed, row: tl.constexpr, count, lanes, inside):
    return (
        _row(packed, row, count, lanes, inside),
        _row(packed, row + 1, count, lanes, inside),
        _row(packed, row + 2, count, lanes, inside),
    )


@triton.jit
def _channel(packed, row: tl.constexpr, count, lanes, inside):
    """Damping-like and field-like torque, voltage anisotropy and mutual torques of one drive channel."""
    return (
        _triple(packed, row, count, lanes, inside),
        _triple(packed, row + 3, count, lanes, inside),
        _triple(packed, row + 6, count, lanes, inside),
    )


@triton.jit
def _layer(packed, count, lanes, inside):
    """All parameters of a layer; what the compiled terms leave out is never loaded."""
    return (
        _triple(packed, 0, count, lanes, inside),
        _triple(packed, 3, count, lanes, inside),
        _triple(packed, 6, count, lanes, inside),
        _triple(packed, 9, count, lanes, inside),
        _triple(packed, 12, count, lanes, inside),
        _triple(packed, 15, count, lanes, inside),
        _channel(packed, 17, count, lanes, inside),
        _channel(packed, 26, count, lanes, inside),
        _channel(packed, 35, count, lanes, inside),
    )


@triton.jit
def _normals(first, second):
    radius = tl.sqrt(-2.0 * tl.log((first.to(tl.float32) + 0.5) * 2.3283064365386963e-10))
    angle = second.to(tl.int32, bitcast=True).to(tl.float32) * 1.4629180792671596e-09
    return radius * tl.cos(angle), radius * tl.sin(angle)


@triton.jit
def _tangent(x, y, z, first, second, scale):
    first = scale * first
    second = scale * second
    along = x * first + y * second
    share = along / (1.0 + tl.abs(z))
    return first - share * x, second - share * y, tl.where(z < 0.0, along, -along)


@triton.jit
def _advance(x, y, z, a, b, c):
    return x + (b * z - c * y), y + (c * x - a * z), z + (a * y - b * x)


@triton.jit
def _middle(x, y, z, a, b, c):
    a = 0.5 * a
    b = 0.5 * b
    c = 0.5 * c
    along = a * x + b * y + c * z
    share = 1.0 / (1.0 + (a * a + b * b + c * c))
    px, py, pz = _advance(x, y, z, a, b, c)
    return (px + along * a) * share, (py + along * b) * share, (pz + along * c) * share


@triton.jit
def _unit(x, y, z):
    scale = 1.0 / tl.sqrt(x * x + y * y + z * z)
    return x * scale, y * scale, z * scale


@triton.jit
def _rotation(
    p,
    x,
    y,
    z,
    nx,
    ny,
    nz,
    tx,
    ty,
    tz,
    u0,
    u1,
    u2,
    CHANNELS: tl.constexpr,
    AXIAL: tl.constexpr,
    SECOND_ORDER: tl.constexpr,
    TORQUE: tl.constexpr,
    VOLTAGE: tl.constexpr,
    ASYMMETRY: tl.constexpr,
    COUPLING: tl.constexpr,
    BIQUADRATIC: tl.constexpr,
    MUTUAL: tl.constexpr,
):
    alpha = p[2][2]
    stiffness = p[0][2]
    hx = tx
    hy = ty
    hz = tz + p[1][2]
    dx = 0.0 * tx
    dy = 0.0 * tx
    dz = 0.0 * tx
    fx = 0.0 * tx
    fy = 0.0 * tx
    fz = 0.0 * tx
    mutual_towards = 0.0 * tx
    mutual_along = 0.0 * tx
    if SECOND_ORDER:
        stiffness = stiffness + p[2][0] * (1.0 - z * z)
    for channel in tl.static_range(CHANNELS):
        if channel == 0:
            u = u0
        elif channel == 1:
            u = u1
        else:
            u = u2
        if VOLTAGE:
            stiffness = stiffness + u * p[6 + channel][2][0]
        if TORQUE:
            dz = dz + u * p[6 + channel][0][2]
            fz = fz + u * p[6 + channel][1][2]
            if not AXIAL:
                dx = dx + u * p[6 + channel][0][0]
                dy = dy + u * p[6 + channel][0][1]
                fx = fx + u * p[6 + channel][1][0]
                fy = fy + u * p[6 + channel][1][1]
        if MUTUAL:
            mutual_towards = mutual_towards + u * p[6 + channel][2][1]
            mutual_along = mutual_along + u * p[6 + channel][2][2]
    if ASYMMETRY:
        share = 1.0 / (1.0 + p[4][1] * (p[4][2] * x + p[5][0] * y + p[5][1] * z))
        dx = share * dx
        dy = share * dy
        dz = share * dz
        fx = share * fx
        fy = share * fy
        fz = share * fz
    if TORQUE:
        hx = hx + fx
        hy = hy + fy
        hz = hz + fz
    if not AXIAL:
        hx = hx + p[1][0] + p[0][0] * x
        hy = hy + p[1][1] + p[0][1] * y
    if COUPLING:
        hx = hx + p[3][0] * nx
        hy = hy + p[3][1] * ny
        hz = hz + p[3][2] * nz
    if BIQUADRATIC:
        share = p[4][0] * (x * nx + y * ny + z * nz)
        hx = hx + share * nx
        hy = hy + share * ny
        hz = hz + share * nz
    if MUTUAL:
        hx = hx + mutual_along * nx
        hy = hy + mutual_along * ny
        hz = hz + mutual_along * nz
        dx = dx + mutual_towards * nx
        dy = dy + mutual_towards * ny
        dz = dz + mutual_towards * nz
    hz = hz + stiffness * z
    qx = dx + alpha * hx
    qy = dy + alpha * hy
    qz = dz + alpha * hz
    return (
        hx - alpha * dx + (y * qz - z * qy),
        hy - alpha * dy + (z * qx - x * qz),
        hz - alpha * dz + (x * qy - y * qx),
    )


@triton.jit
def run(
    state,
    packed,
    side,
    crossing,
    table,
    numbers,
    count,
    steps,
    LAYERS: tl.constexpr,
    PASSES: tl.constexpr,
    AXIS: tl.constexpr,
    THERMAL: tl.constexpr,
    CHANNELS: tl.constexpr,
    AXIAL: tl.constexpr,
    SECOND_ORDER: tl.constexpr,
    TORQUE: tl.constexpr,
    VOLTAGE: tl.constexpr,
    ASYMMETRY: tl.constexpr,
    COUPLING: tl.constexpr,
    BIQUADRATIC: tl.constexpr,
    MUTUAL: tl.constexpr,
    ROWS: tl.constexpr,
    BLOCK: tl.constexpr,
):
    lanes = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = lanes < count
    first_step = tl.load(numbers)
    trajectory = (tl.load(numbers + 1) + lanes).to(tl.uint32)
    key0 = tl.load(numbers + 2).to(tl.uint32)
    key1 = tl.load(numbers + 3).to(tl.uint32)
    zero = tl.zeros((BLOCK,), tl.float32)
    x, y, z = _triple(state, 0, count, lanes, inside)
    p = _layer(packed, count, lanes, inside)
    v = zero
    w = zero
    r = zero
    q = p
    if LAYERS == 2:
        v, w, r = _triple(state, 3, count, lanes, inside)
        q = _layer(packed + ROWS * count, count, lanes, inside)
    start = tl.load(side + lanes, mask=inside, other=1.0)
    crossed = tl.zeros((BLOCK,), tl.int32)
    n0 = zero
    n1 = zero
    n2 = zero
    n3 = zero
    l0 = zero
    l1 = zero
    l2 = zero
    l3 = zero
    none = tl.zeros((BLOCK,), tl.uint32)
    for index in range(steps):
        step = first_step + index
        u0 = tl.load(table + 3 * index)
        u1 = tl.load(table + 3 * index + 1)
        u2 = tl.load(table + 3 * index + 2)
        tx = zero
        ty = zero
        tz = zero
        kx = zero
        ky = zero
        kz = zero
        if THERMAL:
            odd = step % 2
            if (index == 0) | (odd == 0):
                call = none + (step // 2).to(tl.uint32)
                a, b, c, d = tl.philox_impl(trajectory, none, call, none, key0, key1, 10)
                n0, n1 = _normals(a, b)
                n2, n3 = _normals(c, d)
                if LAYERS == 2:
                    a, b, c, d = tl.philox_impl(trajectory, none + 1, call, none, key0, key1, 10)
                    l0, l1 = _normals(a, b)
                    l2, l3 = _normals(c, d)
            tx, ty, tz = _tangent(x, y, z, tl.where(odd == 0, n0, n2), tl.where(odd == 0, n1, n3), p[2][1])
            if LAYERS == 2:
                kx, ky, kz = _tangent(v, w, r, tl.where(odd == 0, l0, l2), tl.where(odd == 0, l1, l3), q[2][1])
        sx = x
        sy = y
        sz = z
        sv = v
        sw = w
        sr = r
        if PASSES < 0:
            ex = x
            ey = y
            ez = z
            ev = v
            ew = w
            er = r
            for _ in tl.static_range(2):
                a, b, c = _rotation(
                    p, sx, sy, sz, sv, sw, sr, tx, ty, tz, u0, u1, u2,
                    CHANNELS, AXIAL, SECOND_ORDER, TORQUE, VOLTAGE, ASYMMETRY, COUPLING, BIQUADRATIC, MUTUAL,
                )  # fmt: skip
                ex, ey, ez = _advance(sx, sy, sz, a, b, c)
                if LAYERS == 2:
                    a, b, c = _rotation(
                        q, sv, sw, sr, sx, sy, sz, kx, ky, kz, u0, u1, u2,
                        CHANNELS, AXIAL, SECOND_ORDER, TORQUE, VOLTAGE, ASYMMETRY, COUPLING, BIQUADRATIC, MUTUAL,
                    )  # fmt: skip
                    ev, ew, er = _advance(sv, sw, sr, a, b, c)
                sx = ex
                sy = ey
                sz = ez
                sv = ev
                sw = ew
                sr = er
            x, y, z = _unit(0.5 * (x + ex), 0.5 * (y + ey), 0.5 * (z + ez))
            if LAYERS == 2:
                v, w, r = _unit(0.5 * (v + ev), 0.5 * (w + ew), 0.5 * (r + er))
        else:
            for _ in tl.static_range(PASSES):
                a, b, c = _rotation(
                    p, sx, sy, sz, sv, sw, sr, tx, ty, tz, u0, u1, u2,
                    CHANNELS, AXIAL, SECOND_ORDER, TORQUE, VOLTAGE, ASYMMETRY, COUPLING, BIQUADRATIC, MUTUAL,
                )  # fmt: skip
                ex, ey, ez = _middle(x, y, z, a, b, c)
                if LAYERS == 2:
                    a, b, c = _rotation(
                        q, sv, sw, sr, sx, sy, sz, kx, ky, kz, u0, u1, u2,
                        CHANNELS, AXIAL, SECOND_ORDER, TORQUE, VOLTAGE, ASYMMETRY, COUPLING, BIQUADRATIC, MUTUAL,
                    )  # fmt: skip
                    sv, sw, sr = _middle(v, w, r, a, b, c)
                sx = ex
                sy = ey
                sz = ez
            x, y, z = _unit(2.0 * sx - x, 2.0 * sy - y, 2.0 * sz - z)
            if LAYERS == 2:
                v, w, r = _unit(2.0 * sv - v, 2.0 * sw - w, 2.0 * sr - r)
        seen = z
        if AXIS == 0:
            seen = x
        if AXIS == 1:
            seen = y
        crossed = tl.where((seen * start < 0.0) & (crossed == 0), index + 1, crossed)
    tl.store(state + lanes, x, mask=inside)
    tl.store(state + count + lanes, y, mask=inside)
    tl.store(state + 2 * count + lanes, z, mask=inside)
    if LAYERS == 2:
        tl.store(state + 3 * count + lanes, v, mask=inside)
        tl.store(state + 4 * count + lanes, w, mask=inside)
        tl.store(state + 5 * count + lanes, r, mask=inside)
    tl.store(crossing + lanes, crossed, mask=inside)
