"""Every claim has words, a verdict that follows from its figures, evidence and sources."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from remanence.core.declare import replace
from remanence.core.errors import UnknownNameError
from remanence.data import build, entry, load_card
from remanence.outlook import VERDICTS, claim_names, device_claims, judge, judge_all, system_claims
from remanence.outlook.arithmetic import bits_per_multiply
from remanence.outlook.cards import Claim, Transformer
from remanence.outlook.evidence import CONTRADICTED, PROJECTION, SUPPORTED, SUPPORTED_ONLY_AT
from remanence.outlook.system_claims import band_verdict

EXPECTED = {
    "hbm3-bandwidth": SUPPORTED_ONLY_AT,
    "bits-per-multiply": SUPPORTED_ONLY_AT,
    "matrix-vector-gain": SUPPORTED_ONLY_AT,
    "mram-endurance": SUPPORTED_ONLY_AT,
    "infinite-endurance": CONTRADICTED,
    "nanosecond-access": SUPPORTED_ONLY_AT,
    "below-10nm": SUPPORTED_ONLY_AT,
    "flash-replacement": SUPPORTED_ONLY_AT,
    "static-power": SUPPORTED_ONLY_AT,
    "thousandfold": PROJECTION,
    "fiftyfold": PROJECTION,
    "fiftyfold-per-task": CONTRADICTED,
    "rebound": SUPPORTED_ONLY_AT,
}


def test_every_card_has_a_judge_and_every_judge_a_card() -> None:
    assert set(claim_names()) == {*system_claims.JUDGES, *device_claims.JUDGES} == set(EXPECTED)


@pytest.mark.parametrize("name", claim_names())
def test_a_judgement_is_whole(name: str) -> None:
    found = judge(name)
    assert found.verdict in VERDICTS
    assert found.verdict == EXPECTED[name]
    assert bool(found.only_at) == (found.verdict == SUPPORTED_ONLY_AT)
    assert found.claim.statement.strip()
    assert found.claim.operating_point.strip()
    assert found.claim.would_change.strip()
    assert len(found.because) > 80
    assert found.claim.source in found.sources
    for key in found.sources:
        assert entry(key)["title"]
    assert found.evidence
    for one in found.evidence:
        figure = one.figure
        assert np.isfinite(figure.draws).all()
        assert figure.low <= figure.value * (1 + 1e-9)
        assert figure.value <= figure.high * (1 + 1e-9)
        assert one.how


def test_the_whole_is_plain_json() -> None:
    document = json.loads(json.dumps({name: one.as_dict() for name, one in judge_all().items()}, allow_nan=False))
    assert list(document) == sorted(EXPECTED)
    assert document["hbm3-bandwidth"]["evidence"][0]["value"] == pytest.approx(819.2e9)


def _varied(name: str, **changes: float) -> Claim:
    return replace(build(Claim, load_card("claim", name)), **changes)


def test_verdicts_follow_the_figures() -> None:
    """The same judges on other claims: what is true is supported, what is out of reach is contradicted."""
    assert system_claims.hbm3_bandwidth(_varied("hbm3-bandwidth", bandwidth=740e9)).verdict == SUPPORTED_ONLY_AT
    assert system_claims.hbm3_bandwidth(_varied("hbm3-bandwidth", bandwidth=2e12)).verdict == CONTRADICTED
    bits = "bits-per-multiply"
    assert system_claims.bits_per_multiply(_varied(bits, figure=100, figure_high=200)).verdict == CONTRADICTED
    assert system_claims.bits_per_multiply(_varied(bits, figure=0.01, figure_high=20)).verdict == SUPPORTED
    task = "fiftyfold-per-task"
    assert system_claims.fiftyfold_per_task(_varied(task, figure=2.0)).verdict == PROJECTION
    assert device_claims.mram_endurance(_varied("mram-endurance", figure=1e5)).verdict == SUPPORTED
    assert device_claims.mram_endurance(_varied("mram-endurance", figure=1e16)).verdict == CONTRADICTED
    assert device_claims.nanosecond_access(_varied("nanosecond-access", figure_high=1e4)).verdict == SUPPORTED
    assert device_claims.nanosecond_access(_varied("nanosecond-access", figure_high=1)).verdict == CONTRADICTED


def test_band_verdicts() -> None:
    assert band_verdict(np.array([1.0, 2.0]), 1, 2) == SUPPORTED
    assert band_verdict(np.array([0.5, 2.0]), 1, 2) == SUPPORTED_ONLY_AT
    assert band_verdict(3.0, 1, 2) == CONTRADICTED


def test_the_numbers_that_carry_the_verdicts() -> None:
    assert judge("fiftyfold-per-task").evidence[0].figure.value == pytest.approx(2.38, abs=0.005)
    decoding = judge("bits-per-multiply").evidence[0].figure.value
    assert decoding == pytest.approx((16 * 7.5e9 + 16 * 65536 * 2049) / (7.5e9 + 262144 * 2049), rel=2e-3)
    lives = {one.figure.name: one.figure.value for one in judge("infinite-endurance").evidence}
    assert lives["life of a flash-like cell updated at 1 kHz"] == pytest.approx(1000)
    assert judge("flash-replacement").evidence[0].figure.high < 1.1
    stability, voltage = judge("below-10nm").evidence[:2]
    assert stability.figure.high < 40 < 95 < judge("below-10nm").evidence[4].figure.value
    assert voltage.figure.value < 1 < judge("below-10nm").evidence[5].figure.value
    own = judge("matrix-vector-gain").evidence[-1].figure
    assert own.value < 1.0, "our own crossbar loses against SRAM beside digital multipliers"


def test_an_unknown_claim_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="rebound"):
        judge("rebond")


def test_a_figure_cites_the_rows_it_uses_and_no_other() -> None:
    stack = judge("hbm3-bandwidth").evidence[0]
    assert stack.sources == ("jesd238",)
    assert not stack.recalled
    assert judge("hbm3-bandwidth").evidence[1].recalled


def test_the_page_shows_the_figures_of_the_code() -> None:
    page = (Path(__file__).parents[2] / "docs" / "outlook.md").read_text(encoding="utf-8")
    model = build(Transformer, "llama-3.1-8b").traffic
    for width in (16, 8):
        cells = [float(bits_per_multiply(model, weight_bits=width, batch=b, context=2048)) for b in (1, 8, 128, 512)]
        assert f"| {width}-bit weights | {' | '.join(f'{cell:.2f}' for cell in cells)} |" in page
