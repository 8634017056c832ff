"""One self-contained page: a comparison with its verdict, charts, assumptions and references. Nothing is fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from remanence.core import units
from remanence.core.errors import InputError, ScopeError
from remanence.data import build
from remanence.outlook import arithmetic
from remanence.outlook.cards import DataCentre
from remanence.report import assumptions, charts, verdict
from remanence.report.canvas import html
from remanence.report.document import document
from remanence.report.markup import Markup, bar, details, element, figure, legend, table
from remanence.report.palette import colour, mark
from remanence.study import lifetime, sensitivity
from remanence.study.sweep import AXES, Axis, value_at_loss
from remanence.system import Figure

if TYPE_CHECKING:
    from remanence.study import Comparison

PROMPT_SHARE = float(build(DataCentre, "gemini-prompt-2025").accelerator_share)
SHARES = (0.3, PROMPT_SHARE, 0.9)
"""Shares of the whole's energy for which Amdahl's bound is drawn."""
MOST_ROWS = 8
"""Rows shown in a table of indices; fewer where they drown in the noise."""
UPDATES = (("a day", 1.0), ("an hour", 24.0), ("a minute", 1440.0), ("a second", 86400.0))
LONG = 1000.0
"""Years beyond which a life is not told apart: nothing else of the chip lasts so long."""
FIGURES = ("energy", "latency", "area")
_SWEPT = ("chip", "accuracy", "95 % interval", "loss, points")


def page(
    result: Comparison,
    sweeps: Mapping[str, Mapping[str, pd.DataFrame]],
    *,
    title: str,
    subtitle: str = "",
    baseline: str | None = None,
    shares: Sequence[float] = SHARES,
) -> str:
    """Return the whole page as HTML text; it needs no other file and no network.

    Args:
        result: the comparison.
        sweeps: as `study.sweeps` returns them; an axis that is missing has no chart.
        title: of the page.
        subtitle: model, data, draws: what was run.
        baseline: the chip whose energy the gains are over; the first one if left out.
        shares: of the energy of a whole that the chip may be, for Amdahl's bound.

    Raises:
        InputError: a baseline that was not compared, or a share outside 0..1.
    """
    baseline = result.names[0] if baseline is None else baseline
    if baseline not in result.names:
        raise InputError("page: baseline", baseline, f"must be one of {', '.join(result.names)}")
    platforms = [result.evaluations[name].deployed.platform for name in result.names]
    sources = {row.source for platform in platforms for row in platform.rows()} | {"google2025prompt"}
    sections = {
        "verdict": ("Verdict", _verdict(result)),
        "comparison": ("Comparison", _comparison(result)),
        "accuracy": ("Accuracy", _accuracy(result, sweeps)),
        "energy": ("Energy", _energy(result)),
        "standby": ("Standby and lifetime", _standby(result)),
        "uncertainty": ("What decides the uncertainty", _uncertainty(result)),
        "whole": ("What the gain is worth to the whole", _whole(result, baseline, shares)),
        "assumptions": ("Assumptions", [assumptions.tables(platforms), element("h3", "Decisions of the designers"),
                                        assumptions.decisions(platforms)]),
        "references": ("References", [assumptions.references(sources)]),
    }  # fmt: skip
    lead = element(
        "p", f"Every number behind this page, once, by card. {assumptions.RECALLED} marks a value that was not read in "
        "its source. Kinds, strongest first: measured, fit, simulated, projected, assumed.", class_="note")  # fmt: skip
    sections["assumptions"][1].insert(0, lead)
    return document(title, subtitle, sections, footer=_footer(result))


def _verdict(result: Comparison) -> list[Markup]:
    notes = [
        element(
            "li", element("b", "every chip" if len(names) == len(result.names) > 1 else ", ".join(names)), f": {line}"
        )
        for line, names in verdict.remarks(result).items()
    ]
    return [
        element("p", verdict.headline(result), class_="verdict"),
        *(element("p", line) for line in verdict.supporting(result)),
        details(f"{len(notes)} remarks that go with the figures", element("ul", *notes), open_=len(notes) <= 6),
    ]


def _cell(number: Figure | None) -> object:
    if number is None:
        return "not known"
    shown = units.show(number.value, number.unit)
    return shown if number.low == number.high else _ranged(shown, verdict.span(number))


def _ranged(value: str, span: str) -> Markup:
    return Markup(f"{escape(value)}<br>{element('small', span)}".replace("m^2", "m²"))


def _comparison(result: Comparison) -> list[Markup]:
    rows = []
    for name in result.names:
        accuracy, estimate = result.evaluations[name].accuracy, result.estimates[name]
        low, high = accuracy.interval
        share = f"{accuracy.mean:.2%}"
        scope = "" if estimate.scope == "chip" else Markup(f"<br>{element('small', f'{estimate.scope} scope')}")
        rows.append([
            Markup(f"{escape(name)}{scope}"),
            _ranged(share, f"{low:.2%} to {high:.2%}") if high - low > 5e-5 else share,
            _cell(estimate.energy), _cell(estimate.latency), _cell(estimate.energy_per_multiply), _cell(estimate.area),
            _cell(estimate.standby), _cell(estimate.write_energy),
            element("span", result.evaluations[name].deployed.platform.title, class_="what"),
        ])  # fmt: skip
    first = result.evaluations[result.names[0]].accuracy
    caption = (
        f"Accuracy: mean over programmed chips with its 95 % interval (float model {first.float_model:.2%}). Costs per "
        "inference: medians with 90 % intervals over the parameters' ranges."
    )
    headings = (
        "chip",
        "accuracy",
        "energy",
        "latency",
        "energy per MAC",
        "area",
        "standby",
        "store weights",
        "what it is",
    )
    return [table(caption, headings, rows, class_="wordy")]


def _numbers(caption: str, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> Markup:
    return details("The numbers", table(caption, headings, rows))


def _intervals(result: Comparison, key: str, title: str, heading: str) -> Markup:
    known = {name: result.estimates[name].figures()[key] for name in result.names}
    ranked = dict(sorted(known.items(), key=lambda item: item[1].value))
    told = "; ".join(f"{name} {number}" for name, number in ranked.items())
    plot = html(charts.intervals(ranked, heading), key)
    return figure(key, title, plot, f"Medians and 90 % intervals on a logarithmic axis: {told}.")


def _energy(result: Comparison) -> list[Markup]:
    content = [_intervals(result, "energy", "Energy per inference: median and 90 % interval", "energy per inference")]
    for by in ("component", "layer"):
        frame, names = charts.parts(result.estimates, by)
        largest = "; ".join(f"{chip} mostly {row.idxmax()} ({row.max():.0%})" for chip, row in frame.iterrows())
        rows = [[str(chip), *(f"{row[name]:.1%}" for name in names)] for chip, row in frame.iterrows()]
        content.append(
            figure(
                f"by-{by}", f"Where the energy goes, by {by}", html(charts.shares(frame), f"by-{by}"),
                f"Shares of the median energy by {by}: {largest}.",
                legend(("■", colour(place), name) for place, name in enumerate(names)),
                _numbers(f"Shares of the median energy by {by}", ("chip", *names), rows),
            )
        )  # fmt: skip
    return content


def _accuracy(result: Comparison, sweeps: Mapping[str, Mapping[str, pd.DataFrame]]) -> list[Markup]:
    accuracies = {name: result.evaluations[name].accuracy for name in result.names}
    rows = [
        [name, f"{a.float_model:.2%}", f"{a.quantised:.2%}", f"{a.nominal:.2%}", f"{a.mean:.2%}", f"{a.worst:.2%}",
         f"{100 * (a.quantised - a.mean):.2f}"]
        for name, a in accuracies.items()
    ]  # fmt: skip
    told = "; ".join(f"{name} {a.mean:.2%}, worst {a.worst:.2%}" for name, a in accuracies.items())
    headings = ("chip", "float", "integer", "nominal cells", "mean", "worst chip", "loss, points")
    content = [
        figure(
            "programmed", "Accuracy over programmed chips: a dot each; dotted line: integer network, exact products",
            html(charts.programmed(accuracies), "programmed"), f"Mean and worst programmed chip: {told}.",
            _numbers("Accuracy of programmed chips", headings, rows),
        )
    ]  # fmt: skip
    for axis in AXES:
        frames = sweeps.get(axis.name) or {}
        if frames:
            content.append(_sweep(frames, axis))
    if len(content) > 1:
        note = (
            "Each value uses the same draws of cells; converter ranges are calibrated again for each. A ring marks the "
        )
        content.insert(1, element("p", f"{note}value of the card.", class_="note"))
    return content


def _sweep(frames: Mapping[str, pd.DataFrame], axis: Axis) -> Markup:
    rows, told = [], []
    for name, frame in frames.items():
        for number, row in frame.iterrows():
            shown = f"{axis.show(float(str(number)))}{' (card)' if row['sourced'] else ''}"
            span = f"{row['accuracy_low']:.2%} to {row['accuracy_high']:.2%}"
            rows.append([name, shown, f"{row['accuracy']:.2%}", span, f"{row['loss_points']:.2f}"])
        told.append(f"{name} from {frame['accuracy'].iloc[0]:.1%} at {axis.show(float(frame.index[0]))} to "
                    f"{frame['accuracy'].iloc[-1]:.1%} at {axis.show(float(frame.index[-1]))}")  # fmt: skip
    losses = {name: value_at_loss(frame) for name, frame in frames.items()}
    crossed = [f"{name} loses one point at {axis.show(value)}" for name, value in losses.items() if value is not None]
    note = element("p", f"{'; '.join(crossed)}.", class_="note") if crossed else ""
    marks = ((mark(place)[1], colour(place), name) for place, name in enumerate(frames))
    return figure(
        f"against-{axis.name.replace('_', '-')}", f"Accuracy against {axis.label}",
        html(charts.sweep(frames, axis), f"against-{axis.name.replace('_', '-')}"),
        f"Accuracy against {axis.label}: {'; '.join(told)}.", legend(marks), note,
        _numbers(f"Accuracy against {axis.label}", (*_SWEPT[:1], axis.short, *_SWEPT[1:]), rows),
    )  # fmt: skip


def _standby(result: Comparison) -> list[Markup]:
    estimates = {name: result.estimates[name] for name in result.names}
    fastest = max(estimate.batch / estimate.latency.value for estimate in estimates.values())
    rates = np.geomspace(1e-3, fastest, 61)
    slow, often = (min(result.names, key=lambda n: estimates[n].standby.value + r * estimates[n].energy.value)
                   for r in (rates[0], 1.0))  # fmt: skip
    told = f"Lowest at one inference in a thousand seconds: {slow}; at one a second: {often}."
    rows = []
    for name in result.names:
        writes = lifetime.endurance(result.evaluations[name].deployed.platform, estimates[name].parameter_draws)
        ages: list[object] = ["does not wear out"] * len(UPDATES)
        survived: object = "no limit stated"
        if writes is not None:
            ages = [_age(lifetime.years(writes, per_day)) for _, per_day in UPDATES]
            survived = _ranged(_count(writes.value), f"{_count(writes.low)} to {_count(writes.high)}")
        rows.append([name, survived, _cell(estimates[name].write_energy),
                     _cell(estimates[name].write_time), *ages])  # fmt: skip
    caption = (
        "Life of the weight memory when all weights are rewritten once in the time given; no wear levelling or spares. "
        "Medians with 90 % intervals over the endurance's range."
    )
    return [
        _intervals(result, "standby", "Power while the weights are kept and nothing runs", "standby power"),
        figure(
            "average-power", "Average power against how often the chip is asked (medians)",
            html(charts.average_power(estimates, rates), "average-power"),
            f"Average power, standby plus rate times energy, against inferences per second. {told}",
            legend((mark(place)[1], colour(place), name) for place, name in enumerate(result.names)),
            element("p", f"{told} A line ends where the chip is busy all the time.", class_="note"),
        ),
        table(caption, ("chip", "writes a cell survives", "energy to store all", "time to store all",
                        *(f"updated once {often}" for often, _ in UPDATES)), rows),
    ]  # fmt: skip


def _count(number: float) -> str:
    return f"{number:.2g}".replace("e+0", "e").replace("e+", "e")


def _age(years: Figure) -> Markup:
    low, middle, high = (_span_of_time(number) for number in (years.low, years.value, years.high))
    return _ranged(middle, f"{low} to {high}" if low != high else low)


def _span_of_time(years: float) -> str:
    if years >= LONG:
        return f"over {LONG:.0f} years"
    days = years * lifetime.DAYS_PER_YEAR
    number, unit = (years, "years") if years >= 1 else (days, "days") if days >= 1 else (24.0 * days, "h")
    return f"{units.show(number, '1', 2)} {unit}"


def _uncertainty(result: Comparison) -> list[Markup]:
    lead = (
        "First-order Sobol indices of the logarithm of each figure: the share of its variance that would vanish if "
        "this one value were known. Estimated from the very draws behind the intervals, by bins; what they leave to "
        "100 % is interaction and noise."
    )
    if result.estimates[result.names[0]].parameter_draws.count < sensitivity.FEWEST_DRAWS:
        return [
            element("p", f"Not estimated: indices need at least {sensitivity.FEWEST_DRAWS} draws of the parameters.")
        ]
    content = [element("p", lead, class_="note")]
    for place, name in enumerate(result.names):
        platform, estimate = result.evaluations[name].deployed.platform, result.estimates[name]
        indices = {key: sensitivity.first_order_indices(platform, estimate, key)
                   for key in FIGURES if key in estimate.figures()}  # fmt: skip
        energy = indices["energy"]
        if energy.empty:
            content.append(element("p", element("b", name), ": no value that moves the energy has a range."))
            continue
        noise = float(energy["noise"].iloc[0])
        shown = energy[energy["index"] > noise].iloc[:MOST_ROWS]
        rows = [
            [_row_name(str(key)), bar(float(row["index"])),
             *(_index(indices.get(other), str(key)) for other in FIGURES[1:]), str(row["kind"]),
             Markup(element("a", row["source"], href=f"#{assumptions.anchor(str(row['source']))}")
                    + (assumptions.RECALLED if row["recalled"] else ""))]
            for key, row in shown.iterrows()
        ]  # fmt: skip
        top = f"{_plain(str(shown.index[0]))} ({shown['index'].iloc[0]:.0%})" if len(shown) else "no single value"
        rest = len(energy) - len(shown)
        caption = f"{rest} further values with a range are not shown; below {noise:.0%} an index is noise."
        summary = element("span", element("b", name), f": {top} weighs most in the energy's interval")
        headings = ("value", "energy", "latency", "area", "kind", "source")
        content.append(details(summary, table(caption, headings, rows), open_=place < 3))
    return content


def _plain(row_id: str) -> str:
    return row_id.rpartition("/")[2].replace("_", " ")


def _row_name(row_id: str) -> Markup:
    return Markup(f"{escape(_plain(row_id))}<br>{element('small', row_id.rpartition('/')[0])}")


def _index(frame: pd.DataFrame | None, row_id: str) -> str:
    if frame is None or row_id not in frame.index:
        return "no effect"
    index, noise = (float(frame[column].to_numpy()[frame.index.get_loc(row_id)]) for column in ("index", "noise"))
    return f"{index:.0%}" if index > noise else "noise"


def _whole(result: Comparison, baseline: str, shares: Sequence[float]) -> list[Markup]:
    part: dict[str, Figure] = {}
    refused: list[str] = []
    for name in result.names:
        try:
            if name != baseline:
                part[name] = result.energy_ratio(baseline, name)
        except ScopeError:
            refused.append(name)
    if not part:
        return [element("p", f"No chip stands beside {baseline} under the same scope: there is no gain to state.")]
    ranked = dict(sorted(part.items(), key=lambda item: -item[1].value))
    medians = {name: ratio.value for name, ratio in ranked.items()}
    whole = {share: {name: float(np.asarray(arithmetic.amdahl_gain(share, value))) for name, value in medians.items()}
             for share in shares}  # fmt: skip
    limits = ", ".join(f"{1 / (1 - share):.3g}× for {share:.0%}" for share in shares if share < 1)
    lead = (
        f"Gains in energy per inference over {baseline}. Where the chip is only a part f of what consumes energy, the "
        f"whole gains 1 / ((1 - f) + f / g), whatever the chip: at most {limits}. In a data centre the accelerator "
        f"takes {PROMPT_SHARE:.0%} of the energy of a text prompt (google2025prompt: its operator's own report)."
    )
    told = "; ".join(f"{name} {_times(value)} alone, {_times(whole[shares[0]][name])} as {shares[0]:.0%} of the whole"
                     for name, value in medians.items())  # fmt: skip
    rows = [[name, _ranged(_times(ratio.value), verdict.span(ratio)), *(_times(whole[f][name]) for f in shares)]
            for name, ratio in ranked.items()]  # fmt: skip
    names = ("the part alone", *(f"the whole, part {share:.0%}" for share in shares))
    left_out = (
        [element("p", f"Left out, as their scope differs: {', '.join(refused)}.", class_="note")] if refused else []
    )
    return [
        element("p", lead),
        *left_out,
        figure(
            "gains", f"Gain over {baseline}, and what is left of it in a whole (medians)",
            html(charts.gains(medians, whole), "gains"), f"Gains over {baseline}: {told}.",
            legend(("■", colour(place), name) for place, name in enumerate(names)),
            details("The numbers", table(f"Gains over {baseline}, 90 % intervals", ("chip", *names), rows), open_=True),
        ),
    ]  # fmt: skip


def _times(number: float) -> str:
    return f"{units.show(number, '1')}×"


def _footer(result: Comparison) -> Markup:
    record = result.evaluations[result.names[0]].provenance
    packages = ", ".join(f"{name} {version}" for name, version in record.versions.items())
    draws = result.estimates[result.names[0]].parameter_draws
    return element("p", f"Made by remanence. Seed {record.seed}; parameters: {draws.count} draws, seed {draws.seed}; "
                   f"kernels: {record.backend}; {packages}; first chip {record.fingerprint}.")  # fmt: skip
