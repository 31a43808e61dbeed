"""Figures as readers want them: the unit of their trade, the digits that the data deserve, their language.

Decided here: inside the library a figure has one unit (tce, tCO2, 10^4 yuan); a Chinese reader wants 万吨标准煤 and
亿元, an English one thousand tce and billion yuan. One ``Scale`` serves a whole chart or column, chosen by its largest
figure.

Digits: four significant ones of energy and value added, because standard coal coefficients are printed with four; three
of CO2 and of intensities, because emission factors and heat values are not known better. Whole units are never rounded
away, so that 1094 and 1229 beside a change of 135 add up wherever they stand. These are rules of this library. A figure
that is judged against a threshold gets more digits until it stands on its true side of it: 0.30004 is never printed as
0.300 beside a limit of 0.3. Files and data attributes keep all digits; this is for eyes.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from zonecarbon.errors import InputError
from zonecarbon.messages import Language

__all__ = ["DIGITS", "Kind", "Scale", "amount", "figure", "percent", "probability", "scale_for", "year", "year_spans"]

Kind: TypeAlias = Literal[
    "energy", "co2", "cumulative_co2", "value_added", "energy_intensity", "co2_intensity", "number"
]

DIGITS: Mapping[str, int] = {
    "energy": 4,
    "co2": 3,
    "cumulative_co2": 3,
    "value_added": 4,
    "energy_intensity": 3,
    "co2_intensity": 3,
    "number": 4,
}
"""Significant digits by kind; see the module for why."""

# From the smallest: size in the unit inside, and its name. A scale is used from half of its size on.
_CO2_ZH = ((1.0, "吨 CO₂"), (1e4, "万吨 CO₂"), (1e8, "亿吨 CO₂"))
_CO2_EN = ((1.0, "t CO₂"), (1e3, "kt CO₂"), (1e6, "Mt CO₂"), (1e9, "Gt CO₂"))
_SCALES: Mapping[tuple[str, str], tuple[tuple[float, str], ...]] = {
    ("energy", "zh"): ((1.0, "吨标准煤"), (1e4, "万吨标准煤"), (1e8, "亿吨标准煤")),
    ("energy", "en"): ((1.0, "tce"), (1e3, "thousand tce"), (1e6, "million tce")),
    ("co2", "zh"): _CO2_ZH,
    ("co2", "en"): _CO2_EN,
    ("cumulative_co2", "zh"): _CO2_ZH,
    ("cumulative_co2", "en"): _CO2_EN,
    ("value_added", "zh"): ((1.0, "万元"), (1e4, "亿元"), (1e8, "万亿元")),
    ("value_added", "en"): ((1e2, "million yuan"), (1e5, "billion yuan"), (1e8, "trillion yuan")),
    ("energy_intensity", "zh"): ((1.0, "吨标准煤/万元"),),
    ("energy_intensity", "en"): ((1.0, "tce per 10⁴ yuan"),),
    ("co2_intensity", "zh"): ((1.0, "吨 CO₂/万元"),),
    ("co2_intensity", "en"): ((1.0, "t CO₂ per 10⁴ yuan"),),
    ("number", "zh"): ((1.0, ""),),
    ("number", "en"): ((1.0, ""),),
}
_UNKNOWN = {"en": "unknown", "zh": "未知"}
_MINUS = "−"
_MOST = 17  # digits that tell any two floats apart
_EQUAL = 1e-12  # what counts as equal to a threshold (DESIGN 4.7)


@dataclass(frozen=True, slots=True)
class Scale:
    """A unit that a reader uses.

    Parameters
    ----------
    size
        How much of the unit inside (tce, tCO2, 10^4 yuan) one of it is.
    unit
        Its name in the reader's language; empty for plain numbers.
    """

    size: float
    unit: str

    def of(self, values: Any) -> Any:
        """Return figures in this unit, of any shape.

        Parameters
        ----------
        values
            In the unit inside.
        """
        return np.asarray(values, dtype=np.float64) / self.size if np.ndim(values) else float(values) / self.size


def scale_for(kind: Kind, values: Any, language: Language = "en") -> Scale:
    """Return the unit in which figures of a kind are read, chosen by the largest of them.

    Parameters
    ----------
    kind
        ``energy`` [tce], ``co2`` and ``cumulative_co2`` [tCO2], ``value_added`` [10^4 yuan], ``energy_intensity`` [tce
        per 10^4 yuan], ``co2_intensity`` [tCO2 per 10^4 yuan], ``number``.
    values
        A figure or an array in the unit inside; NaN does not count, and without any known figure the smallest unit is
        taken.
    language
        ``en`` or ``zh``.

    Raises
    ------
    InputError
        If there is no such kind.

    Examples
    --------
    >>> scale_for("energy", [25_000.0, 3_000.0], "zh")
    Scale(size=10000.0, unit='万吨标准煤')
    >>> scale_for("value_added", 3.2e6, "en").of(3.2e6)
    32.0
    """
    if (kind, language) not in _SCALES:
        raise InputError("option", name="kind", value=kind, known=", ".join(DIGITS))
    array = np.abs(np.asarray(values, dtype=np.float64)).reshape(-1)
    largest = float(np.max(array, initial=0.0, where=np.isfinite(array)))
    scales = _SCALES[kind, language]
    size, unit = next((scale for scale in reversed(scales) if largest >= scale[0]), scales[0])
    return Scale(size, unit)


def figure(
    value: float,
    kind: Kind = "number",
    language: Language = "en",
    scale: Scale | None = None,
    beside: float | None = None,
    signed: bool = False,
) -> str:
    """Return a figure without its unit, with the digits that its kind deserves.

    Parameters
    ----------
    value
        In the unit inside; NaN is ``unknown`` or ``未知``.
    kind, language
        As in :func:`scale_for`.
    scale
        The unit to print in; that of the figure itself if not given.
    beside
        A threshold in the unit inside: the figure gets more digits until it stands on its true side of it.
    signed
        Whether a plus sign is printed.

    Examples
    --------
    >>> figure(123_456.0, "energy", "zh"), figure(0.36165, "energy_intensity")
    ('12.35', '0.362')
    >>> figure(0.300_04, "energy_intensity", beside=0.3), figure(0.3, "energy_intensity", beside=0.3)
    ('0.30004', '0.300')
    >>> figure(float("nan"), "co2", "zh"), figure(-1234.0, "co2", scale=Scale(1.0, "t"))
    ('未知', '−1,234')
    """
    if math.isnan(value):
        return _UNKNOWN[language]
    scale = scale or scale_for(kind, value, language)
    limit = None if beside is None else beside / scale.size
    return _written(value / scale.size, DIGITS[kind], language, limit, signed)


def amount(value: float, kind: Kind, language: Language = "en", beside: float | None = None) -> str:
    """Return a figure with its unit.

    Parameters
    ----------
    value
        In the unit inside.
    kind
        Which decides on unit and digits.
    language
        ``en`` or ``zh``.
    beside
        A threshold that it is read beside: the figure gets digits until it is on its true side.

    Examples
    --------
    >>> amount(123_456.0, "energy", "zh"), amount(123_456.0, "energy", "en")
    ('12.35 万吨标准煤', '123.5 thousand tce')
    >>> amount(float("nan"), "co2", "en")
    'unknown'
    """
    if math.isnan(value):
        return _UNKNOWN[language]
    scale = scale_for(kind, value, language)
    return f"{figure(value, kind, language, scale, beside)} {scale.unit}".strip()


def percent(
    value: float, language: Language = "en", digits: int = 1, signed: bool = False, beside: float | None = None
) -> str:
    """Return a fraction as a percentage with ``digits`` after the point, more where a threshold asks for them.

    Parameters
    ----------
    value
        A fraction.
    language
        ``en`` or ``zh``.
    digits
        After the point.
    signed
        Whether an increase gets a plus.
    beside
        A threshold, a fraction, that it is read beside.

    Examples
    --------
    >>> percent(0.0412), percent(-0.0412, signed=True), percent(0.039_99, beside=0.04), percent(float("nan"), "zh")
    ('4.1%', '−4.1%', '3.999%', '未知')
    """
    if math.isnan(value):
        return _UNKNOWN[language]
    shown = value * 100
    for more in range(digits, _MOST):
        text = f"{shown:+,.{more}f}" if signed else f"{shown:,.{more}f}"
        if beside is None or _same_side(shown, float(text.replace(",", "")), beside * 100):
            break
    return _signs(_no_negative_zero(text)) + "%"


def probability(value: float, error: float = math.nan, language: Language = "en", draws: int | None = None) -> str:
    """Return a probability with no more digits than its standard error allows; never 0 % or 100 % of finite draws.

    Parameters
    ----------
    value
        A share of draws, 0 to 1; NaN is ``unknown`` or ``未知``.
    error
        Its standard error.
    language
        ``en`` or ``zh``.
    draws
        How many draws it was counted in: nothing nearer to 0 or 1 than 3 / draws is claimed. What never happened in n
        draws is rarer than 3 / n with 95 % confidence, the "rule of three" (Hanley and Lippman-Hand 1983, JAMA 249,
        doi:10.1001/jama.1983.03330370053031).

    Examples
    --------
    >>> probability(0.8342, 0.004), probability(0.8342, 0.0004), probability(0.0), probability(0.9999), probability(0.5)
    ('83%', '83.4%', '<1%', '>99%', '50%')
    >>> probability(1.0, 0.0), probability(1.0, 0.0, draws=40), probability(0.0, 0.0, draws=2000)
    ('>99.9%', '>92.5%', '<0.2%')
    """
    if math.isnan(value):
        return _UNKNOWN[language]
    digits = 1 if error < 0.001 else 0
    least = 10.0**-digits
    if draws is not None:  # rounded outward, in whole steps of what is printed
        least = min(100.0, max(least, math.ceil(round(300 / max(draws, 1) / least, 9)) * least))
    if value * 100 < least:
        return f"<{round(least, digits):g}%"
    if value * 100 > 100 - least:
        return f">{round(100 - least, digits):g}%"
    return f"{value * 100:.{digits}f}%"


def year(value: float, language: Language = "en") -> str:
    """Return a calendar year without separators.

    Parameters
    ----------
    value
        A calendar year; NaN is unknown.
    language
        ``en`` or ``zh``.

    Examples
    --------
    >>> year(2031.0), year(2031, "zh"), year(float("nan"))
    ('2031', '2031年', 'unknown')
    """
    if math.isnan(value):
        return _UNKNOWN[language]
    return f"{round(value)}年" if language == "zh" else f"{round(value)}"


def year_spans(years: Iterable[int], dash: str = "–") -> str:
    """Return rising years, those that follow each other as a span.

    Parameters
    ----------
    years
        In rising order.
    dash
        What stands between the first and the last year of a span.

    Returns
    -------
    str
        The years and spans, with commas.

    Examples
    --------
    >>> year_spans([2007, 2019, 2020]), year_spans([2020], "-")
    ('2007, 2019–2020', '2020')
    """
    runs: list[list[int]] = []
    for item in years:
        if runs and item == runs[-1][1] + 1:
            runs[-1][1] = item
        else:
            runs.append([item, item])
    return ", ".join(str(first) if first == last else f"{first}{dash}{last}" for first, last in runs)


def _written(value: float, digits: int, language: Language, limit: float | None, signed: bool) -> str:
    for more in range(digits, _MOST + 1):
        text = _significant(value, more, signed)
        if limit is None or _same_side(value, float(text.replace(",", "")), limit):
            break
    text = _no_negative_zero(text)
    return _signs(text if language == "en" else text.replace(",", ""))


def _significant(value: float, digits: int, signed: bool) -> str:
    """Return a number in digits, never as a power of ten unless it is too small or too large to read otherwise."""
    if not math.isfinite(value) or (value != 0 and not 1e-6 <= abs(value) < 1e15):
        return f"{value:+.{digits}g}" if signed else f"{value:.{digits}g}"
    rounded = float(f"{value:.{digits - 1}e}")
    places = 0 if rounded == 0 else max(0, digits - 1 - math.floor(math.log10(abs(rounded))))
    if places == 0:
        rounded = value  # whole units are kept
    return f"{rounded:+,.{places}f}" if signed else f"{rounded:,.{places}f}"


def _same_side(value: float, shown: float, limit: float) -> bool:
    return _side(value, limit) == _side(shown, limit)


def _side(value: float, limit: float) -> int:
    if abs(value - limit) <= _EQUAL * max(abs(value), abs(limit)):
        return 0
    return 1 if value > limit else -1


def _no_negative_zero(text: str) -> str:
    return text.lstrip("-+") if not text.strip("-+0.,") else text


def _signs(text: str) -> str:
    return text.replace("-", _MINUS) if not any(letter in text for letter in "en") else text
