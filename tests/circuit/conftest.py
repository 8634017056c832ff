"""What the circuit tests share: one design out of many draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from remanence.core.declare import declarations, is_value, replace


def _at(item: Any, index: int) -> Any:
    changes = {}
    for name in declarations(type(item)):
        content = getattr(item, name)
        if is_value(content):
            changes[name] = _at(content, index)
        elif isinstance(content, np.ndarray):
            changes[name] = float(content[index])
    return replace(item, **changes)


@pytest.fixture
def at() -> Callable[[Any, int], Any]:
    """Return the single design at one draw."""
    return _at
