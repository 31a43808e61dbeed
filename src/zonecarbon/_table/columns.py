"""What a column of a result holds: its kind, its unit, and what it is in a line.

Decided here: a column that means the same in several results is described once, by its name. The unit is that of the
numbers as they stand; where rows differ in it, the table has a column ``unit`` and the number's own is empty. Texts are
English, like the names: they are read by programmers, in the JSON Schema.
"""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["text", "number", "whole", "flag", "any"]


class Column(NamedTuple):
    """A column: what stands in it, the unit of its numbers (empty: none, or said in the row), and what it is."""

    kind: Kind
    about: str
    unit: str = ""


def _text(about: str) -> Column:
    return Column("text", about)


_WORDS: Mapping[str, Column] = {
    "zone": _text("name of the zone; empty: all together"),
    "sector": _text("industry; empty where energy is not split"),
    "carrier": _text("id of the energy carrier; empty for process CO2"),
    "use": _text("final, transformation_in, transformation_out, feedstock or export"),
    "supply": _text("how electricity or heat is supplied"),
    "scope": _text("1, 2, unsplit (a reported total), or empty (feedstock, media)"),
    "product": _text("product of a process; empty for energy"),
    "year": Column("whole", "calendar year"),
    "base_year": Column("whole", "calendar year that a rate or change starts from"),
    "quantity": Column("number", "amount, in the unit of the row"),
    "unit": _text("unit of the numbers of the row"),
    "energy_tce": Column("number", "comprehensive energy", "tce"),
    "co2_t": Column("number", "fossil and process CO2", "tCO2"),
    "value_added": Column("number", "industrial value added at the price year of the activity", "10^4 CNY"),
    "coefficient": Column("number", "standard coal of one unit of the quantity [tce per unit]"),
    "coefficient_source": _text("the row behind the coefficient"),
    "factor_source": _text("the rows behind the CO2 factor"),
    "rows": _text("the rows of the user's file"),
    "target": _text("id of the target, set:name"),
    "value": Column("number", "the figure, in the unit of the row"),
    "operator": _text("how value and threshold are compared"),
    "threshold": Column("number", "the limit, in the unit of the row"),
    "verdict": _text("met, missed or unknown"),
    "margin": Column("number", "how far from the limit, positive is better, in the unit of the row"),
    "required_rate": Column("number", "reduction still needed a year as a fraction; 0 if met", "1/a"),
    "lower": Column("number", "lower bound where zones are unknown, in the unit of the row"),
    "upper": Column("number", "upper bound where zones are unknown, in the unit of the row"),
    "reason": _text("why something is not known, a sentence; empty: nothing to say"),
    "judged": Column("flag", "whether the target has a rule that is applied"),
    "compared": Column("number", "what was compared with the limit, rounded if asked, in the unit of the row"),
    "status": _text("how it stands"),
    "factor": _text("name of the factor"),
    "start": Column("any", "year in which the period begins"),
    "end": Column("any", "year in which the period ends"),
    "effect": Column("number", "what the factor did to the value, in the unit of the row"),
    "co2_change": Column("number", "change relative to the start of the period, a fraction", "1"),
    "value_added_change": Column("number", "change relative to the start of the period, a fraction", "1"),
    "elasticity": Column("number", "relative change of CO2 over that of value added", "1"),
    "state": _text("state of decoupling, in words"),
    "indicator": _text("what the figure is of"),
    "statistic": _text("which statistic the figure is"),
    "standard_error": Column("number", "standard error of the figure, in its unit"),
    "peak_year": Column("number", "year of the first maximum", "a"),
    "peak_value": Column("number", "value of the first maximum"),
    "years_since": Column("number", "last year with data minus the peak year", "a"),
    "p_value": Column("number", "two-sided p of the trend test", "1"),
    "s": Column("number", "rising pairs minus falling pairs", "1"),
    "variance": Column("number", "variance of s given the ties", "1"),
    "z": Column("number", "normal deviate of s", "1"),
    "slope": Column("number", "Theil-Sen slope [unit of the values per year]"),
    "probability": Column("number", "probability, a fraction", "1"),
    "driver": _text("the driver of the scenario"),
    "name": _text("name"),
    "title_en": _text("title, English"),
    "title_zh": _text("title, Chinese"),
    "note_en": _text("what a reader must know, English"),
    "note_zh": _text("what a reader must know, Chinese"),
    "source_id": _text("id of the source"),
    "note": _text("remark"),
}


def described(*names: str, **own: Column) -> dict[str, Column]:
    """Return columns by name, in order: those that mean the same everywhere, and those of one result alone.

    Examples
    --------
    >>> described("zone", "rank", rank=Column("whole", "place in the list"))["rank"].about
    'place in the list'
    """
    return {name: own[name] if name in own else _WORDS[name] for name in names}


_JSON: Mapping[str, Any] = {
    "text": {"type": "string"},
    "number": {"type": ["number", "null"]},
    "whole": {"type": ["integer", "null"]},
    "flag": {"type": "boolean"},
    "any": {},
}


def json_columns(columns: Mapping[str, Column]) -> dict[str, Any]:
    """Return the JSON Schema of a row; NaN comes as null."""
    rows = {}
    for name, column in columns.items():
        rows[name] = {**_JSON[column.kind], "description": column.about}
        if column.unit:
            rows[name]["unit"] = column.unit
    return {"type": "object", "properties": rows, "required": list(rows)}
