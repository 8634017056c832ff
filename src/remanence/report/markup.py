"""Pieces of a page as HTML. Text is escaped here and nowhere else; what is already HTML says so by its type."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def text(content: object) -> Markup:
    """Return anything as HTML, escaped unless it is markup."""
    return content if isinstance(content, Markup) else Markup(escape(str(content)))


def element(tag: str, *content: object, **attributes: object) -> Markup:
    """Return one element; ``_`` in an attribute's name stands for ``-``, a trailing one is dropped (``class_``)."""
    told = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(given), quote=True)}"'
        for name, given in attributes.items()
        if given is not None
    )
    return Markup(f"<{tag}{told}>{''.join(text(part) for part in content)}</{tag}>")


def table(caption: object, headings: Sequence[object], rows: Iterable[Sequence[object]], *, class_: str = "") -> Markup:
    """Return a table in a box that scrolls sideways by touch and keyboard; the first cell of a row is its heading."""
    head = element("tr", *(element("th", heading, scope="col") for heading in headings))
    body = [
        element("tr", element("th", first, scope="row"), *(element("td", cell) for cell in cells))
        for first, *cells in rows
    ]
    label = escape(str(caption)) if not isinstance(caption, Markup) else "table"
    inner = element(
        "table", element("caption", element("span", caption)), element("thead", head), element("tbody", *body)
    )
    return element("div", inner, class_=f"scroll {class_}".strip(), tabindex=0, role="region", aria_label=label)


def details(summary: object, *content: object, open_: bool = False) -> Markup:
    """Return content that folds away under its summary."""
    inner = Markup(f"<summary>{text(summary)}</summary>{''.join(text(part) for part in content)}")
    return Markup(f"<details{' open' if open_ else ''}>{inner}</details>")


def section(name: str, title: str, *content: object) -> Markup:
    """Return a section under an h2 that the contents link to."""
    return element(
        "section", element("h2", title, id=f"{name}-title"), *content, id=name, aria_labelledby=f"{name}-title"
    )


def legend(entries: Iterable[tuple[str, str, str]]) -> Markup:
    """Return a legend of (mark, colour, name) that wraps on a narrow screen."""
    items = [
        element("li", element("span", sign, style=f"color:{colour}", aria_hidden="true"), " ", name)
        for sign, colour, name in entries
    ]
    return element("ul", *items, class_="legend") if items else Markup("")


def figure(name: str, title: str, plot: Markup, alternative: str, *beside: object) -> Markup:
    """Return a chart with its title, what it shows in words for those who cannot see it, and what stands beside it."""
    return element(
        "figure",
        element("figcaption", title, id=f"{name}-caption"),
        element("div", plot, role="img", aria_label=alternative, class_="plot"),
        *beside,
        aria_labelledby=f"{name}-caption",
    )


def bar(share: float) -> Markup:
    """Return a bar of a share in 0..1 with its number: readable without colour, printed with it."""
    width = 100.0 * min(max(share, 0.0), 1.0)
    drawn = element("span", class_="bar", style=f"width:{width:.1f}%", aria_hidden="true")
    return element("span", element("span", drawn, class_="track"), f"{max(share, 0.0):.0%}", class_="share")
