"""Where a result came from: configuration, versions, seed, back end, sources."""

from __future__ import annotations

import importlib.metadata
import platform
from dataclasses import asdict, dataclass
from typing import Any

PACKAGES = ("remanence", "numpy", "scipy", "numba", "torch")


def versions() -> dict[str, str]:
    """Return the versions of the packages that decide numbers; a package that is not installed is left out."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """The record that travels with a result.

    Args:
        fingerprint: digest of the whole configuration (chip, model, data).
        seed: seed of the `Stream` that every draw came from.
        backend: what each kernel ran on.
        sources: keys of the bibliography behind the parameters used.
        versions: versions of Python and of the packages that decide numbers.
    """

    fingerprint: str
    seed: int
    backend: str
    sources: tuple[str, ...]
    versions: dict[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Return a mapping fit for JSON."""
        return asdict(self)
