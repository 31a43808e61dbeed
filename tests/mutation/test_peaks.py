"""What changes of the peaks no other test noticed: ends of ranges, lists of zones, labels, plateaus at their edge."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from inspect import signature
from pathlib import Path
from typing import Any, get_overloads

import numpy as np
import pint
import pytest

import zonecarbon as zc
from zonecarbon.peaks import doubts

NAN = math.nan
FALL = [9.0, 10.0, 8.0, 7.0, 6.0, 5.0, 4.0]  # the least that is significant: five years, each below the one before
YEARS = list(range(2013, 2020))
LONGEST = 200  # values of an exact test, as the documentation promises


def told(found: zc.Peaks, code: str) -> list[str]:
    return [problem.text("en") for problem in found.warnings if problem.code == code]


def accounted(
    folder: Path, grid: Sequence[float], zones: Mapping[str, Any], flows: Sequence[Any] = ("electricity",)
) -> zc.Account:
    """Return the account of zones (flow, year) from 2015 on, with the grid factor [kgCO2/kWh] of each year."""
    rows = [f"provincial_average,江苏,{2015 + i},,{factor},kgCO2/kWh,own" for i, factor in enumerate(grid)]
    table = folder / "grid.csv"
    head = "kind,region_id,data_year,reporting_year,value,unit,source_id"
    table.write_text("\n".join([head, *rows]), encoding="utf-8")
    years = range(2015, 2015 + len(grid))
    quantities, names = list(zones.values()), list(zones)
    activity = zc.Activity.from_arrays(quantities, flows=flows, zones=names, years=years, provinces="江苏")
    return zc.account(activity, factors=table)


def as_fields(result: Any) -> dict[str, Any]:
    """Return what a result is made of."""
    return {field.name: getattr(result, field.name) for field in fields(result)}


class TestParameters:
    """Each end of a range is in or out of it, as the message says."""

    @pytest.mark.parametrize(
        "given",
        [
            {"alpha": math.nextafter(0.0, 1.0)}, {"alpha": math.nextafter(1.0, 0.0)}, {"minimum_tail": 1},
            {"plateau_tolerance": 0}, {"plateau_tolerance": math.nextafter(1.0, 0.0)}, {"dips": ()},
            {"dips": (np.int64(2015),)}, {"method": "exact"}, {"method": "normal"}, {"minimum_tail": np.int64(5)},
        ],
    )  # fmt: skip
    def test_inside(self, given: dict[str, Any]) -> None:
        assert zc.find_peaks(FALL, years=YEARS, **given).peak_year.tolist() == [2014.0]

    @pytest.mark.parametrize(
        "given",
        [
            {"alpha": 0.0}, {"alpha": 1.0}, {"alpha": NAN}, {"alpha": True}, {"alpha": "0.05"}, {"minimum_tail": 0},
            {"minimum_tail": 5.0}, {"minimum_tail": True}, {"plateau_tolerance": math.nextafter(0.0, -1.0)},
            {"plateau_tolerance": 1.0}, {"plateau_tolerance": False}, {"dips": 2020}, {"dips": (2020.0,)},
            {"dips": (True,)}, {"method": "best"}, {"what": "steam"},
        ],
    )  # fmt: skip
    def test_outside(self, given: dict[str, Any]) -> None:
        with pytest.raises(zc.InputError, match=next(iter(given))) as caught:
            zc.find_peaks(FALL, years=YEARS, **given)
        assert len(caught.value.problems) == 1

    def test_the_defaults_that_editors_show_are_those_that_hold(self) -> None:
        """They read the overload of values and accounts; that of ensembles has no parameters."""
        shown = signature(get_overloads(zc.find_peaks)[1]).parameters
        holding = signature(zc.find_peaks).parameters
        assert {name: one.default for name, one in shown.items()} == {n: one.default for n, one in holding.items()}

    def test_the_level_of_the_test_is_itself_significant(self) -> None:
        """Five falling years have p = 2/5! exactly."""
        p = 2.0 / math.factorial(5)
        for alpha, status in ((p, "peaked"), (math.nextafter(p, 0.0), "plateau")):
            found = zc.find_peaks(FALL, years=YEARS, alpha=alpha)
            assert (found.status.tolist(), found.p_value.tolist()) == ([status], [pytest.approx(p, rel=1e-15)])

    @pytest.mark.parametrize(("tail", "status"), [(4, "insufficient"), (5, "peaked")])
    def test_the_length_of_the_tail(self, tail: int, status: str) -> None:
        series = FALL[: 2 + tail]
        assert zc.find_peaks(series, minimum_tail=5).status.tolist() == [status]
        assert zc.find_peaks(series, minimum_tail=tail + 1).status.tolist() == ["insufficient"]


class TestColumns:
    """Where the peak is, how high and how wide."""

    def test_the_edge_of_a_plateau_belongs_to_it(self) -> None:
        """Within an eighth below the peak (exact in binary): the year at the floor counts, the one below ends it."""
        series = [[1.0, 7.0, 7.5, 8.0, 7.0, math.nextafter(7.0, 0.0), 8.0]]
        found = zc.find_peaks(series, years=YEARS, plateau_tolerance=0.125)
        row = found.of(0)
        assert (row["plateau_start"], row["plateau_end"], row["plateau_width"]) == (2014, 2017, 4)
        assert (row["peak_year"], row["peak_value"], row["years_since"]) == (2016, 8.0, 3)

    def test_below_zero_the_tolerance_is_of_the_size(self) -> None:
        found = zc.find_peaks([-10.0, -8.0, -9.0, -9.1], years=range(2000, 2004), plateau_tolerance=0.125).of(0)
        assert (found["plateau_start"], found["plateau_end"], found["plateau_width"]) == (2001, 2002, 2)

    def test_the_first_of_equal_years_is_the_peak(self) -> None:
        found = zc.find_peaks([1.0, 5.0, 5.0, 5.0], years=range(2000, 2004))
        assert (found.peak_year.tolist(), found.plateau_width.tolist()) == ([2001.0], [3.0])

    def test_slope_and_statistic_are_of_the_years_after_the_peak(self) -> None:
        """The slope is per calendar year; without being asked for there is none."""
        years = [2000, 2001, 2003, 2005, 2007, 2009, 2011]
        found = zc.find_peaks([FALL, FALL[::-1]], years=years, slope=True)
        np.testing.assert_allclose(found.slope, [-0.5, NAN])
        np.testing.assert_array_equal(found.statistic, [-10.0, NAN])
        assert np.isnan(zc.find_peaks([FALL], years=years).slope).all()

    def test_tails_of_each_length_have_their_own_statistic(self) -> None:
        series = [[9, 8, 7, 6, 5, 4, 3], [9, 10, 8, 7, 6, 5, 4], [9, 1, 2, 3, 4, 5, 6], [9, 5, 5, 5, 5, 5, 5]]
        found = zc.find_peaks(series, years=YEARS, dips=(), slope=True)
        assert found.statistic.tolist() == [-15.0, -10.0, 15.0, 0.0]
        assert found.slope.tolist() == [-1.0, -1.0, 1.0, 0.0]
        assert found.status.tolist() == ["peaked", "peaked", "rising", "plateau"]

    def test_reasons_are_those_of_each_zone(self) -> None:
        series = [
            [9.0, 1.0, 2.0, 3.0], [1.0, 9.0, 2.0, 3.0], [NAN, 9.0, NAN, 3.0], [NAN] * 4, [1.0, NAN, NAN, 3.0],
            [1.0, 2.0, 3.0, 4.0],
        ]  # fmt: skip
        found = zc.find_peaks(series, years=range(2000, 2004))
        assert found.status.tolist() == ["insufficient"] * 5 + ["rising"]
        reasons = [dict(found.reasons[at].values) if at >= 0 else None for at in found.reason.tolist()]
        assert reasons == [
            {"tail": 3, "minimum": 5}, {"tail": 2, "minimum": 5}, {"count": 2, "n": 4, "year": 2000},
            {"count": 4, "n": 4, "year": 2000}, {"count": 2, "n": 4, "year": 2001}, None,
        ]  # fmt: skip

    def test_a_reason_may_lie_in_the_last_year(self) -> None:
        found = zc.find_peaks([1.0, 2.0, NAN], years=range(2000, 2003))
        assert found.of(0)["reason"] == "1 of 3 years are not known, the first is 2002"

    def test_texts_are_those_of_python(self) -> None:
        """A host that looks at types, as a database does, knows no texts of numpy."""
        columns = zc.find_peaks([FALL, [NAN] * 7], years=YEARS, zones=["A", "B"]).columns()
        for name in ("zone", "status", "reason", "notes"):
            assert [type(text) for text in columns[name]] == [str, str], name

    def test_plain_numbers_have_no_unit(self) -> None:
        """Neither has their slope: a unit of "/a" would be one of nothing."""
        assert {"peak_value", "slope"} & set(zc.find_peaks(FALL).units()) == set()

    def test_counts_and_names(self) -> None:
        found = zc.find_peaks([FALL, FALL, [*FALL[:-1], NAN]], years=YEARS, zones=["A", "B", "C"])
        assert found.counts == {"peaked": 2, "plateau": 0, "rising": 0, "insufficient": 1}
        assert found.of("B")["zone"] == "B"
        assert found.of(1) == found.of("B")
        assert found.of("C")["peak_year"] is None
        for unknown in ("D", 3, -1):
            with pytest.raises(zc.InputError, match=re.escape(f"got {unknown!r}, there are A, B, C")):
                found.of(unknown)


class TestDips:
    """The status without the years in which a fall may pass."""

    def test_who_changes_is_told_by_name_and_five_at_most(self) -> None:
        """2019 out of the tail leaves four years, which are too few to be tested."""
        series = [FALL] * 7 + [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]]
        names = [f"Z{i}" for i in range(8)]
        found = zc.find_peaks(series, years=YEARS, zones=names, dips=(2017,))
        assert found.notes.tolist() == ["peak.dip"] * 7 + [""]
        (text,) = told(found, "peak.dip")
        assert [name for name in names if f"{name} (peaked -> insufficient)" in text] == names[:5]
        (bare,) = told(zc.find_peaks(series, years=YEARS, dips=(2017,)), "peak.dip")
        assert "#1 (peaked" in bare
        assert "#5 (peaked" in bare
        assert "#6" not in bare

    @pytest.mark.parametrize("dips", [(), (2020, 2022), tuple(YEARS)])
    def test_years_that_are_not_there_and_all_years(self, dips: tuple[int, ...]) -> None:
        assert zc.find_peaks(FALL, years=YEARS, dips=dips).warnings == ()

    def test_which_years_were_left_out(self) -> None:
        (text,) = told(zc.find_peaks(FALL, years=YEARS, dips=(2016, 2017, 2030)), "peak.dip")
        assert "2016, 2017" in text
        assert "2030" not in text

    def test_a_maximum_in_the_first_year_is_doubted_like_any_other(self) -> None:
        found = zc.find_peaks([10.0, 9.0, 8.0, 7.0, 6.0, 5.0], years=range(2015, 2021))
        assert (found.status.tolist(), found.notes.tolist()) == (["peaked"], ["peak.dip"])

    def test_the_years_that_are_left_are_judged_by_the_rule_that_was_given(self) -> None:
        """Without 2017 four years fall, which has p = 2/4! = 0.083: too few by default, a peak by this rule."""
        found = zc.find_peaks(FALL, years=YEARS, dips=(2017,), minimum_tail=4, alpha=0.1)
        assert (found.status.tolist(), found.warnings) == (["peaked"], ())

    def test_an_unknown_year_is_not_made_known_by_leaving_it_out(self) -> None:
        found = zc.find_peaks([*FALL[:3], NAN, *FALL[3:]], years=range(2013, 2021), dips=(2016,))
        assert (found.status.tolist(), found.notes.tolist()) == (["insufficient"], [""])


class TestGrid:
    """The fall that is gone where every year has the grid factor of the peak year."""

    def test_two_doubts_about_one_zone_are_both_kept(self, tmp_path: Path) -> None:
        """The same power every year: the grid alone makes five falling years, of which 2020 may be a passing one."""
        found = zc.find_peaks(accounted(tmp_path, [0.8, 0.75, 0.7, 0.65, 0.6, 0.55], {"A": [[100.0] * 6]}))
        assert found.status.tolist() == ["peaked"]
        assert found.notes.tolist() == ["peak.grid_only, peak.dip"]
        assert [problem.code for problem in found.warnings] == ["peak.grid_only", "peak.dip"]

    def test_what_is_looked_at_is_the_last_year(self, tmp_path: Path) -> None:
        """80, 82.5, 77 t: the peak is both the second year and the last but one; at its factor 75, 82.5, 82.5."""
        found = zc.find_peaks(accounted(tmp_path, [0.8, 0.75, 0.7], {"A": [[100.0, 110.0, 110.0]]}))
        assert found.peak_year.tolist() == [2016.0]
        (text,) = told(found, "peak.grid_only")
        assert "A (insufficient -6.7% -> insufficient +0.0%)" in text

    def test_a_factor_that_falls_only_once_is_enough(self, tmp_path: Path) -> None:
        found = zc.find_peaks(accounted(tmp_path, [0.8, 0.8, 0.7], {"A": [[100.0] * 3]}))
        assert found.notes.tolist() == ["peak.grid_only"]

    def test_rounding_is_no_fall_at_the_factors_of_the_peak_year(self, tmp_path: Path) -> None:
        """0.1 + 0.2 is a little more than 0.3."""
        power = [1e6 * (0.1 + 0.2), 1e6 * 0.2, 1e6 * 0.3]
        assert power[0] > power[2]
        found = zc.find_peaks(accounted(tmp_path, [0.8, 0.75, 0.7], {"A": [power]}))
        assert found.notes.tolist() == ["peak.grid_only"]

    @pytest.mark.parametrize("size", [1.0, 1e-6, 1e6])
    def test_rounding_is_no_fall_that_could_be_the_grids(self, tmp_path: Path, size: float) -> None:
        """A zone without power has nothing from the grid, however it adds up its coke."""
        coke = [size * (0.1 + 0.2), size * 0.2, size * 0.3]
        assert coke[0] > coke[2]
        whole = accounted(tmp_path, [0.8, 0.75, 0.7], {"A": [[0.0] * 3, coke]}, ["electricity", "coke"])
        found = zc.find_peaks(whole)
        assert (found.peak_year.tolist(), found.warnings) == ([2015.0], ())

    def test_a_small_fall_of_the_zone_itself_is_its_own(self, tmp_path: Path) -> None:
        """A part in a thousand million is more than rounding, at large figures and at small ones."""
        less = 1.0 - 1e-9
        zones = {"large": [[1e6, 1e5, 1e6 * less]], "small": [[1e-3, 1e-4, 1e-3 * less]]}
        assert zc.find_peaks(accounted(tmp_path, [0.8, 0.75, 0.7], zones)).warnings == ()

    def test_a_rise_is_not_doubted(self, tmp_path: Path) -> None:
        """80, 7.5, 14, 26, 36, 60.5 t rise again; at the first factor the last year is above the maximum, with 88."""
        power = [100.0, 10.0, 20.0, 40.0, 60.0, 110.0]
        found = zc.find_peaks(accounted(tmp_path, [0.8, 0.75, 0.7, 0.65, 0.6, 0.55], {"A": [power]}), dips=())
        assert (found.status.tolist(), found.warnings) == (["rising"], ())

    def test_the_fixed_factors_are_judged_by_the_rule_that_was_given(self, tmp_path: Path) -> None:
        """Four years of less coke are a peak by this rule, whatever the grid does; by default they were too few."""
        zones = {"A": [[0.0] * 6, FALL[:6]]}
        whole = accounted(tmp_path, [0.8, 0.75, 0.7, 0.65, 0.6, 0.55], zones, ["electricity", "coke"])
        found = zc.find_peaks(whole, minimum_tail=4, alpha=0.1, dips=())
        assert (found.status.tolist(), found.warnings) == (["peaked"], ())

    @pytest.mark.filterwarnings("ignore:more electricity leaves:zonecarbon.errors.ZoneCarbonWarning")
    def test_a_change_from_nothing_is_told_in_tonnes(self, tmp_path: Path) -> None:
        """A zone that only exports has its highest CO2, none at all, in the year of a grid without carbon."""
        whole = accounted(tmp_path, [0.0, 0.75, 0.7], {"A": [[1e7] * 3]}, [("electricity", "export")])
        assert whole.total("co2").tolist() == [[0.0, -7.5e6, -7e6]]
        (text,) = told(zc.find_peaks(whole), "peak.grid_only")
        assert "A (insufficient -7000000 -> insufficient +0)" in text

    def test_an_account_that_overflows_is_told_without_warnings_of_numpy(self, tmp_path: Path) -> None:
        """Every warning is an error in these tests."""
        zones = {"A": [[100.0] * 3, [1e308] * 3]}
        found = zc.find_peaks(accounted(tmp_path, [0.8, 0.75, 0.7], zones, ["electricity", "coke"]))
        assert (found.peak_value.tolist(), found.warnings) == ([math.inf], ())


class TestBoundary:
    """The first year whose label is not the one stated before."""

    @pytest.mark.parametrize(
        ("labels", "first"),
        [
            (["a", "a", "a"], -1), (["a", "a", "b"], 2), (["a", "b", "c"], 1), (["a", "b", "a"], 1),
            (["", "a", "a"], -1), (["a", "", "a"], -1), (["a", "", "b"], 2),
            (["", "", ""], -1), (["", "a", "b"], 2), (["a"], -1),
        ],
    )  # fmt: skip
    def test_breaks(self, labels: list[str], first: int) -> None:
        rows = np.array([labels, ["x"] * len(labels)], dtype=object)
        assert doubts.breaks(rows).tolist() == [first, -1]


class TestWords:
    """A sentence a zone, twenty at most, and what is left is counted."""

    @pytest.mark.parametrize("n", [1, 20, 21, 25])
    def test_twenty_zones_have_a_sentence(self, n: int) -> None:
        found = zc.find_peaks([FALL] * n, years=YEARS, zones=[f"Z{i}" for i in range(n)], dips=())
        lines = found.text().splitlines()
        assert lines[0] == f"{n} zones, 2013-2019: peaked {n}, plateau 0, rising 0, insufficient 0"
        assert lines[1] == "Z0: peaked in 2014 at 10, 5 years of data since, p = 0.017"
        assert len(lines) == 1 + min(n, 20) + (n > 20)
        assert lines[-1].startswith(f"Z{n - 1}:") == (n <= 20)
        assert n <= 20 or re.findall(r"\d+", lines[-1]) == [str(n - 20)]

    def test_what_is_left_is_counted_in_the_language_of_the_text(self) -> None:
        found = zc.find_peaks([FALL] * 21, years=YEARS, dips=())
        assert found.text("zh").splitlines()[-1] == "……另有 1 处"

    @pytest.mark.parametrize(("p", "text"), [(0.0005, "p = 0.001"), (math.nextafter(0.0005, 0.0), "p < 0.001")])
    def test_a_p_that_three_digits_cannot_show_is_told_as_a_bound(self, p: float, text: str) -> None:
        """It is never told as 0.000."""
        found = zc.Peaks(**as_fields(zc.find_peaks(FALL)) | {"p_value": np.array([p])})
        assert found.text().endswith(text)

    def test_a_rise_after_a_dip_is_told_from_one_to_the_end(self) -> None:
        again = zc.find_peaks([9.0, 1.0, 2.0, 3.0, 4.0, 5.0], dips=())
        ever = zc.find_peaks([1.0, 2.0, 3.0, 4.0, 5.0, 9.0], dips=())
        assert again.status.tolist() == ever.status.tolist() == ["rising"]
        assert "the maximum is the last year" in ever.text()
        assert "the maximum is the last year" not in again.text()


class TestSources:
    """What values come with, and what is refused."""

    def test_years_and_zones_of_one_series(self) -> None:
        found = zc.find_peaks(FALL)
        assert found.years.tolist() == list(range(7))
        assert (found.zone.tolist(), found.unit) == ([""], "")
        assert found.provenance.choices["peaks"] == {
            "alpha": 0.05, "minimum_tail": 5, "method": "auto", "slope": False, "what": "co2",
            "plateau_tolerance": 0.05, "dips": [2020, 2022],
        }  # fmt: skip

    @pytest.mark.parametrize("end", [math.inf, -math.inf])
    def test_an_infinite_value_is_refused_with_its_place(self, end: float) -> None:
        with pytest.raises(zc.InputError, match=r"\(1, 2\)"):
            zc.find_peaks([[1.0, 2.0, 3.0], [1.0, 2.0, end]])

    @pytest.mark.parametrize("source", [None, "co2.csv", b"x", {"A": [1.0]}, iter([1.0, 2.0]), [zc.Zone(zone="A")]])
    def test_what_is_no_series_is_refused_by_its_kind(self, source: Any) -> None:
        with pytest.raises(zc.InputError) as caught:
            zc.find_peaks(source)
        assert caught.value.problems[0].code == "peak.source"

    def test_shapes(self) -> None:
        for source, code in (([[[1.0]]], "arrays.shape"), ([[]], "peak.series"), (np.empty((2, 0)), "peak.series")):
            with pytest.raises(zc.InputError) as caught:
                zc.find_peaks(source)
            assert caught.value.problems[0].code == code

    @pytest.mark.parametrize(
        ("source", "given", "says"),
        [
            (FALL, {"alpha": 1.5}, "0 < alpha < 1; got alpha = 1.5;"),
            (FALL, {"minimum_tail": 0}, "minimum_tail >= 1; got minimum_tail = 0;"),
            ([[[1.0]]], {}, "values must have the shape (zone, year); got (1, 1, 1);"),
            ([[]], {}, "values must be a series over years, or several with time as the last axis; got (1, 0);"),
            ([[1.0, math.inf]], {}, "values (0, 1) must be a finite number; got inf;"),
        ],
    )
    def test_what_is_refused_is_told_with_what_came(self, source: Any, given: dict[str, Any], says: str) -> None:
        with pytest.raises(zc.InputError, match=re.escape(says)):
            zc.find_peaks(source, **given)

    def test_an_account_of_no_zones_is_refused_as_such(self) -> None:
        activity = zc.Activity.from_arrays(
            np.ones((0, 1, 3)), flows=["coke"], zones=[], years=range(2015, 2018), provinces="江苏"
        )
        with pytest.raises(zc.InputError, match="the account must have at least one zone and one year"):
            zc.find_peaks(zc.account(activity))

    def test_labels_of_an_account_are_its_own(self) -> None:
        uses = [zc.EnergyUse(carrier="coke", quantity=f"{q} t", year=2013 + i) for i, q in enumerate(FALL)]
        account = zc.account(zc.Zone(zone="A", province="全国", energy=uses))
        for given in ({"years": YEARS}, {"zones": ["A"]}, {"years": YEARS, "zones": ["A"]}):
            with pytest.raises(zc.InputError, match=", ".join(given)):
                zc.find_peaks(account, **given)
        by_energy, by_co2 = zc.find_peaks(account, what="energy"), zc.find_peaks(account)
        assert (by_energy.unit, by_co2.unit) == ("tce", "tCO2")
        assert by_energy.peak_value.tolist() == [pytest.approx(9.714)]
        assert by_energy.units()["peak_value"] == "tce"
        assert by_co2.units()["slope"] == "tCO2/a"


class TestOutlook:
    """What the draws of an ensemble come to, in words: one sentence for all, the counts, twenty zones."""

    @staticmethod
    def _outlook(n: int) -> zc.Outlook:
        """Return zones by turns peaked, projected, rising and insufficient, and all together."""
        kinds = np.array([["peaked", "projected", "rising", "insufficient"][i % 4] for i in range(n)] + ["projected"])
        year = np.where(kinds == "peaked", 2015.0, np.where(kinds == "projected", 2030.0, NAN))
        rows = {
            "zone": np.array([f"Z{i}" for i in range(n)] + [""], dtype=object),
            "status": kinds.astype(object),
            "peak_year": year,
            "peak_value": np.full(n + 1, 5e6),
            "years_since": 2020.0 - year,
            "p_value": np.full(n + 1, NAN),
            "first_year": year - 1.0,
            "last_year": np.where(kinds == "projected", NAN, year + 2.0),
            "probability": np.full(n + 1, 0.75),
            "standard_error": np.array([0.0, *[0.0125] * n]),
        }

        class Ensemble:
            provenance = zc.find_peaks([1.0, 2.0]).provenance

            def _peak_rows(self) -> dict[str, Any]:
                choices = {"draws": 64, "sampling": "plain", "seed": 7}
                return {
                    "rows": rows, "horizon": 2060, "share": 0.9, "scenario": ("as now", "照旧"), "choices": choices,
                }  # fmt: skip

        found = zc.find_peaks(Ensemble())
        assert isinstance(found, zc.Outlook)
        return found

    @pytest.mark.parametrize("n", [0, 4, 20, 21, 23])
    def test_sentences(self, n: int) -> None:
        lines = self._outlook(n).text().splitlines()
        assert len(lines) == 3 + min(n, 20) + (n > 20)
        assert "as now" in lines[0]
        assert "2060" in lines[0]
        assert "all zones" in lines[1]
        assert "75.0%" in lines[1]
        assert (" ± 1.2%" in lines[1]) == (n > 0)
        if n > 20:
            assert re.findall(r"\d+", lines[-1]) == [str(n - 20)]

    def test_years_beyond_the_horizon_are_told_as_such(self) -> None:
        lines = self._outlook(4).text().splitlines()
        assert next(line for line in lines if line.startswith("Z0")).count("2015") == 1
        assert ">2059" in next(line for line in lines if line.startswith("Z1"))
        assert "±" not in next(line for line in lines if line.startswith("Z0"))

    def test_in_chinese(self) -> None:
        text = self._outlook(23).text("zh")
        assert "照旧" in text
        for word in ("as now", "all zones", "peaked", "rising", "more", "Under", "draws"):
            assert word not in text
        assert "万吨" in text or "亿吨" in text
        assert "Z3：未知，因为以往有年份的 CO2 未知" in text.splitlines()

    @pytest.mark.parametrize(("language", "held", "judged"), [
        ("en", ("if the scenario holds", "within the data 2", "history is not tested"), "peaked"),
        ("zh", ("按该情景推断", "在数据期内 2 个", "未作历史数据检验"), "已达峰"),
    ])  # fmt: skip
    def test_a_highest_year_within_the_data_is_no_peak_that_was_tested(
        self, language: Any, held: tuple[str, ...], judged: str
    ) -> None:
        text = self._outlook(6).text(language)
        assert all(words in text for words in held)
        assert judged not in text

    def test_units(self) -> None:
        units = self._outlook(1).units()
        assert units == {
            "peak_year": "a", "peak_value": "tCO2", "years_since": "a", "p_value": "1", "first_year": "a",
            "last_year": "a", "probability": "1", "standard_error": "1",
        }  # fmt: skip

    def test_rows_and_counts(self) -> None:
        found = self._outlook(6)
        assert found.counts == {"peaked": 2, "projected": 2, "rising": 1, "insufficient": 1}
        assert repr(found) == "<Outlook: 6 zones, to 2060: 2 peaked, 2 projected, 1 rising, 1 insufficient>"
        assert repr(self._outlook(0)) == "<Outlook: 0 zones, to 2060: none>"
        assert found.of("Z1")["peak_year"] == 2030.0
        assert found.of("Z2")["peak_year"] is None
        assert found.of()["status"] == found.of("")["status"] == "projected"
        with pytest.raises(zc.InputError, match="Z9"):
            found.of("Z9")
        assert found.columns()["zone"].tolist() == [*(f"Z{i}" for i in range(6)), ""]

    @pytest.mark.parametrize("name", ["alpha", "years", "what", "dips", "slope"])
    def test_parameters_do_not_apply(self, name: str) -> None:
        class Ensemble:
            def _peak_rows(self) -> dict[str, Any]:
                raise AssertionError

        given: Any = {"alpha": 0.1, "years": [2020], "what": "energy", "dips": (2021,), "slope": True}[name]
        with pytest.raises(zc.InputError, match=name):
            zc.find_peaks(Ensemble(), **{name: given})


class TestMadeByHand:
    """What a result can do without; what was measured has no default."""

    def test_peaks_without_warnings_choices_and_source(self) -> None:
        found = zc.find_peaks(FALL)
        given = as_fields(found)
        for name in ("warnings", "choices", "source"):
            del given[name]
        made = zc.Peaks(**given)
        assert made.text() == found.text()
        assert (made.warnings, made.provenance.choices) == ((), {"peaks": {}})
        assert (made.provenance.input_hash, made.provenance.warnings) == ("", ())

    def test_peaks_need_their_notes(self) -> None:
        """A result without them would say that nothing feigns its peaks."""
        given = as_fields(zc.find_peaks(FALL))
        del given["notes"]
        with pytest.raises(TypeError, match="notes"):
            zc.Peaks(**given)

    def test_an_outlook_of_rows_alone(self) -> None:
        rows = {"zone": np.array(["A", ""], dtype=object), "status": np.array(["rising"] * 2, dtype=object)}
        made = zc.Outlook(rows=rows, horizon=2060, share=0.9)
        assert (made.scenario, made.choices, made.warnings) == (("", ""), {}, ())
        assert made.provenance.input_hash == ""

    def test_a_trend_needs_the_values_of_its_slope(self) -> None:
        given = as_fields(zc.mann_kendall(FALL))
        del given["values"]
        with pytest.raises(TypeError, match="values"):
            zc.Trend(**given)


class TestProvenance:
    """The hash is that of what was judged; the exact test has a longest series."""

    def test_other_values_other_years_other_names(self) -> None:
        def made(*args: Any, **given: Any) -> str:
            return str(zc.find_peaks(*args, **given).provenance.input_hash)

        first = made(FALL, years=YEARS, zones=["A"])
        assert made(list(FALL), years=YEARS, zones=["A"]) == first
        others = {
            made([*FALL[:-1], 4.5], years=YEARS, zones=["A"]),
            made(FALL, years=range(2014, 2021), zones=["A"]),
            made(FALL, years=YEARS, zones=["B"]),
        }
        assert len(others | {first}) == 4

    def test_the_longest_series_of_the_exact_test(self) -> None:
        series = np.concatenate([[1e3], np.arange(float(LONGEST), 0.0, -1.0)])
        assert zc.find_peaks(series, method="exact").status.tolist() == ["peaked"]
        with pytest.raises(zc.InputError, match=str(LONGEST + 1)) as caught:
            zc.find_peaks([*series.tolist(), 0.0], method="exact")
        assert str(LONGEST) in str(caught.value)
        assert zc.find_peaks([*series.tolist(), 0.0], method="normal").status.tolist() == ["peaked"]

    @pytest.mark.parametrize(
        ("level", "text"),
        [(999.96, "1000"), (999.94, "999.9"), (1000.0, "1,000"), (1000.4, "1,000"), (1234567.8, "1,234,568")]
    )  # fmt: skip
    def test_four_digits_and_from_a_thousand_on_whole_figures(self, level: float, text: str) -> None:
        assert f" at {text}," in zc.find_peaks([1.0, level, *FALL[2:]], dips=()).text()


class TestTrend:
    """The test as a verb: many series at once, quantities one by one, and its longest exact series."""

    def test_columns_are_those_of_each_series(self) -> None:
        found = zc.mann_kendall([FALL, FALL[::-1], [1.0] * 7])
        columns = found.columns()
        assert columns["series"].tolist() == [0, 1, 2]
        for name in ("s", "variance", "z", "p_value", "slope"):
            np.testing.assert_array_equal(columns[name], getattr(found, name))
        assert columns["s"].tolist() == [-19.0, 19.0, 0.0]
        assert columns["p_value"][2] == 1.0
        one = zc.mann_kendall(FALL).columns()
        assert (one["series"].tolist(), one["s"].tolist()) == ([0], [-19.0])

    def test_a_list_of_quantities_is_one_series(self) -> None:
        registry: Any = pint.UnitRegistry()
        series = [registry.Quantity(value, "kilogram") for value in FALL[:-1]] + [registry.Quantity(4000.0, "gram")]
        found, plain = zc.mann_kendall(series), zc.mann_kendall(FALL)
        assert (float(found.s), float(found.slope)) == pytest.approx((float(plain.s), float(plain.slope)))
        assert zc.find_peaks(series).unit == "kilogram"
        with pytest.raises(zc.UnitError, match=r"(?s)meter.*kilogram|kilogram.*meter"):
            zc.mann_kendall([series[0], registry.Quantity(1.0, "meter")])
        other: Any = pint.UnitRegistry()
        with pytest.raises(zc.InputError, match="values"):
            zc.mann_kendall([series[0], other.Quantity(1.0, "kilogram")])

    def test_the_unit_of_a_list_is_that_of_its_first(self) -> None:
        registry: Any = pint.UnitRegistry()
        series = [registry.Quantity(2000.0, "gram"), registry.Quantity(1.0, "kilogram")]
        assert zc.mann_kendall(series).slope == -1000.0
        assert zc.find_peaks(series).unit == "gram"
        assert zc.find_peaks(series[:1]).unit == "gram"

    def test_what_does_not_fit_the_first_is_told_with_its_unit(self) -> None:
        registry: Any = pint.UnitRegistry()
        says = "a unit of kilogram is needed here, such as 'kilogram'; got 'meter';"
        with pytest.raises(zc.UnitError, match=re.escape(says)):
            zc.mann_kendall([registry.Quantity(1.0, "kilogram"), registry.Quantity(1.0, "meter")])

    def test_texts_may_be_shares(self) -> None:
        found = zc.mann_kendall(["9 %", "8 %", "6 %"])
        assert (found.s, found.slope) == (-3.0, pytest.approx(-0.015))
        with pytest.raises(zc.UnitError, match="such as '1'; got 't'"):
            zc.mann_kendall(["9 t", "8 t"])

    def test_a_method_that_there_is_not_is_named(self) -> None:
        method: Any = "best"
        with pytest.raises(zc.InputError, match="got 'best'"):
            zc.mann_kendall(FALL, method)

    def test_units(self) -> None:
        """The slope has the unit of the values, whatever that is."""
        assert zc.mann_kendall(FALL).units() == {"s": "1", "variance": "1", "z": "1", "p_value": "1"}

    def test_the_values_do_not_stand_in_the_short_text(self) -> None:
        """There may be a million."""
        assert repr(zc.mann_kendall([1.0, 1.0])) == "Trend(s=0.0, variance=0.0, z=0.0, p_value=1.0)"

    def test_the_longest_series_of_the_exact_test(self) -> None:
        series = np.arange(float(LONGEST))
        assert float(zc.mann_kendall(series, "exact").p_value) < 1e-10
        with pytest.raises(zc.InputError, match=str(LONGEST + 1)) as caught:
            zc.mann_kendall(np.arange(LONGEST + 1.0), "exact")
        assert str(LONGEST) in str(caught.value)


class TestAbsentYears:
    """2012 is absent from an otherwise yearly series."""

    GAP = (2010, 2011, 2013, 2014, 2015, 2016, 2017)

    def test_only_what_is_judged_is_doubted(self) -> None:
        """The maximum of the first series is its first year; of the second a year is not known."""
        found = zc.find_peaks([FALL, [NAN, *FALL[1:]]], years=self.GAP, dips=())
        assert found.notes.tolist() == ["peak.absent", ""]
        assert [problem.values["year"] for problem in found.warnings] == [2012]
        assert zc.find_peaks([[NAN] * 7], years=self.GAP, dips=()).warnings == ()

    def test_a_zone_with_an_unknown_year_has_that_reason(self, tmp_path: Path) -> None:
        table = tmp_path / "grid.csv"
        head, row = "kind,region_id,data_year,value,unit,source_id", "provincial_average,江苏,2010,0.6,kgCO2/kWh,own"
        table.write_text(f"{head}\n{row}", encoding="utf-8")
        amounts = [[[100.0 - year for year in range(7)]], [[NAN, *(90.0 - year for year in range(6))]]]
        activity = zc.Activity.from_arrays(
            amounts, flows=["electricity"], zones=["A", "B"], years=self.GAP, provinces="江苏"
        )
        found = zc.find_peaks(zc.account(activity, factors=table))
        reasons = [found.reasons[at].code for at in found.reason.tolist()]
        assert reasons == ["reason.peak_absent", "reason.peak_unknown"]
        assert np.isnan(found.peak_year).all()
