"""The page: one file that fetches nothing, complete, well formed, and safe against hostile names."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser
from importlib import resources

import pandas as pd
import pytest
from torch import nn

from remanence.core.errors import InputError
from remanence.data import Draws
from remanence.network.datasets import Dataset
from remanence.report import verdict
from remanence.report.markup import Markup, element, text
from remanence.report.page import page
from remanence.study import Comparison, compare, sweeps
from remanence.study.sweep import BITS, SPREAD, TMR
from remanence.system import platform

HOSTILE = 'evil<script>alert("x")</script>&-22nm'
CHIPS = ("crossbar-stt-22nm", "nearmem-stt-22nm", "mcu-cortex-m4")
VOID = {"meta", "br", "link", "img", "hr", "input"}


class Reader(HTMLParser):
    """Keeps what the tests ask about and fails on tags that do not close in order."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.visible: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.visible.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.visible).split())


@pytest.fixture(scope="module")
def result(cnn: nn.Module, data: Dataset) -> Comparison:
    hostile = platform("nearmem-sram-22nm").vary(name=HOSTILE, title="</title><img src=x onerror=alert(1)>")
    return compare(cnn, [*CHIPS, hostile], calibration=data.train_images[:64], loader=data.batches(limit=60), draws=3)


@pytest.fixture(scope="module")
def swept(cnn: nn.Module, data: Dataset) -> dict[str, dict[str, pd.DataFrame]]:
    return sweeps(
        cnn, [platform(CHIPS[0])], {TMR.name: [0.5], SPREAD.name: [0.15], BITS.name: [4]},
        calibration=data.train_images[:64], loader=data.batches(limit=60), draws=2,
    )  # fmt: skip


@pytest.fixture(scope="module")
def source(result: Comparison, swept: dict[str, dict[str, pd.DataFrame]]) -> str:
    return page(result, swept, title="cnn & <b>digits</b>", subtitle="20 chips", baseline="mcu-cortex-m4")


@pytest.fixture(scope="module")
def read(source: str) -> Reader:
    reader = Reader(source)
    assert reader.open == []
    return reader


def test_nothing_is_fetched(source: str, read: Reader) -> None:
    for tag, attributes in read.elements:
        assert tag not in ("link", "iframe", "object", "embed", "img", "base")
        for name in ("src", "srcset", "action", "data", "poster"):
            assert name not in attributes
        assert (attributes.get("href") or "#").startswith("#"), "links stay on the page; DOIs are text"
    style = resources.files("remanence.report").joinpath("page.css").read_text(encoding="utf-8")
    assert "url(" not in style
    assert "@import" not in style
    assert source.count("plotly.js v") == 1, "the library stands on the page once"


def test_every_chip_source_and_section_is_there(result: Comparison, read: Reader) -> None:
    for name in result.names:
        assert name in read.words
        for row in result.evaluations[name].deployed.platform.rows():
            assert f"[{row.source}]" in read.words
            assert row.id.rpartition("/")[2].replace("_", " ") in read.words
    identifiers = {str(attributes["id"]) for _, attributes in read.elements if "id" in attributes}
    for part in ("verdict", "comparison", "accuracy", "energy", "standby", "uncertainty", "whole", "assumptions"):
        assert part in identifiers
    for axis in (TMR, SPREAD, BITS):
        assert f"against-{axis.name.replace('_', '-')}-plot" in identifiers
    assert verdict.headline(result) in read.words
    assert "10.1038/nmat2804" in read.words


def test_the_structure_serves_those_who_do_not_see_or_point(read: Reader) -> None:
    identifiers = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    assert read.of("html") == [{"lang": "en"}]
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    for _, attributes in read.elements:
        assert attributes.get("aria-labelledby", "main") in identifiers
        if (attributes.get("href") or "").startswith("#"):
            assert str(attributes["href"])[1:] in identifiers
        if attributes.get("role") in ("img", "region"):
            assert attributes["aria-label"]
    assert read.elements.count(("a", {"class": "skip", "href": "#main"})) == 1
    assert len(read.of("figure")) == len(read.of("figcaption")) == 10
    assert len(read.of("caption")) == len(read.of("table")) > 10
    assert all(attributes.get("scope") in ("col", "row") for attributes in read.of("th"))
    assert all(attributes.get("tabindex") == "0" for attributes in read.of("div") if attributes.get("role") == "region")


def test_hostile_names_stay_text(source: str, read: Reader) -> None:
    assert "<script>alert" not in source
    assert "<img" not in source
    assert HOSTILE in read.words, "it is shown as it was given"
    assert source.count("<title>cnn &amp; &lt;b&gt;digits&lt;/b&gt;</title>") == 1


def test_the_same_results_give_the_same_page(
    result: Comparison, swept: dict[str, dict[str, pd.DataFrame]], source: str
) -> None:
    again = page(result, swept, title="cnn & <b>digits</b>", subtitle="20 chips", baseline="mcu-cortex-m4")
    assert again == source


def test_a_page_without_sweeps_or_with_one_chip_is_whole(cnn: nn.Module, data: Dataset) -> None:
    alone = compare(cnn, ["nearmem-sram-22nm"], calibration=data.train_images[:16], loader=data.batches(limit=10),
                    draws=2, parameter_draws=Draws(count=32))  # fmt: skip
    reader = Reader(page(alone, {}, title="one"))
    assert "no other chip was compared" in reader.words
    assert "there is no gain to state" in reader.words
    assert "at least 64 draws" in reader.words, "too few draws for indices is said, not hidden"
    with pytest.raises(InputError, match="baseline"):
        page(alone, {}, title="one", baseline="absent")


def test_the_verdict_hedges_where_draws_do_not_settle_the_order(
    result: Comparison, cnn: nn.Module, data: Dataset
) -> None:
    assert "of the joint draws" in verdict.headline(result)
    assert "the order holds in" in verdict.headline(result)
    twin = platform("nearmem-sram-22nm").vary(name="twin")
    pair = compare(cnn, ["nearmem-sram-22nm", twin], calibration=data.train_images[:16],
                   loader=data.batches(limit=10), draws=2)  # fmt: skip
    assert "not settled" in verdict.headline(pair)
    assert "No chip loses accuracy" in verdict.headline(pair)
    assert any("assumed or projected" in line for line in verdict.supporting(result))


def test_markup_escapes_all_but_markup() -> None:
    assert text("<b>&") == "&lt;b&gt;&amp;"
    assert text(Markup("<b>")) == "<b>"
    assert element("a", "<", href='"#', aria_label=None) == '<a href="&quot;#">&lt;</a>'
