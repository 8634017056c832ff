"""The one bibliography, `sources.bib`, and how to cite from it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from importlib import resources

from remanence.core.errors import InputError, UnknownNameError

USER = "user"
"""Source key of a value that a user typed in without naming a source."""

_ENTRY = re.compile(r"@(\w+)\{([^,\s]+),(.*?)\n\}", re.DOTALL)
_FIELD = re.compile(r"^\s*(\w+)\s*=\s*\{(.*?)\}\s*,?\s*$", re.MULTILINE)


@functools.cache
def bibliography() -> Mapping[str, Mapping[str, str]]:
    """Return all entries: key to fields (``type`` holds the BibTeX entry type)."""
    source = resources.files("remanence.data").joinpath("sources.bib").read_text(encoding="utf-8")
    entries: dict[str, Mapping[str, str]] = {}
    for kind, key, body in _ENTRY.findall(source):
        if key in entries:
            raise InputError("sources.bib", key, "each key may stand once")
        entries[key] = {"type": kind.lower(), **dict(_FIELD.findall(body))}
    return entries


def entry(key: str) -> Mapping[str, str]:
    """Return the fields of one source.

    Raises:
        UnknownNameError: no such key.
    """
    if key == USER:
        return {"type": "misc", "title": "given by the user"}
    if key not in bibliography():
        raise UnknownNameError("source", key, bibliography())
    return bibliography()[key]


def cite(keys: Iterable[str]) -> str:
    """Return a plain-text reference list, one source a line, sorted by key.

    Raises:
        UnknownNameError: a key that is not in the bibliography.
    """
    return "\n".join(f"[{key}] {_line(entry(key))}" for key in sorted(set(keys)))


def _line(fields: Mapping[str, str]) -> str:
    order = ("author", "title", "journal", "booktitle", "howpublished", "volume", "pages", "year", "doi", "url")
    parts = [fields[name] for name in order if name in fields]
    return ". ".join(part.rstrip(".") for part in parts) + "."
