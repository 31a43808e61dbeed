"""The drop-downs of the template: carriers, the units that fit each, provinces, uses, supplies, price years.

Decided here: a drop-down offers the usual words and warns about others, but takes them, because every spelling of the
vocabulary is read. Only what can be nothing else is refused: a year that is none, a negative quantity. The words stand
on a hidden sheet, which is not read; the units offered depend on the carrier in the same row.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from zonecarbon.messages import Language
from zonecarbon.records.cells import FIRST_YEAR, LAST_YEAR
from zonecarbon.vocabulary import SUPPLIES, USES, Carrier, carriers, indicators, provinces, word_of

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.datavalidation import DataValidation

LISTS = "lists"
LAST_ROW = 10_001
# Carriers that zones usually have come first.
USUAL = (
    "electricity", "natural_gas", "raw_coal", "diesel", "gasoline", "heat", "coke", "lng", "lpg", "fuel_oil",
    "biomass_fuel", "other_energy",
)  # fmt: skip
_PRICE_YEARS = (2020, 2025, 2015, 2010)
_UNITS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "fuel_t": (("t", "10^4 t", "tce", "10^4 tce", "GJ"), ("吨", "万吨", "吨标准煤", "万吨标准煤", "吉焦")),
    "fuel_m3": (
        ("10^4 m3", "10^8 m3", "m3", "tce", "10^4 tce", "GJ"),
        ("万立方米", "亿立方米", "立方米", "吨标准煤", "万吨标准煤", "吉焦"),
    ),
    "fuel_GJ": (("tce", "10^4 tce", "GJ"), ("吨标准煤", "万吨标准煤", "吉焦")),
    "electricity_MWh": (("10^4 kWh", "10^8 kWh", "MWh", "kWh"), ("万千瓦时", "亿千瓦时", "兆瓦时", "千瓦时")),
    "heat_GJ": (("GJ", "10^4 GJ", "tce", "10^4 tce"), ("百万千焦", "吉焦", "吨标准煤", "万吨标准煤")),
    "heat_t": (("t", "10^4 t"), ("吨", "万吨")),
    "energy_medium_t": (("t", "10^4 t"), ("吨", "万吨")),
    "energy_medium_m3": (("m3", "10^4 m3"), ("立方米", "万立方米")),
}
_LISTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "money": (("10^8 CNY", "10^4 CNY"), ("亿元", "万元")),
    "mass": (("t", "10^4 t"), ("吨", "万吨")),
    "ncv_unit": (("GJ/t", "MJ/kg", "kJ/kg", "kcal/kg", "GJ/10^4 m3", "kJ/m3", "kcal/m3"),) * 2,
    "indicator_unit": (
        ("tce", "10^4 tce", "tCO2", "10^4 tCO2", "tce/10^4 CNY", "tCO2/10^4 CNY", "%"),
        ("吨标准煤", "万吨标准煤", "吨二氧化碳", "万吨二氧化碳", "吨标准煤/万元", "吨二氧化碳/万元", "%"),
    ),
}


def group_of_units(carrier: Carrier) -> str:
    """Return the name of the list of units that fit a carrier."""
    return f"{carrier.kind}_{carrier.unit}"


def ordered_carriers() -> list[Carrier]:
    """Return the carriers, the usual ones first."""
    known = carriers()
    return [*(known[name] for name in USUAL), *(item for name, item in known.items() if name not in USUAL)]


def word_lists(language: Language) -> dict[str, Sequence[str | int]]:
    """Return the words of every drop-down by its name."""
    at = 0 if language == "en" else 1
    found: dict[str, Sequence[str | int]] = {
        "carrier": [item.name(language) for item in ordered_carriers()],
        "group": [f"list_units_{group_of_units(item)}" for item in ordered_carriers()],
        "province": [item.name(language) for item in provinces().values()],
        "use": [word_of(word, language) for word in USES],
        "supply": [word_of(word, language) for word in SUPPLIES],
        "basis": [word_of(word, language) for word in ("calorific", "equivalent")],
        "indicator": [item.id if language == "en" else item.name_zh for item in indicators().values()],
        "price_year": [*_PRICE_YEARS, "nominal" if language == "en" else "现价"],
    }
    found |= {f"units_{name}": words[at] for name, words in _UNITS.items()}
    return found | {name: words[at] for name, words in _LISTS.items()}


def add_lists(book: "Workbook", language: Language) -> None:
    """Add the hidden sheet of words, each list with a name by which formulas know it."""
    from openpyxl.utils import get_column_letter
    from openpyxl.workbook.defined_name import DefinedName

    sheet = book.create_sheet(LISTS)
    sheet.sheet_state = "hidden"
    for column, (name, words) in enumerate(word_lists(language).items(), start=1):
        sheet.cell(1, column, name)
        for row, word in enumerate(words, start=2):
            sheet.cell(row, column, word)
        letter = get_column_letter(column)
        place = f"'{LISTS}'!${letter}$2:${letter}${len(words) + 1}"
        book.defined_names[f"list_{name}"] = DefinedName(f"list_{name}", attr_text=place)


def list_of(name: str) -> "DataValidation":
    """Return a drop-down of a list."""
    return _drop_down(f"list_{name}")


def units_that_fit(carrier_column: str) -> "DataValidation":
    """Return a drop-down of the units that fit the carrier in the same row."""
    return _drop_down(f"INDIRECT(INDEX(list_group,MATCH(${carrier_column}2,list_carrier,0)))")


def zones_named(sheet: str, column: str) -> "DataValidation":
    """Return a drop-down of the zones named on another sheet."""
    cells = f"'{sheet}'!${column}$2:${column}${LAST_ROW}"
    return _drop_down(f"OFFSET('{sheet}'!${column}$2,0,0,MAX(1,COUNTA({cells})),1)")


def _drop_down(formula: str) -> "DataValidation":
    from openpyxl.worksheet.datavalidation import DataValidation

    return DataValidation(type="list", formula1=formula, allow_blank=True, errorStyle="warning",
                          showErrorMessage=True)  # fmt: skip


def years() -> "DataValidation":
    """Return a check for calendar years."""
    from openpyxl.worksheet.datavalidation import DataValidation

    return DataValidation(type="whole", operator="between", formula1=str(FIRST_YEAR), formula2=str(LAST_YEAR),
                          allow_blank=True, showErrorMessage=True)  # fmt: skip


def not_negative() -> "DataValidation":
    """Return a check for figures that are not negative."""
    from openpyxl.worksheet.datavalidation import DataValidation

    return DataValidation(type="decimal", operator="greaterThanOrEqual", formula1="0", allow_blank=True,
                          showErrorMessage=True)  # fmt: skip
