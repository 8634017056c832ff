"""A self-contained page: title, contents, sections, references. Nothing is fetched, nothing else is needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from string import Template

from remanence.core.provenance import versions
from remanence.report.markup import Markup, element, section


def document(
    title: str,
    subtitle: str,
    sections: Mapping[str, tuple[str, Sequence[Markup]]],
    *,
    footer: Markup,
    interactive: bool = True,
) -> str:
    """Return a whole page as HTML text; it needs no other file and no network.

    Args:
        title: of the page.
        subtitle: what was run.
        sections: heading and content by the name that links lead to, in order.
        footer: what made it.
        interactive: whether it has plotly charts; a page of drawings alone does not carry the library.
    """
    library = ""
    if interactive:
        from plotly.offline import get_plotlyjs

        library = get_plotlyjs()
    files = resources.files("remanence.report")
    return Template(files.joinpath("page.html").read_text(encoding="utf-8")).substitute(
        title=escape(title),
        subtitle=escape(subtitle),
        version=escape(versions().get("remanence", "")),
        style=files.joinpath("page.css").read_text(encoding="utf-8"),
        script=files.joinpath("page.js").read_text(encoding="utf-8"),
        plotly=library,
        contents="".join(element("li", element("a", name, href=f"#{key}")) for key, (name, _) in sections.items()),
        main="\n".join(section(key, name, *content) for key, (name, content) in sections.items()),
        footer=footer,
    )
