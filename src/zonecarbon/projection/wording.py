"""An ensemble in words: the figures a planner asks for first, for all zones together."""

from typing import TYPE_CHECKING, Any

import numpy as np

from zonecarbon import messages
from zonecarbon.messages import Language, tonnes
from zonecarbon.records import Scenario

if TYPE_CHECKING:
    from zonecarbon.projection.result import Ensemble

_MARKS = (2030, 2035, 2040, 2050, 2060)
_BY = (2025, 2030, 2035, 2040)


def tell(ensemble: "Ensemble", language: Language) -> str:
    """Return what was projected, CO2 in some years, the peak, the targets, the budget, and what to know."""
    statistics = ensemble.statistics

    def say(code: str, **values: Any) -> str:
        return messages.render(code, values, language)

    title = ensemble.scenario.title_zh if language == "zh" else ensemble.scenario.title_en
    told = {"draws": ensemble.draws, "sampling": ensemble.sampling, "seed": ensemble.seed}
    span = {"first": ensemble.base_year, "last": ensemble.until, "zones": len(ensemble.zones)}
    lines = [say("note.project_head", scenario=title or ensemble.scenario.name, **span, **told)]
    if "co2" in ensemble.indicators:
        share = f"{ensemble.levels[-1] - ensemble.levels[0]:.0%}"
        lines.append(say("note.project_co2", share=share, rows="; ".join(_years(ensemble, language))))
    lines += [_peak(ensemble, language), *_peak_by(ensemble, language)]
    for number, goal in enumerate(ensemble.goals):
        if goal.reason is not None:
            lines.append(say("note.project_goal", target=goal.target.id, reason=goal.reason.text(language)))
        else:
            chance = chance_of(
                statistics.flags[-1, number], statistics.flag_error[-1, number], ensemble.draws, language
            )
            lines.append(say("note.project_target", target=goal.target.id, year=goal.year, p=chance))
    if "" in ensemble.budgets:
        chance = chance_of(statistics.flags[-1, -1], statistics.flag_error[-1, -1], ensemble.draws, language)
        lines.append(say("note.project_budget", budget=tonnes(ensemble.budgets[""], language), p=chance))
    lines.append(conditional(ensemble.scenario, language))
    return "\n".join([*lines, *(problem.text(language) for problem in ensemble.warnings)])


def conditional(scenario: Scenario, language: Language) -> str:
    """Return that the probabilities are those of a scenario, and how much of it is assumed."""
    paths = [path for _, path in scenario.drivers()]
    for own in (*scenario.zones.values(), *scenario.sectors.values()):
        paths += [path for _, path in own if path is not None]
    told = [status for path in paths for status in (path.status, *(one.status for one in path.uncertainty))]
    assumed = told.count("assumption")
    title = scenario.title_zh if language == "zh" else scenario.title_en
    values = {"scenario": title or scenario.name, "assumed": assumed, "told": len(told)}
    why = messages.render("note.assumed", {}, language) if assumed else ""  # spreads of one's own, too
    return messages.render("note.conditional", values, language) + why


def _years(ensemble: "Ensemble", language: Language) -> list[str]:
    """Return median and range of CO2 in some years."""
    levels = (ensemble.levels[0], 0.5, ensemble.levels[-1])
    low, middle, high = (ensemble.quantile(float(level), "co2", "") for level in levels)
    marks = [year for year in _MARKS if ensemble.base_year < year < ensemble.until]
    words = []
    for year in (ensemble.base_year, *marks, ensemble.until):
        at = int(np.flatnonzero(ensemble.years == year)[0])
        text = f"{year}: {tonnes(middle[at], language)}"
        if year > ensemble.base_year:
            text += f" ({tonnes(low[at], language)} - {tonnes(high[at], language)})"
        words.append(text)
    return words


def _peak(ensemble: "Ensemble", language: Language) -> str:
    by = ensemble.statistics.peak[-1]
    if np.isnan(by[-1]):
        return messages.render("note.project_peak_unknown", {}, language)
    years = [ensemble.peak_year(float(level)) for level in (ensemble.levels[0], 0.5, ensemble.levels[-1])]
    low, median, high = (f"{year:.0f}" if not np.isnan(year) else f">{ensemble.until - 1}" for year in years)
    within = chance_of(by[-2], ensemble.statistics.peak_error[-1, -2], ensemble.draws, language)
    told = {"median": median, "low": low, "high": high, "within": within, "last": ensemble.until}
    told["value"] = tonnes(float(ensemble.peak_value()), language)
    return messages.render("note.project_peak", told, language)


def _peak_by(ensemble: "Ensemble", language: Language) -> list[str]:
    """Return the probability that the peak has come by the years that plans speak of, where draws tell one."""
    years = [year for year in _BY if ensemble.base_year < year < ensemble.until]
    if not years or ensemble.draws == 1 or np.isnan(ensemble.peak_probability(years[0])):
        return []
    told = []
    for year in years:
        value, error = float(ensemble.peak_probability(year)), float(ensemble.peak_probability_error(year))
        told.append(f"{year} {chance_of(value, error, ensemble.draws, language)}")
    between = "; " if language == "en" else "；"
    return [messages.render("note.project_peak_by", {"rows": between.join(told)}, language)]


def chance_of(value: float, error: float, draws: int, language: Language) -> str:
    """Return a probability with its standard error; what holds in every draw, or in none, is said so."""
    if np.isnan(value):
        return "?"
    if draws == 1:
        return messages.render("note.certain" if value else "note.certain_not", {}, language)
    if value in {0.0, 1.0}:
        return messages.render("note.all_draws" if value else "note.no_draw", {"n": draws}, language)
    return f"{value:.1%}" + (f" ± {error:.1%}" if error >= 0.0005 else "")
