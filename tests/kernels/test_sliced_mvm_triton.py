"""The Triton kernel: bit for bit the definition in Triton's interpreter, and compiled for a graphics processor.

It has not run on one: that needs a machine that has it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from remanence.core.errors import BackendError
from remanence.core.stream import Stream
from remanence.kernels import graphics
from remanence.kernels.sliced_mvm import Noise, Uniform, sliced_mvm
from remanence.kernels.sliced_mvm.gpu import bytes_of

INTERPRETED = """
import numpy as np
from remanence.kernels.sliced_mvm import Staircase, Uniform, sliced_mvm
rng = np.random.default_rng(0)
for vectors, depth, columns, rows, largest, digits in (
    (5, 37, 9, 16, 1, (0, 1)), (70, 65, 67, 65, 60000, (0, 1)), (3, 100, 70, 33, 900, (-128, 5, 127)),
    (1, 1, 1, 1, 127, (0, 1)), (0, 4, 3, 2, 1, (0, 1)), (66, 130, 5, 128, 32000, (-1, 0, 1)),
):
    drive = rng.choice(digits, (3, vectors, depth))
    cells = rng.integers(-largest, largest + 1, (2, depth, columns))
    typical = largest * max(map(abs, digits)) * np.sqrt(rows) / 10
    ladder = np.sort(rng.normal(0, 10 * typical, (3, 31)), axis=1)
    for conversion in (
        Uniform(1 / typical, -30, 25), Uniform(rng.uniform(1, 2, columns) / typical, -30, 25, rng.normal(size=columns)),
        Staircase(ladder, rng.integers(0, 3, columns), -7), Staircase(ladder[:, :1], rng.integers(0, 3, columns), 0),
    ):
        kw = dict(input_weights=[1, 2, -4], cell_weights=[2**33, 3], rows=rows, conversion=conversion)
        one = sliced_mvm(drive, cells, backend="reference", **kw)
        other = sliced_mvm(drive, cells, backend="gpu", **kw)
        assert (other.backend, other.path) == ("gpu", "int8 products")
        assert np.array_equal(one.values, other.values), (vectors, depth, columns, rows)
print("equal")
"""

COMPILED = """
import triton
from triton.backends.compiler import GPUTarget
from remanence.kernels.sliced_mvm import gpu, triton_kernel
names = triton_kernel.run.arg_names
kinds = dict(digits="*i8", cells="*i8", weights="*i64", scale="*fp32", offset="*fp32", thresholds="*fp32",
             converter_of="*i64", result="*i64", bottom="fp32", top="fp32")
for steps in (0, 5):
    fixed = dict(PULSES=8, SLICES=8, BYTES=3, STEPS=steps, TALL=gpu.TALL, WIDE=gpu.WIDE, DEEP=gpu.DEEP)
    signature = {name: kinds.get(name, "constexpr" if name in fixed else "i32") for name in names}
    source = triton.compiler.ASTSource(triton_kernel.run, signature, fixed)
    made = triton.compile(source, target=GPUTarget("cuda", 90, 32), options={"num_warps": 4, "enable_fp_fusion": False})
    assert made.asm["cubin"]
    products = ("wgmma.mma_async.sync.aligned.m64n64k32.s32.s8.s8", "mma.sync.aligned.m16n8k32")
    assert any(name in made.asm["ptx"] for name in products)
    assert "fma.rn.f32" not in made.asm["ptx"]
print("compiled")
"""


def done(code: str, **environment: str) -> str:
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False,
                         env={**os.environ, **environment})  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    return ran.stdout.strip()


def test_triton_follows_the_definition_in_its_interpreter() -> None:
    pytest.importorskip("triton")
    assert done(INTERPRETED, TRITON_INTERPRET="1") == "equal"


def test_triton_compiles_to_byte_products_without_fused_rounding(tmp_path: Any) -> None:
    pytest.importorskip("triton")
    assert done(COMPILED, TRITON_INTERPRET="0", TRITON_CACHE_DIR=str(tmp_path)) == "compiled"


def test_bytes_add_up() -> None:
    values = np.array([0, 1, -1, 127, 128, -128, -129, 2**17, -(2**23), 2**31 - 1, -(2**31)], np.int32)
    parts = bytes_of(values)
    total = sum(part.astype(np.int64) * 256**index for index, part in enumerate(parts))
    np.testing.assert_array_equal(total, values)
    assert bytes_of(np.array([-128, 127], np.int32)).shape[0] == 1
    assert bytes_of(np.zeros(3, np.int32)).shape[0] == 1


GOOD: dict[str, Any] = {"input_weights": [1], "cell_weights": [1], "rows": 4, "conversion": Uniform(1.0, -8, 7)}


def test_a_missing_graphics_processor_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphics, "available", lambda: False)
    monkeypatch.delenv("TRITON_INTERPRET", raising=False)
    digits, cells = np.ones((1, 1, 4), int), np.ones((1, 4, 2), int)
    with pytest.raises(BackendError, match="gpu back end needs"):
        sliced_mvm(digits, cells, backend="gpu", **GOOD)
    assert sliced_mvm(digits, cells, **GOOD).backend == "cpu"


@pytest.mark.parametrize(
    ("digit", "change", "message"),
    [
        (200, {}, "-128 to 127"),
        (1, {"noise": Noise(Stream(0).key, 1.0)}, "no noise"),
        (1, {"conversion": None}, "without a converter"),
        (1, {"conversion": Uniform(1.0, 0, 2**23)}, "codes below"),
    ],
)
def test_what_the_kernel_does_not_take_is_refused(
    digit: int, change: dict[str, Any], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphics, "require", lambda _kernel: None)
    digits, cells = np.full((1, 1, 4), digit), np.ones((1, 4, 2), int)
    with pytest.raises(BackendError, match=message):
        sliced_mvm(digits, cells, backend="gpu", **GOOD | change)
