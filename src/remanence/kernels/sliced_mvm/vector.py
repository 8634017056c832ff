"""Vectors as values of compiled code (numba): running sums stay in registers, whatever the compiler makes of loops.

`LANES` float32 numbers or `WIDE` bytes; the compiler turns them into the vectors that the processor has. Indices are
flat and nothing checks them. The same loops on arrays were 2 to 10 times slower: whether the compiler saw through them
depended on where they were inlined.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic, models, register_model

LANES = 16
"""Numbers of a vector of float32."""
WIDE = 64
"""Numbers of a vector of bytes."""

_FLOATS = ir.VectorType(ir.FloatType(), LANES)
_BYTES = ir.VectorType(ir.IntType(8), WIDE)
_WIDE_FLOATS = ir.VectorType(ir.FloatType(), WIDE)


class Floats(types.Type):
    """The type of `LANES` float32 numbers."""

    def __init__(self) -> None:
        super().__init__(name=f"float32x{LANES}")


class Bytes(types.Type):
    """The type of `WIDE` bytes."""

    def __init__(self) -> None:
        super().__init__(name=f"uint8x{WIDE}")


_floats, _bytes = Floats(), Bytes()


@register_model(Floats)
class _FloatsModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _FLOATS)


@register_model(Bytes)
class _BytesModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Any) -> None:
        super().__init__(manager, kind, _BYTES)


def _address(context: Any, builder: Any, kind: Any, array: Any, index: Any, vector: Any) -> Any:
    """Return where the numbers of an array from a flat index on lie."""
    data = context.make_array(kind)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), vector.as_pointer())


def _splat(builder: Any, number: Any, count: int) -> Any:
    """Return a vector of one number."""
    vector = ir.VectorType(number.type, count)
    first = builder.insert_element(ir.Constant(vector, ir.Undefined), number, ir.Constant(ir.IntType(32), 0))
    nowhere = ir.Constant(ir.VectorType(ir.IntType(32), count), [0] * count)
    return builder.shuffle_vector(first, ir.Constant(vector, ir.Undefined), nowhere)


def _named(builder: Any, name: str, vector: Any) -> Any:
    """Return a function of the compiler that takes a vector to a vector."""
    return cgutils.get_or_insert_function(builder.module, ir.FunctionType(vector, [vector]), name)


def _generate_item(_context: Any, array: Any, _index: Any) -> Any:
    """Return one number of an array. Plain indexing would also look for negative indices: half the time of a loop."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        return builder.load(builder.gep(data, [arguments[1]]))

    return array.dtype(array, types.int64), generate


def _generate_load(_context: Any, array: Any, _index: Any) -> Any:
    """Return `LANES` numbers of a float32 array."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, index = arguments
        return builder.load(_address(context, builder, signature.args[0], array, index, _FLOATS), align=4)

    return _floats(array, types.int64), generate


def _generate_store(_context: Any, array: Any, _index: Any, _value: Any) -> Any:
    """Write `LANES` numbers to a float32 array."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, index, numbers = arguments
        address = _address(context, builder, signature.args[0], array, index, _FLOATS)
        builder.store(numbers, address, align=4)
        return context.get_dummy_value()

    return types.void(array, types.int64, _floats), generate


def _generate_splat(_context: Any, _number: Any) -> Any:
    """Return `LANES` times a float32 number."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return _splat(builder, arguments[0], LANES)

    return _floats(types.float32), generate


def _two(operation: Callable[[Any, Any, Any], Any]) -> Any:
    def typed(_context: Any, _left: Any, _right: Any) -> Any:
        def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            return operation(builder, *arguments)

        return _floats(_floats, _floats), generate

    return intrinsic(typed)


def _generate_nearest(_context: Any, _value: Any) -> Any:
    """Return the nearest whole numbers, ties to even."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.call(_named(builder, "llvm.rint.v16f32", _FLOATS), arguments)

    return _floats(_floats), generate


def _generate_no_counts(_context: Any) -> Any:
    """Return `WIDE` zeros."""

    def generate(_context: Any, _builder: Any, _signature: Any, _arguments: Any) -> Any:
        return ir.Constant(_BYTES, [0] * WIDE)

    return _bytes(), generate


def _generate_count(_context: Any, _counts: Any, bits: Any, _index: Any, _driven: Any) -> Any:
    """Return counts plus the ones that `WIDE` bytes of an array share with one byte."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        counts, array, index, driven = arguments
        there = builder.load(_address(context, builder, signature.args[1], array, index, _BYTES), align=1)
        shared = builder.and_(there, _splat(builder, driven, WIDE))
        return builder.add(counts, builder.call(_named(builder, "llvm.ctpop.v64i8", _BYTES), [shared]))

    return _bytes(_bytes, bits, types.int64, types.uint8), generate


def _generate_add_counts(_context: Any, array: Any, _index: Any, _counts: Any, _factor: Any) -> Any:
    """Add `WIDE` counts times a factor to a float32 array."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, index, counts, factor = arguments
        address = _address(context, builder, signature.args[0], array, index, _WIDE_FLOATS)
        # widened first: straight from bytes, the compiler took counts from 128 on for negative (LLVM 22)
        numbers = builder.sitofp(builder.zext(counts, ir.VectorType(ir.IntType(32), WIDE)), _WIDE_FLOATS)
        scaled = builder.fmul(numbers, _splat(builder, factor, WIDE))
        builder.store(builder.fadd(builder.load(address, align=4), scaled), address, align=4)
        return context.get_dummy_value()

    return types.void(array, types.int64, _bytes, types.float32), generate


item: Any = intrinsic(_generate_item)
load: Any = intrinsic(_generate_load)
store: Any = intrinsic(_generate_store)
splat: Any = intrinsic(_generate_splat)
nearest: Any = intrinsic(_generate_nearest)
add = _two(lambda builder, left, right: builder.fadd(left, right))
multiply = _two(lambda builder, left, right: builder.fmul(left, right))
smaller = _two(lambda builder, left, right: builder.select(builder.fcmp_ordered("<", left, right), left, right))
larger = _two(lambda builder, left, right: builder.select(builder.fcmp_ordered(">", left, right), left, right))
no_counts: Any = intrinsic(_generate_no_counts)
count: Any = intrinsic(_generate_count)
add_counts: Any = intrinsic(_generate_add_counts)
