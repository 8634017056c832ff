"""Figures of calibrations and operating windows: drawn, labelled, the same file twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from remanence.device import calibrate, junction, operating_window
from remanence.report import calibration as calibration_figure
from remanence.report import operating_window as window_figure

SWITCHING = "voltage (V),duration (ns),trials,switched\n" + "\n".join(
    f"{v:.2f},{t},200,{round(200 * -np.expm1(-t * np.exp(-45 * (1 - v / 0.8) ** 2)))}"
    for v in np.arange(0.26, 0.46, 0.02)
    for t in (1e3, 1e5)
)
RESISTANCE = "voltage (V),resistance (ohm),state\n" + "\n".join(
    f"{v:.1f},{1000 * (1 + (state == 'AP') * 1.5 / (1 + (v / 0.45) ** 2)) + (k % 3)},{state}"
    for k, v in enumerate(np.arange(-0.5, 0.51, 0.1))
    for state in ("P", "AP")
)
LOOP = "field (mT),resistance (ohm)\n" + "\n".join(
    f"{h},{2000 if (h > 30 if k == 0 else h > -30) else 1000}"
    for k, sweep in enumerate((range(-60, 61, 2), range(60, -61, -2)))
    for h in sweep
)


@pytest.mark.parametrize(("text", "words"), [(SWITCHING, "switching probability"), (RESISTANCE, "half voltage"),
                                             (LOOP, "coercive field")])  # fmt: skip
def test_a_calibration_is_drawn_with_its_numbers(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "data.csv"
    path.write_text(text)
    result = calibrate(path)
    canvas = calibration_figure.canvas(result)
    upper, lower = canvas.axes
    assert words in upper.get_title(loc="left") + upper.get_ylabel()
    assert lower.get_ylabel() == "residual, sigma"
    drawn = lower.lines[0].get_ydata()
    assert np.array_equal(np.asarray(drawn), result.residuals)
    for name in ("a.svg", "b.svg"):
        calibration_figure.calibration(result, tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_a_window_is_drawn_with_its_limits(tmp_path: Path) -> None:
    found = operating_window(
        junction("cofeb-double-mgo", diameter=25e-9), np.linspace(0.02, 1.3, 40), np.geomspace(1e-9, 1e-6, 30),
        write_error=1e-6, disturb=1e-9, breakdown_ppm=100.0, cycles=1e6,
    )  # fmt: skip
    window_figure.operating_window(found, tmp_path / "window.svg")
    text = (tmp_path / "window.svg").read_text()
    assert text.startswith("<?xml")
    legend = window_figure.canvas(found).legends[0]
    words = [item.get_text() for item in legend.get_texts()]
    assert {"writes", "reads", "breaks", "too weak to write"} <= set(words)
    assert "write error 1e-06" in words
