"""Bounds and bookkeeping that need no chip: bits per multiply-accumulate, Amdahl, rebound, lifetime, bandwidth.

Every function takes floats or arrays and broadcasts, and raises `InputError` for what lies outside its bounds.
"""

from __future__ import annotations

from dataclasses import dataclass

from remanence.core.declare import Array, Quantity


def _read(raw: Array, subject: str, **bounds: float) -> Array:
    return Quantity("1", subject, **bounds).read(raw, subject)


def stack_bandwidth(interface_bits: Array, pin_rate: Array) -> Array:
    """Return the peak bandwidth of one memory stack in B/s.

    Valid as a peak: refresh, bank conflicts and turn-arounds take their share of it. Derived.

    Args:
        interface_bits: data pins of the stack.
        pin_rate: bit/s of one pin.

    Raises:
        InputError: not positive.

    Source: JESD238 (HBM3): 1024 pins of up to 6.4 Gbit/s, 819.2 GB/s.
    """
    pins = _read(interface_bits, "stack_bandwidth: interface_bits", above=0)
    return pins * _read(pin_rate, "stack_bandwidth: pin_rate", above=0) / 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What one item (a token, an image) of a network computes and holds; floats or arrays of draws.

    Args:
        weights: static weights read in one pass.
        multiplies: multiply-accumulates with static weights, per item.
        cache_values: keys and values kept per token; 0 without attention.
        attention_multiplies: multiply-accumulates per token and token of context; 0 without attention.
    """

    weights: Array
    multiplies: Array
    cache_values: Array = 0.0
    attention_multiplies: Array = 0.0


def bits_per_multiply(
    traffic: Traffic,
    *,
    weight_bits: Array,
    batch: Array = 1.0,
    cache_bits: Array = 16.0,
    context: Array = 0.0,
    positions: Array = 1.0,
) -> Array:
    """Return bits of weights and of key-value cache moved per multiply-accumulate.

    Weights cross once per pass and serve all positions of all sequences; each sequence reads its own cache once per
    pass and writes one token per position; a position attends to the context and, on average, to half of its own pass:

        [w W + B (k C S + k C P)] / (B P [M + A (S + (P + 1)/2)])

    A lower bound on what a processor moves: activations are taken as held on chip, and nothing is fetched twice. In a
    prefill the last layer is counted at every position. Derived.

    Args:
        traffic: W, M, C, A of the network.
        weight_bits: w, bits of a stored weight.
        batch: B, sequences or images together.
        cache_bits: k, bits of a stored key or value.
        context: S, tokens in the cache before the pass.
        positions: P, tokens of each sequence computed in the pass: 1 in decoding.

    Raises:
        InputError: weight bits, batch or positions below their bounds, a negative context.
    """
    width = _read(weight_bits, "bits_per_multiply: weight_bits", above=0)
    together = _read(batch, "bits_per_multiply: batch", at_least=1)
    cache = _read(cache_bits, "bits_per_multiply: cache_bits", above=0)
    past = _read(context, "bits_per_multiply: context", at_least=0)
    new = _read(positions, "bits_per_multiply: positions", at_least=1)
    moved = width * traffic.weights / (together * new) + cache * traffic.cache_values * (past / new + 1.0)
    return moved / (traffic.multiplies + traffic.attention_multiplies * (past + (new + 1.0) / 2.0))


def amdahl_gain(share: Array, gain: Array) -> Array:
    """Return the gain of the whole when ``share`` of its cost improves by ``gain``: 1/((1 - f) + f/g).

    Holds for time in sequence and for energy alike; the rest is taken as unchanged. Derived (Amdahl 1967).

    Raises:
        InputError: a share outside 0 to 1, a gain that is not positive.
    """
    part = _read(share, "amdahl_gain: share", at_least=0, at_most=1)
    return 1.0 / ((1.0 - part) + part / _read(gain, "amdahl_gain: gain", above=0))


def amdahl_bound(share: Array) -> Array:
    """Return the gain of the whole when ``share`` of its cost vanishes: 1/(1 - f).

    Raises:
        InputError: a share below 0, or 1 and more: nothing would be left.
    """
    return 1.0 / (1.0 - _read(share, "amdahl_bound: share", at_least=0, below=1))


def share_needed(gain: Array) -> Array:
    """Return the least share of the cost that must vanish for a gain of the whole: 1 - 1/G, `amdahl_bound` inverted.

    Raises:
        InputError: a gain below 1.
    """
    return 1.0 - 1.0 / _read(gain, "share_needed: gain", at_least=1)


def rebound(gain: Array, elasticity: Array, pass_through: Array) -> Array:
    """Return total energy after over before, E/E0 = G^(eps theta - 1).

    Each task needs 1/G of the energy; its price follows energy per task with the local exponent theta, demand follows
    the price with exponent -eps, both constant over the whole change. Growth from any other cause and saturation are
    left out. Derived; the direct rebound of Khazzoom and Brookes in closed form, above 1 exactly where eps theta > 1.

    Args:
        gain: G, energy per task before over after.
        elasticity: eps, price elasticity of demand as a positive number.
        pass_through: theta, d ln(price)/d ln(energy per task): about the energy share of the price.

    Raises:
        InputError: a gain that is not positive, a negative elasticity, a pass-through outside 0 to 1.
    """
    factor = _read(gain, "rebound: gain", above=0)
    exponent = _read(elasticity, "rebound: elasticity", at_least=0) * _read(
        pass_through, "rebound: pass_through", at_least=0, at_most=1
    )
    return factor ** (exponent - 1.0)


def endurance_lifetime(
    cycles: Array, update_rate: Array, *, flip_probability: Array = 1.0, pulses: Array = 1.0
) -> Array:
    """Return the time in s after which a cell has used its write cycles: N/(f a w).

    The mean cell of an array whose updates are even; no wear levelling, no spare cells, and N is taken as sharp where
    real endurance is a distribution. Derived.

    Args:
        cycles: N, write pulses that a cell survives.
        update_rate: f, updates per second of one cell.
        flip_probability: a, share of updates that write the cell.
        pulses: w, pulses of a write with verification.

    Raises:
        InputError: not positive, a probability above 1, fewer than one pulse.
    """
    survived = _read(cycles, "endurance_lifetime: cycles", above=0)
    rate = _read(update_rate, "endurance_lifetime: update_rate", above=0)
    flips = _read(flip_probability, "endurance_lifetime: flip_probability", above=0, at_most=1)
    return survived / (rate * flips * _read(pulses, "endurance_lifetime: pulses", at_least=1))


def break_even_interval(extra_write_energy: Array, power_saved: Array) -> Array:
    """Return the interval in s between rewrites beyond which a memory that costs more to write and less to keep pays.

    Args:
        extra_write_energy: J per bit.
        power_saved: W per bit.

    Raises:
        InputError: nothing is saved, or the write is cheaper (it then always pays).
    """
    extra = _read(extra_write_energy, "break_even_interval: extra_write_energy", above=0)
    return extra / _read(power_saved, "break_even_interval: power_saved", above=0)
