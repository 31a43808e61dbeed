"""Figures for readers: units of the trade, the digits deserved, the true side of a threshold."""

import math
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zonecarbon import notation
from zonecarbon.errors import InputError
from zonecarbon.messages import Language

KINDS: tuple[notation.Kind, ...] = (
    "energy", "co2", "cumulative_co2", "value_added", "energy_intensity", "co2_intensity", "number",
)  # fmt: skip
LANGUAGES: tuple[Language, ...] = ("en", "zh")
FIGURES = st.floats(1e-5, 1e14) | st.floats(-1e14, -1e-5)


def read(text: str) -> Decimal:
    """Return what a reader reads."""
    return Decimal(text.replace(",", "").replace("−", "-").removesuffix("%"))


@pytest.mark.parametrize(
    ("kind", "value", "zh", "en"),
    [
        # 2020: 49.8 亿吨标准煤, 101.6 万亿元 (statistical communiqué); 吨 and 万 are powers of ten by definition
        ("energy", 4.98e9, "49.80 亿吨标准煤", "4,980 million tce"),
        ("value_added", 1.016e10, "101.6 万亿元", "101.6 trillion yuan"),
        ("energy", 9_999.0, "9999 吨标准煤", "9.999 thousand tce"),
        ("energy", 10_000.0, "1.000 万吨标准煤", "10.00 thousand tce"),
        ("co2", 1.07e10, "107 亿吨 CO₂", "10.7 Gt CO₂"),
        ("value_added", 25.0, "25.00 万元", "0.2500 million yuan"),
        ("co2", 0.0, "0 吨 CO₂", "0 t CO₂"),
    ],
)
def test_units_of_the_trade(kind: notation.Kind, value: float, zh: str, en: str) -> None:
    assert notation.amount(value, kind, "zh") == zh
    assert notation.amount(value, kind, "en") == en


@given(value=FIGURES, kind=st.sampled_from(KINDS), language=st.sampled_from(LANGUAGES))
def test_a_figure_has_the_digits_of_its_kind(value: float, kind: notation.Kind, language: Language) -> None:
    """The oracle is Decimal: rounding to so many significant digits."""
    scale = notation.scale_for(kind, value, language)
    inside = scale.of(value)
    if not 1e-6 <= abs(inside) < 1e15:
        return
    digits = notation.DIGITS[kind]
    exact = Decimal(inside)
    step = Decimal(1).scaleb(min(0, exact.adjusted() - digits + 1))  # whole units stay
    shown = read(notation.figure(value, kind, language))
    assert shown == exact.quantize(step, ROUND_HALF_EVEN)
    assert (scale.unit != "") == (kind != "number")


@given(limit=st.floats(0.01, 1e4), apart=st.floats(-1e-9, 1e-9), kind=st.sampled_from(KINDS))
def test_a_figure_stands_on_its_true_side_of_a_threshold(limit: float, apart: float, kind: notation.Kind) -> None:
    value = limit * (1.0 + apart)
    scale = notation.Scale(1.0, "")
    shown = float(read(notation.figure(value, kind, "en", scale, beside=limit)))
    equal = abs(value - limit) <= 1e-12 * max(value, limit)
    if equal:
        assert shown == pytest.approx(limit, rel=1e-2)
    else:
        assert (shown > limit) == (value > limit)


@given(value=st.floats(-0.99, 5.0), limit=st.sampled_from([0.04, 0.5, 0.135]))
def test_a_percentage_stands_on_its_true_side(value: float, limit: float) -> None:
    shown = float(read(notation.percent(value, beside=limit))) / 100
    if abs(value - limit) > 1e-11:
        assert (shown > limit) == (value > limit) or math.isclose(shown, limit, rel_tol=1e-9)


def test_one_scale_for_a_whole_column() -> None:
    values = np.array([3_000.0, np.nan, -25_000.0, np.inf])
    scale = notation.scale_for("energy", values, "zh")
    assert scale == notation.Scale(1e4, "万吨标准煤")
    np.testing.assert_array_equal(scale.of(values)[:1], [0.3])
    assert notation.figure(3_000.0, "energy", "zh", scale) == "0.3000"
    assert notation.scale_for("co2", [], "en").size == 1.0
    assert notation.scale_for("co2", np.nan, "zh").size == 1.0


@pytest.mark.parametrize("language", LANGUAGES)
def test_unknown_is_never_a_figure(language: Language) -> None:
    word = {"en": "unknown", "zh": "未知"}[language]
    nan = float("nan")
    assert notation.figure(nan, "co2", language) == word
    assert notation.amount(nan, "co2", language) == word
    assert notation.percent(nan, language) == word
    assert notation.probability(nan, language=language) == word
    assert notation.year(nan, language) == word


def test_signs_and_zeros() -> None:
    assert notation.figure(-0.0, "energy_intensity") == "0"
    assert notation.percent(-0.00001, signed=True) == "0.0%"
    assert notation.percent(0.031, signed=True) == "+3.1%"
    assert notation.figure(5.0, "number", signed=True) == "+5.000"
    assert notation.figure(math.inf, "co2") == "inf"


@given(p=st.floats(0.0, 1.0), error=st.floats(0.0, 0.1) | st.just(math.nan))
def test_a_probability_of_finite_draws_is_never_certain(p: float, error: float) -> None:
    text = notation.probability(p, error)
    assert text not in {"0%", "100%", "0.0%", "100.0%"}
    assert abs(float(text.strip("<>%")) - p * 100) <= 1.0


def test_kinds_are_refused_by_name() -> None:
    with pytest.raises(InputError, match="kind"):
        notation.scale_for("mass", 1.0)  # type: ignore[arg-type]
