"""What changes of the accounting no other test noticed: lists of places, bases side by side, arrays to write into."""

import warnings
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon.accounting import totals

YEAR = 2022
UNSOURCED = "own table factors[0], row 0: no source given"
KWH = 0.1229  # tce/MWh


def use(carrier: str, quantity: Any, *, year: int = YEAR, **fields: Any) -> zc.EnergyUse:
    return zc.EnergyUse(carrier=carrier, quantity=quantity, year=year, **fields)


def zone(*uses: zc.EnergyUse, name: str = "A", **fields: Any) -> zc.Zone:
    return zc.Zone(zone=name, province="全国", energy=uses, **fields)


def reported(name: str, value: Any, year: int = YEAR, basis: Any = "") -> zc.ReportedValue:
    return zc.ReportedValue(indicator=name, value=value, year=year, basis=basis)


def accounted(zones: Any, method: Any = "inventory", **choices: Any) -> zc.Account:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        return zc.account(zones, method, **choices)


def told(account: zc.Account, code: str) -> list[dict[str, Any]]:
    return [dict(problem.values) for problem in account.warnings if problem.code == code]


class TestPlaces:
    """A warning names the places it is about, twenty at most."""

    @pytest.mark.parametrize("n", [1, 2, 20, 21, 30])
    def test_generation_that_is_implied(self, n: int) -> None:
        zones = [zone(use("electricity", 1.0, supply="onsite_fossil"), name=f"Z{i:02}") for i in range(n)]
        zones.append(zone(use("electricity", 1.0), name="other"))
        (values,) = told(accounted(zones), "account.generation_implied")
        names = [f"Z{i:02} {YEAR}" for i in range(min(n, 20))]
        assert values == {"carrier": "electricity", "places": ", ".join(names) + (", ..." if n > 20 else "")}

    @pytest.mark.parametrize("n", [1, 20, 21])
    def test_more_leaves_than_comes_in(self, n: int) -> None:
        """Places are of those zones and years alone; fuels that leave are no purchases turned round."""
        zones = [
            zone(use("heat", 1.0, year=2021), use("heat", 1.0), use("heat", 3.0, use="export"), name=f"Z{i:02}")
            for i in range(n)
        ]
        zones.append(zone(use("heat", 3.0), use("heat", 3.0, use="export"), name="even"))
        zones.append(zone(use("coke", 3.0, use="export"), name="coke"))
        found = told(accounted(zones), "account.net_seller")
        assert [values["carrier"] for values in found] == ["heat"]
        names = [f"Z{i:02} {YEAR}" for i in range(min(n, 20))]
        assert found[0]["places"] == ", ".join(names) + (", ..." if n > 20 else "")

    def test_without_sales_nothing_is_told(self) -> None:
        assert told(accounted(zone(use("heat", 1.0), use("electricity", 1.0))), "account.net_seller") == []


class TestNetting:
    """Generation of each zone meets its own use and sale."""

    def test_all_or_nothing_but_for_rounding(self) -> None:
        """0.1 + 0.2 MWh made and 0.3 MWh used are one figure: nothing is implied, nothing covered, nothing told."""
        made = [use("electricity", q, use="transformation_out", sector=s) for q, s in ((0.1, "a"), (0.2, "b"))]
        account = accounted(zone(*made, use("electricity", 0.3, supply="onsite_fossil", sector="a")))
        assert told(account, "account.generation_implied") == []
        assert float(account.total("energy", by=())) == pytest.approx(0.0, abs=1e-15)
        sold = accounted(zone(*made, use("electricity", 0.3, use="export", sector="a")))
        assert float(sold.total("energy", by=())) == pytest.approx(-0.3 * KWH)
        assert told(sold, "account.export_covered") == []

    def test_a_sale_that_the_surplus_covers_in_part(self) -> None:
        """10 made, 4 used, 8 sold: 6 of the sale are the surplus, so 12 leave in all."""
        rows = (
            use("electricity", 10.0, use="transformation_out"),
            use("electricity", 4.0, supply="onsite_fossil"),
            use("electricity", 8.0, use="export"),
        )
        account = accounted([zone(*rows), zone(use("electricity", 5.0), name="B")])
        np.testing.assert_allclose(account.total("energy")[:, 0], [(4 - 10 - 2) * KWH, 5 * KWH], rtol=1e-12)
        assert told(account, "account.export_covered") == [{"carrier": "electricity", "places": f"A {YEAR}"}]
        assert told(account, "account.generation_implied") == []

    def test_the_input_keeps_its_quantities(self) -> None:
        activity = zc.Activity.from_records([zone(use("electricity", 2.0, supply="onsite_fossil"))])
        assert float(accounted(activity).total("energy", by=())) == 0.0
        assert activity.quantity.sum() == 2.0

    def test_green_power_of_its_own_is_no_generation_from_fuel(self) -> None:
        rows = (use("electricity", 5.0, supply="onsite_nonfossil"), use("electricity", 3.0, use="transformation_out"))
        assert float(accounted(zone(*rows)).total("energy", by=())) == pytest.approx(2.0 * KWH)


class TestReported:
    """A total in a bulletin stands for what is not there in rows."""

    def test_bases_side_by_side(self) -> None:
        """Each total counts on its own basis; what is unlike the method's, or unstated, is told and unknown."""
        zones = [
            zc.Zone(zone="A", indicators=(reported("total_energy", 10.0, basis="calorific"), reported("co2", 1.0))),
            zc.Zone(zone="B", indicators=(reported("total_energy", 20.0, basis="equivalent"), reported("co2", 2.0))),
            zc.Zone(zone="C", indicators=(reported("total_energy", 30.0), reported("co2", 3.0))),
            zc.Zone(zone="D", indicators=(reported("co2", 4.0),)),
            zone(use("electricity", 100.0), name="E"),
        ]
        account = accounted(zones)
        np.testing.assert_allclose(
            account.total("energy")[:, 0], [10.0, np.nan, np.nan, np.nan, 100.0 * KWH], rtol=1e-12
        )
        np.testing.assert_allclose(account.total("co2")[:, 0], [1.0, 2.0, 3.0, 4.0, 53.66], rtol=1e-12)
        assert told(account, "account.reported_basis") == [{"bases": "not stated, equivalent", "basis": "calorific"}]

    def test_on_the_basis_of_the_method_nothing_is_told(self) -> None:
        account = accounted(zc.Zone(zone="A", indicators=(reported("total_energy", 10.0, basis="calorific"),)))
        assert told(account, "account.reported_basis") == []

    def test_year_by_year(self) -> None:
        """Rows in one year, a bulletin in the next, nothing in the third."""
        account = accounted(
            [
                zone(
                    use("coke", 100.0, year=2020),
                    indicators=(reported("total_energy", 50.0, 2021, "calorific"), reported("co2", 7.0, 2021)),
                ),
                zone(use("coke", 1.0, year=2022), name="B"),
            ]
        )
        np.testing.assert_allclose(account.total("energy")[0], [97.14, 50.0, np.nan], rtol=1e-12)
        assert account.total("co2")[0, 1] == 7.0

    @pytest.mark.parametrize(
        ("value", "far"), [(97.14 / 1.0099, False), (97.14 / 1.0101, True), (97.14 / 0.9901, False), (98.2, True)]
    )
    def test_energy_and_co2_are_compared_each(self, value: float, far: bool) -> None:
        """More than 1 % of the reported figure, on either side; both figures are told."""
        co2 = 100 * 28.470 * 107.1e-3
        for name, what, own, scale in (("total_energy", "energy", 97.14, 1.0), ("co2", "co2", co2, co2 / 97.14)):
            indicator = reported(name, value * scale, basis="calorific" if what == "energy" else "")
            found = told(accounted(zone(use("coke", 100.0), indicators=(indicator,))), "account.reported_differs")
            assert len(found) == far
            for values in found:
                assert (values["zone"], values["year"], values["what"]) == ("A", YEAR, what)
                assert (values["reported"], values["own"]) == pytest.approx((value * scale, own), rel=1e-12)

    def test_on_another_basis_it_is_not_compared(self) -> None:
        indicator = reported("total_energy", 500.0, basis="equivalent")
        assert told(accounted(zone(use("coke", 100.0), indicators=(indicator,))), "account.reported_differs") == []


class _AtOnce(Executor):
    """Runs each job when it is handed over, and counts them; not an executor of threads."""

    def __init__(self) -> None:
        self.jobs = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        self.jobs += 1
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class TestTotals:
    """The four figures by zone and year, in one array or in parts."""

    @staticmethod
    def _activity() -> zc.Activity:
        rng = np.random.default_rng(3)
        quantity = rng.uniform(0.0, 100.0, (7, 3, 4))
        quantity[2, 1, 1] = np.nan
        money = rng.uniform(1.0, 2.0, (7, 4))
        money[5, 2] = 0.0
        flows = ["raw_coal", "electricity", ("heat", "export", "")]
        return zc.Activity.from_arrays(
            quantity, flows=flows, zones=[f"Z{i}" for i in range(7)], years=[2019, 2020, 2021, 2022],
            value_added=money, price_year=2020, provinces=["上海", "全国", "江苏", "上海", "全国", "江苏", "全国"],
        )  # fmt: skip

    @pytest.mark.parametrize("part", [1, 24, 25, 40, 1_000_000])
    def test_parts_and_workers_change_no_bit(self, part: int, monkeypatch: pytest.MonkeyPatch) -> None:
        account = accounted(self._activity())
        whole = account.totals()
        monkeypatch.setattr(totals, "PART", part)
        here = _AtOnce()
        with ThreadPoolExecutor(2) as threads:
            for executor in (threads, here):
                for one, other in zip(whole, account.totals(executor=executor), strict=True):
                    np.testing.assert_array_equal(one, other)
        zones_each = max(1, part // 12)
        assert here.jobs == -(-7 // zones_each)

    def test_an_array_to_write_into(self) -> None:
        account = accounted(self._activity())
        out = np.full((4, 7, 4), -1.0)
        made = account.totals(out=out)
        assert np.shares_memory(made.energy, out)
        whole = account.totals()
        for number, name in enumerate(("energy", "co2", "energy_intensity", "co2_intensity")):
            np.testing.assert_array_equal(out[number], getattr(whole, name))
        kept = np.empty((4, 7, 4))
        accounted(self._activity(), executor=_AtOnce()).totals(out=kept)
        np.testing.assert_array_equal(kept, out)

    def test_an_intensity_is_a_ratio_and_unknown_where_there_is_none(self) -> None:
        whole = accounted(self._activity()).totals()
        usable = (whole.value_added > 0.0) & (whole.energy >= 0.0)
        assert not usable[5, 2]
        np.testing.assert_array_equal(np.isnan(whole.energy_intensity), ~usable)
        np.testing.assert_allclose(whole.energy_intensity[usable], whole.energy[usable] / whole.value_added[usable])
        assert np.isnan(whole.energy[2, 1])
        assert np.isnan(whole.energy).sum() == 1

    @pytest.mark.parametrize(
        "out", [np.empty((4, 7, 3)), np.empty((2, 7, 4)), np.empty((4, 7, 4), np.float32), [[0.0]], "text"]
    )
    def test_an_array_that_does_not_fit_is_refused(self, out: Any) -> None:
        with pytest.raises(zc.InputError, match=r"\(4, 7, 4\)"):
            accounted(self._activity()).totals(out=out)

    def test_an_array_that_may_not_be_written_to_is_refused(self) -> None:
        out = np.empty((4, 7, 4))
        out.setflags(write=False)
        with pytest.raises(zc.InputError, match="may not be written to"):
            accounted(self._activity()).totals(out=out)


class TestRecords:
    """Zones written by hand."""

    def test_one_zone_and_a_list_of_it_are_the_same(self) -> None:
        one = zone(use("coke", 100.0))
        assert accounted(one).total("energy") == accounted([one]).total("energy")
        assert accounted(iter([one])).total("energy") == accounted([one]).total("energy")

    def test_what_is_no_zone_is_refused_with_its_place(self) -> None:
        with pytest.raises(zc.InputError, match=r"(?s)2.*\bint\b") as caught:
            zc.account([zone(use("coke", 1.0)), 5])  # type: ignore[list-item]
        assert caught.value.problems[0].where == ("records", "", 2, "", "")
        with pytest.raises(zc.InputError, match="dict"):
            zc.account({"zone": "A"})  # type: ignore[dict-item]


class TestExplanation:
    """Every figure of a line can be found again in its text, in both languages."""

    @staticmethod
    def _zone() -> zc.Zone:
        return zc.Zone(
            zone="A",
            province="上海",
            energy=[
                use("raw_coal", "100 t", sector="steel"),
                use("raw_coal", "7 t", sector="paper"),
                use("electricity", "50 MWh", sector="steel"),
                use("heat", 3, use="export"),
                use("heat", 2.0, supply="nonfossil_heat"),
                use("electricity", "2 tce", basis="calorific"),
                use("hydrogen", "1 GJ"),
                use("raw_coal", "9 t", sector="steel", year=2021),
            ],
            value_added=[zc.ValueAdded(value=1000.0, year=YEAR, price_year=2020)],
        )

    def test_words_and_figures(self) -> None:
        text = accounted(self._zone()).explain("A", YEAR).text()
        for line in (
            "A 2022, calorific basis",
            "  heat, nonfossil_heat\n    as given: records 5: 2.0 (no unit given: GJ)",
            "2 GJ × 0 tCO2/GJ = 0 tCO2",
            "-3 GJ × 0.03412 tce/GJ = -0.10236 tce",
            "-3 GJ × 0.11 tCO2/GJ = -0.33 tCO2",
            "2 tce × 1 tce/tce = 2 tce   [given in standard coal, calorific]",
            "  steel / raw coal\n    as given: records 1: 100 t\n    100 t × 0.7143 tce/t = 71.43 tce",
            "  paper / raw coal\n    as given: records 2: 7 t\n    7 t × 0.7143 tce/t = 5.0001 tce",
            "100 t × 20.934 GJ/t × 0.0946 tCO2/GJ = 198.03564 tCO2",
            "50 MWh × 0.5849 tCO2/MWh = 29.245 tCO2",
            "1 GJ × 0 tCO2/GJ = 0 tCO2   [no carbon]",
        ):
            assert line in text
        assert "records 8" not in text

    def test_in_chinese_nothing_is_left_in_english(self) -> None:
        text = accounted(self._zone()).explain("A", YEAR).text("zh")
        for line in (
            "A 2022 年",
            "  steel / 原煤",
            "  热力、外供",
            "  电力",
            "以标准煤给出、当量值",
            "省级平均",
            "合计：",
        ):
            assert line in text
        for word in ("raw coal", "electricity", "export", "given", "calorific", "provincial_average", "sum"):
            assert word not in text

    def test_columns_are_the_lines(self) -> None:
        found = accounted(self._zone()).explain("A", YEAR)
        columns = found.columns()
        assert columns["quantity"].tolist() == [line.sign * line.quantity for line in found.lines]
        assert columns["energy_tce"].sum() == pytest.approx(found.energy)
        assert columns["co2_t"].sum() == pytest.approx(found.co2)
        assert dict(zip(columns["flow"].tolist(), columns["unit"].tolist(), strict=True))["raw coal"] == "t"
        for name in ("sector", "flow", "unit", "coefficient_source", "factor_source", "rows"):
            assert columns[name].dtype == object
            assert all(isinstance(text, str) for text in columns[name])
        assert set(columns["rows"].tolist()) == {
            "records 1: 100 t", "records 2: 7 t", "records 3: 50 MWh", "records 4: 3 (no unit given: GJ)",
            "records 5: 2.0 (no unit given: GJ)",
            "records 6: 2 tce", "records 7: 1 GJ",
        }  # fmt: skip

    def test_an_intensity_where_there_is_value_added(self) -> None:
        found = accounted(self._zone()).explain("A", YEAR)
        energy, co2 = found.energy / 1000.0, found.co2 / 1000.0
        assert f"{energy:.12g}" in found.text()
        assert f"{co2:.12g}" in found.text()
        for none in (0.0, None):
            money = [zc.ValueAdded(value=none, year=YEAR, price_year=2020)] if none is not None else []
            record = zc.Zone(zone="A", province="上海", energy=[use("coke", 1.0)], value_added=money)
            lines = accounted(record).explain("A", YEAR).text().splitlines()
            assert lines[-1].startswith("sum: ")

    def test_what_has_no_factor_is_a_question_mark(self) -> None:
        found = accounted(self._zone(), proxies="refuse").explain("A", YEAR)
        assert "100 t × ? tCO2/t = ? tCO2   [no row in ncsc-2025]" in found.text()
        assert np.isnan(found.co2)
        assert found.energy == pytest.approx(accounted(self._zone()).explain("A", YEAR).energy)

    def test_a_line_of_a_reported_total_has_a_coefficient_and_no_source(self) -> None:
        record = zc.Zone(zone="A", indicators=(reported("total_energy", 10.0, basis="calorific"), reported("co2", 4.0)))
        found = accounted(record).explain("A", YEAR)
        assert [line.coefficient_label for line in found.lines] == ["", ""]
        assert (found.energy, found.co2) == (10.0, 4.0)


class TestVerb:
    """How it is called."""

    def test_a_warning_points_at_the_caller(self) -> None:
        with pytest.warns(zc.FactorWarning) as caught:
            zc.account(zone(use("raw_coal", 1.0)))
        assert {record.filename for record in caught} == {__file__}

    @pytest.mark.parametrize("executor", [5, "threads", ThreadPoolExecutor])
    def test_what_is_no_executor_is_refused(self, executor: Any) -> None:
        with pytest.raises(zc.InputError):
            zc.account(zone(use("coke", 1.0)), executor=executor)

    def test_an_executor_is_looked_at_before_the_zones(self) -> None:
        with pytest.raises(zc.InputError) as caught:
            zc.account([5], executor="threads")  # type: ignore[list-item, arg-type]
        assert [problem.code for problem in caught.value.problems] == ["executor.kind"]

    def test_with_an_executor_reported_totals_are_compared_too(self) -> None:
        indicators = (reported("total_energy", 50.0, basis="calorific"), reported("co2", 4.0))
        record = zone(use("coke", 100.0), indicators=indicators)
        here, parted = accounted(record), accounted(record, executor=_AtOnce())
        assert len(told(here, "account.reported_differs")) == 2
        assert told(here, "account.reported_differs") == told(parted, "account.reported_differs")

    def test_each_warning_is_told_once_and_of_its_kind(self) -> None:
        record = zone(use("raw_coal", 1.0), use("heat", 1.0), use("heat", 3.0, use="export"))
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            account = zc.account(record)
        assert [w.category for w in caught] == [zc.FactorWarning, zc.DataWarning]
        assert sorted(str(w.message) for w in caught) == sorted(p.text() for p in account.warnings)


class TestCoefficients:
    """Which row is behind a figure, and what is said of it."""

    def test_equivalent_values_by_year(self) -> None:
        """A series, a fixed year of it, the year before, and the user's own figures."""
        uses = [use("electricity", 100.0, year=year) for year in (2018, 2019)]
        by_year = {2018: "0.31 kgce/kWh", 2019: "0.30 kgce/kWh"}
        found = accounted(zone(*uses), basis="equivalent", equivalent={"electricity": by_year})
        np.testing.assert_allclose(found.total("energy")[0], [31.0, 30.0], rtol=1e-12)
        with pytest.raises(zc.MethodError, match="2019"):
            accounted(zone(*uses), basis="equivalent", equivalent={"electricity": {2018: "0.31 kgce/kWh"}})

    def test_tce_on_the_other_basis_goes_through_both_coefficients(self) -> None:
        method = {"basis": "equivalent", "equivalent": {"electricity": "0.3 kgce/kWh", "heat": "0.04 tce/GJ"}}
        uses = (
            use("electricity", "30 tce", basis="equivalent"),
            use("electricity", "12.29 tce", basis="calorific"),
            use("heat", "4 tce", basis="equivalent"),
            use("heat", "3.412 tce", basis="calorific"),
        )
        assert float(accounted(zone(*uses), **method).total("energy", by=())) == pytest.approx(2 * 30.0 + 2 * 4.0)
        for one, other in ((uses[0], uses[1]), (uses[2], uses[3])):
            for basis in ("equivalent", "calorific"):
                choices = {**method, "basis": basis}
                amounts = [accounted(zone(item), **choices) for item in (one, other)]
                for what in ("energy", "co2"):
                    made = [float(account.total(what, by=())) for account in amounts]
                    assert made[0] == pytest.approx(made[1], rel=1e-12)

    def test_heat_stays_calorific_unless_the_method_says_what_made_it(self) -> None:
        found = accounted(zone(use("heat", 100.0)), basis="equivalent", equivalent={"electricity": "0.3 kgce/kWh"})
        assert float(found.total("energy", by=())) == pytest.approx(3.412)

    @pytest.mark.parametrize("supply", ["onsite_nonfossil", "direct_nonfossil", "nonfossil_heat"])
    def test_what_carries_no_co2_carries_energy(self, supply: str) -> None:
        carrier, energy = ("heat", 3.412) if supply == "nonfossil_heat" else ("electricity", 100 * KWH)
        account = accounted(zone(use(carrier, 100.0, supply=supply)))
        assert float(account.total("energy", by=())) == pytest.approx(energy)
        assert float(account.total("co2", by=())) == 0.0

    def test_a_flow_of_zeros_needs_no_coefficient_and_no_word(self) -> None:
        """Raw coal stands for itself only where it is burnt; another edition is named only where it counts."""
        none, some = (accounted(zone(use("raw_coal", q), use("coke", 1.0))) for q in (0.0, 1.0))
        assert told(none, "account.proxies") == []
        assert [values["pairs"] for values in told(some, "account.proxies")] == ["raw_coal -> bituminous_coal"]

    def test_all_that_lacks_a_coefficient_is_told_at_once(self) -> None:
        uses = [use("electricity", 1.0), use("heat", 1.0)]
        with pytest.raises(zc.MethodError, match="electricity"):
            accounted(zone(*uses), basis="equivalent")
        assert float(accounted(zone(use("electricity", 0.0), use("coke", 1.0)), basis="equivalent").total(by=())) > 0.9

    def test_certificates_beside_an_average_are_told(self) -> None:
        green = zone(use("electricity", 1.0, supply="certificate"))
        assert told(accounted(green), "account.certificates") == [{"kind": "provincial_average"}]
        assert told(accounted(green, certificates="zero"), "account.certificates_twice") == [
            {"kind": "provincial_average"}
        ]
        residual = accounted(green, electricity="national_residual")
        assert told(residual, "account.certificates") == told(residual, "account.certificates_twice") == []

    def test_biogenic_co2_stands_apart(self) -> None:
        account = accounted(zone(use("coke", 1.0), use("firewood", 1.0)))
        assert float(account.total("co2", by=())) == pytest.approx(28.470 * 107.1e-3)
        assert float(account.total("energy", by=())) > 0.9714

    def test_a_process_with_and_without_a_factor(self) -> None:
        def made(**fields: Any) -> zc.Zone:
            process = zc.ProcessOutput(product="cement_clinker", year=YEAR, **fields)
            return zc.Zone(zone="A", province="全国", energy=[use("coke", 1.0)], process=[process])

        coke = 28.470 * 107.1e-3
        chosen = accounted(made(output=100.0), process={"cement_clinker": "0.5 tCO2/t"})
        assert float(chosen.total("co2", by=())) == pytest.approx(coke + 50.0)
        none = accounted(made(output=100.0))
        assert np.isnan(none.total("co2", by=()))
        assert [values["items"] for values in told(none, "account.no_co2")] == ["cement_clinker (process)"]


class TestReportedBesideOthers:
    """What one zone reports says nothing of another."""

    def test_energy_of_one_and_co2_of_another(self) -> None:
        account = accounted(
            [
                zc.Zone(zone="A", indicators=(reported("total_energy", 10.0, basis="calorific"),)),
                zc.Zone(zone="B", indicators=(reported("co2", 4.0),)),
                zone(use("coke", 100.0), name="C"),
            ]
        )
        np.testing.assert_allclose(account.total("energy")[:, 0], [10.0, np.nan, 97.14], rtol=1e-12)
        np.testing.assert_allclose(account.total("co2")[:2, 0], [np.nan, 4.0], rtol=1e-12)
        columns = account.columns()
        for name in ("supply", "sector", "use", "carrier"):
            assert all(isinstance(text, str) for text in columns[name])

    def test_a_year_without_a_report_is_not_unstated(self) -> None:
        rows = (use("coke", 100.0, year=2021), use("coke", 100.0))
        account = accounted(zone(*rows, indicators=(reported("total_energy", 97.14, 2021, "calorific"),)))
        assert [p.code for p in account.warnings if p.code.startswith("account.reported")] == []
        unstated = accounted(zone(*rows, indicators=(reported("total_energy", 500.0, 2021),)))
        assert [p.code for p in unstated.warnings if "reported" in p.code] == ["account.reported_unstated"]


class TestTotalsBy:
    """Any axes in any order, and nothing else."""

    def test_axes_in_any_order(self) -> None:
        account = accounted([zone(use("coke", 100.0), use("heat", 50.0, sector="x", year=2021)), zone(name="B")])
        whole = account.total("energy", by=("zone", "carrier", "year"))
        turned = account.total("energy", by=("year", "zone", "carrier"))
        np.testing.assert_array_equal(turned, whole.transpose(2, 0, 1))
        assert whole.shape == (2, len(account.carriers), 2)

    def test_what_there_is_none_of(self) -> None:
        account = accounted(zone(use("coke", 100.0)))
        with pytest.raises(zc.InputError, match=r"energy.*co2.*value_added"):
            account.total("steam")
        for axes in (("planet",), ("zone", "planet")):
            with pytest.raises(zc.InputError, match="planet") as caught:
                account.total("energy", by=axes)
            assert "year" in str(caught.value)

    def test_a_rounding_surplus_covers_no_sale(self) -> None:
        """0.1 + 0.2 MWh made, 0.3 used, 0.5 sold of what was bought: nothing of the sale is covered."""
        made = [use("electricity", q, use="transformation_out", sector=s) for q, s in ((0.1, "a"), (0.2, "b"))]
        rest = (use("electricity", 0.3, supply="onsite_fossil"), use("electricity", 0.5, use="export"))
        account = accounted(zone(*made, *rest, use("electricity", 1.0)))
        assert told(account, "account.export_covered") == []
        assert float(account.total("energy", by=())) == pytest.approx(0.5 * KWH)


class TestFactorsOfOneYear:
    """CO2 with every year at the grid factors of one: what is left is the zone's own doing."""

    YEARS = (2021, 2022, 2023)

    def _account(self, provinces: list[str]) -> tuple[zc.Account, Any]:
        rng = np.random.default_rng(5)
        quantity = rng.uniform(1.0, 9.0, (len(provinces), 2, 3))
        names = [f"Z{i}" for i in range(len(provinces))]
        activity = zc.Activity.from_arrays(
            quantity, flows=["coke", "electricity"], zones=names, years=self.YEARS, provinces=provinces
        )
        return accounted(activity), quantity

    @pytest.mark.parametrize("provinces", [["上海"], ["上海", "上海"], ["上海", "江苏", "全国"]])
    def test_only_electricity_moves(self, provinces: list[str]) -> None:
        account, quantity = self._account(provinces)
        coke = quantity[:, 0] * 28.470 * 107.1e-3
        factor = (account.total("co2") - coke) / quantity[:, 1]
        for at, year in enumerate(self.YEARS):
            expected = coke + quantity[:, 1] * factor[:, at : at + 1]
            np.testing.assert_allclose(account.co2_at_factors_of(year), expected, rtol=1e-12)
            for one, other in enumerate(self.YEARS):
                alone = account.co2_at_factors_of(year, other)
                assert alone.shape == (len(provinces), 1)
                np.testing.assert_allclose(alone[:, 0], expected[:, one], rtol=1e-12)
        assert len(np.unique(factor.round(12), axis=1)) >= 1
        assert factor[0, 0] != pytest.approx(factor[0, 2], rel=1e-6)

    def test_a_process_that_is_not_known_stays_out_of_energy_alone(self) -> None:
        process = zc.ProcessOutput(product="lime", output=None, year=YEAR)
        record = zc.Zone(zone="A", province="上海", energy=[use("electricity", 10.0)], process=[process])
        account = accounted(record)
        assert float(account.total("energy", by=())) == pytest.approx(10.0 * KWH)
        assert np.isnan(account.co2_at_factors_of(YEAR)).all()


class TestTables:
    """Rows of zones and years, and the first lines of many."""

    def test_a_row_for_each_zone_and_year(self) -> None:
        account = accounted([zone(use("coke", 1.0, year=y), name=n) for n, y in (("A", 2020), ("B", 2021))])
        columns = account.columns("zone")
        assert list(zip(columns["zone"].tolist(), columns["year"].tolist(), strict=True)) == [
            ("A", 2020), ("A", 2021), ("B", 2020), ("B", 2021),
        ]  # fmt: skip
        np.testing.assert_array_equal(columns["energy_tce"], account.total("energy").ravel())
        np.testing.assert_array_equal(columns["co2_t"], account.total("co2").ravel())
        with pytest.raises(zc.InputError, match="zone"):
            account.columns("sector")

    def test_the_first_lines_are_those_of_the_whole(self) -> None:
        account = accounted([zone(use("coke", 1.0), use("heat", 2.0), name=f"Z{i:03}") for i in range(200)])
        whole = account.columns()
        head, count = account._head(7)
        assert count == len(whole["zone"]) == 400
        for name, column in head.items():
            assert column.tolist() == whole[name][:7].tolist()

    def test_an_axis_there_is_none_of(self) -> None:
        account = accounted(zone(use("coke", 1.0)))
        assert account.labels("carrier").tolist() == ["coke"]
        with pytest.raises(zc.InputError, match=r"planet.*|.*scope") as caught:
            account.labels("planet")
        assert "scope" in str(caught.value)

    def test_sums_over_sectors_take_the_factors_of_each_zone(self) -> None:
        """Shanghai and Jiangsu beside each other, in two sectors."""
        zones = [
            zc.Zone(
                zone=name,
                province=province,
                energy=[use("electricity", 10.0, sector="a"), use("electricity", 30.0, sector="b")],
            )
            for name, province in (("S", "上海"), ("J", "江苏"), ("T", "上海"))
        ]
        account = accounted(zones)
        by_sector = account.total("co2", by=("zone", "sector"))
        np.testing.assert_allclose(by_sector[:, 1] / by_sector[:, 0], 3.0, rtol=1e-12)
        np.testing.assert_allclose(by_sector[0], by_sector[2], rtol=1e-15)
        assert by_sector[0, 0] != pytest.approx(by_sector[1, 0], rel=1e-6)
        alone = [float(accounted(item).total("co2", by=())) for item in zones]
        np.testing.assert_allclose(by_sector.sum(axis=1), alone, rtol=1e-12)


class TestEachCarrierAlone:
    """What one carrier makes covers nothing of another."""

    def test_power_made_covers_no_heat_sold(self) -> None:
        rows = (use("electricity", 10.0, use="transformation_out"), use("heat", 5.0, use="export"))
        account = accounted(zone(*rows))
        assert float(account.total("energy", by=())) == pytest.approx(-10.0 * KWH - 5.0 * 0.03412)
        assert told(account, "account.export_covered") == []
        used = accounted(
            zone(use("electricity", 10.0, use="transformation_out"), use("heat", 5.0, supply="onsite_fossil"))
        )
        assert [values["carrier"] for values in told(used, "account.generation_implied")] == ["heat"]

    def test_what_differs_by_rounding_is_complete(self) -> None:
        """0.3 made, and 0.1 and 0.2 used, whose sum is a little more."""
        own = [use("electricity", q, supply="onsite_fossil", sector=s) for q, s in ((0.1, "a"), (0.2, "b"))]
        account = accounted(zone(*own, use("electricity", 0.3, use="transformation_out", sector="a")))
        assert told(account, "account.generation_implied") == []

    def test_books_that_list_all_of_it_are_as_they_should_be(self) -> None:
        rows = (
            use("electricity", 10.0, use="transformation_out"),
            use("electricity", 4.0, supply="onsite_fossil"),
            use("electricity", 6.0, use="export"),
        )
        account = accounted(zone(*rows))
        assert told(account, "account.export_covered") == told(account, "account.generation_implied") == []
        assert float(account.total("energy", by=())) == pytest.approx((4.0 - 10.0) * KWH)


class TestUnknownBesideWhatDoesNotCount:
    """A process whose output is not known leaves energy as it is, in all four figures."""

    @pytest.mark.parametrize(("sold", "intensity"), [(0.0, 10.0 * KWH / 1000.0), (100.0, np.nan)])
    def test_totals(self, sold: float, intensity: float) -> None:
        record = zc.Zone(
            zone="A",
            province="上海",
            energy=[use("electricity", 10.0), use("heat", sold, use="export")],
            process=[zc.ProcessOutput(product="lime", output=None, year=YEAR)],
            value_added=[zc.ValueAdded(value=1000.0, year=YEAR, price_year=2020)],
        )
        account = accounted(record)
        whole = account.totals()
        assert whole.energy[0, 0] == pytest.approx(10.0 * KWH - sold * 0.03412)
        np.testing.assert_allclose(whole.energy_intensity, [[intensity]])
        assert np.isnan(whole.co2).all()
        assert np.isnan(whole.co2_intensity).all()
        assert account.price_years() == ["2020"]


class TestFaces:
    """Names of axes, and what a result is in one line."""

    @pytest.mark.parametrize("by", [("carrier", "scope"), ("zone", "zone"), ("use", "supply", "year")])
    def test_one_axis_of_flows_and_each_once(self, by: tuple[str, ...]) -> None:
        with pytest.raises(zc.InputError):
            accounted(zone(use("coke", 1.0))).total("energy", by=by)

    def test_in_one_line(self) -> None:
        account = accounted(zone(use("coke", 100.0, year=2020), use("coke", 1.0, year=2022)))
        assert "2020-2022" in repr(account)
        assert repr(account.explain("A", 2020)) == "<Explanation: A 2020, 1 lines, 97.14 tce>"

    def test_a_number_without_a_unit_had_that_of_the_carrier(self) -> None:
        """With a heat value the line is in GJ, the number was in the carrier's own unit; output of a process in t."""
        coal = use("raw_coal", 100.0, ncv="20 GJ/t")
        lime = zc.ProcessOutput(product="lime", output=50.0, year=YEAR, factor="0.7 tCO2/t")
        record = zc.Zone(zone="A", province="全国", energy=[coal], process=[lime])
        text, chinese = (accounted(record).explain("A", YEAR).text(language) for language in ("en", "zh"))
        assert "20 GJ/t (no unit given: that of the carrier" in text
        assert "as given: records 2: 50.0 t\n" in text
        assert "20 GJ/t（未写单位：该品种自身单位）" in chinese
        assert "no unit given" not in chinese
        assert float(accounted(record).total("energy", by=())) == pytest.approx(2000.0 / 29.3076)

    def test_lines_of_one_year_at_the_factors_of_another(self) -> None:
        energy = [use("electricity", 10.0, year=y) for y in (2021, 2022, 2023)]
        zones = [zc.Zone(zone=n, province=p, energy=energy) for n, p in (("S", "上海"), ("J", "江苏"))]
        account = accounted(zones)
        years = [2021, 2022, 2023]
        whole = account.lines("co2", years)
        np.testing.assert_allclose(whole.sum(axis=(1, 2)), account.total("co2"), rtol=1e-12)
        np.testing.assert_array_equal(account.lines("co2", 2022), whole[..., 1])
        fixed = account.lines("co2", years, at_year=2021)
        np.testing.assert_allclose(fixed.sum(axis=(1, 2)), account.co2_at_factors_of(2021), rtol=1e-12)
        np.testing.assert_array_equal(account.lines("co2", years, slice(1, 2), 2021), fixed[1:2])
        with pytest.raises(zc.InputError, match="energy, co2"):
            account.lines("steam", 2022)


EDITIONS = ("GB/T 2589-2020", "NBS-yearbook", "NBS-scheme", "GB/T 2589-2008")
GJ_PER_TCE = 29.3076


class TestUses:
    """What is told of a factor gives the coefficient again: by these an auditor checks a figure."""

    YEARS = (2019, 2020)
    EQUIVALENT: ClassVar[dict[int, float]] = {2019: 0.29891, 2020: 0.29799}  # kgce/kWh, yearbook of energy statistics
    METHODS: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"basis": "equivalent", "equivalent": {"electricity": {"series": "yearbook"}}, "feedstock": "deduct"},
        {
            "basis": "equivalent",
            "equivalent": {"electricity": {2019: "0.29891 kgce/kWh", 2020: "0.29799 kgce/kWh"}, "heat": "0.04 tce/GJ"},
            "fuels": "ipcc-2006", "heat": "0.09 tCO2/GJ", "electricity": "0.6 kgCO2/kWh", "media": True,
        },
        {"fuels": "provincial-guideline-2025", "certificates": "zero", "process": {"lime": "0 tCO2/t"}},
        {"electricity": "national_residual", "vintage": "same_year", "coefficients": {"coke": "0.95 tce/t"}},
    )  # fmt: skip

    def _account(self, choices: dict[str, Any], provinces: tuple[str, ...] = ("上海", "江苏")) -> zc.Account:
        uses, made = [], []
        for year in self.YEARS:
            for carrier, quantity, fields in (
                ("raw_coal", "100 t", {}), ("coke", "10 t", {}), ("natural_gas", "5 m3", {}), ("crude_oil", "3 GJ", {}),
                ("diesel", "3 tce", {}), ("hydrogen", "5 m3", {}), ("naphtha", "4 t", {"use": "feedstock"}),
                ("compressed_air", "4 m3", {}), ("firewood", "1 t", {}), ("briquettes", "1 t", {}),
                ("methanol_fuel", "1 t", {}), ("waste_heat", "3 GJ", {}), ("bitumen", "3 t", {}),
                ("heat", "3 GJ", {"supply": "nonfossil_heat"}), ("steam_low_pressure", "1 t", {}),
                ("heat", "1 tce", {"basis": "calorific"}), ("electricity", "5 MWh", {}),
                ("electricity", "1 tce", {"basis": "calorific", "supply": "onsite_fossil"}),
                ("electricity", "1 tce", {"basis": "equivalent", "use": "export"}),
                ("electricity", "2 MWh", {"supply": "onsite_nonfossil", "use": "export"}),
                ("electricity", "2 MWh", {"supply": "certificate"}),
                ("electricity", "2 MWh", {"supply": "direct_nonfossil"}),
            ):  # fmt: skip
                uses.append(use(carrier, quantity, year=year, **fields))
            made += [zc.ProcessOutput(product=name, output="5 t", year=year) for name in ("lime", "cement_clinker")]
            made.append(zc.ProcessOutput(product="steel", output="5 t", factor="0.3 tCO2/t", year=year))
        zones = [zc.Zone(zone=f"Z{i}", province=name, energy=uses, process=made) for i, name in enumerate(provinces)]
        given = {"equivalent": {"electricity": {"series": "yearbook"}}, "process": {"lime": "0.7 tCO2/t"}, **choices}
        return accounted(zones, editions=EDITIONS, **given)

    def _per_unit(self, flow: Any, of: str, year: int, heat: list[Any]) -> float:
        """How much of the unit ``of`` is in a unit of a flow."""
        if of == flow.unit:
            return 1.0
        if heat:
            return float(heat[0].value)
        if flow.kind == "electricity":
            return 1.0 / (self.EQUIVALENT[year] if flow.basis == "equivalent" else KWH)
        if flow.carrier == "heat":
            return 1.0 / 0.03412
        return GJ_PER_TCE * {"tce": 1.0, "GJ": 1.0 / GJ_PER_TCE, "t": 0.1286}[flow.unit]  # steam: GB/T 2589-2008

    @pytest.mark.parametrize("choices", METHODS)
    @pytest.mark.parametrize("provinces", [("上海", "江苏"), ("",)])
    def test_they_give_the_coefficients_again(self, choices: dict[str, Any], provinces: tuple[str, ...]) -> None:
        account = self._account(choices, provinces)
        table = account.coefficients
        assert {u.flow for u in table.uses} == set(account.flows)
        for position, flow in enumerate(account.flows):
            own = [u for u in table.uses if u.flow == flow]
            for group, province in enumerate(table.provinces):
                for at, year in enumerate(self.YEARS):
                    here = [u for u in own if u.year in {None, year} and (not u.province or u.province == province)]
                    roles = ("energy", "heat_value", "co2")
                    energy, heat, co2 = ([u for u in here if u.role == role] for role in roles)
                    assert len(here) == len(energy) + len(heat) + len(co2)
                    assert (len(energy), len(co2), len(heat)) == (flow.kind != "process", 1, len(heat[:1]))
                    assert [(u.value, u.unit) for u in energy] == [
                        (table.energy[position, at], f"tce/{flow.unit}") for _ in energy
                    ]
                    assert {u.unit for u in heat} <= {f"GJ/{flow.unit}"}
                    what, _, of = co2[0].unit.partition("/")
                    assert what == "tCO2"
                    made = co2[0].value * self._per_unit(flow, of, year, heat) if co2[0].value else 0.0
                    apart = 0.0 if np.isnan(table.biogenic[position, at]) else table.biogenic[position, at]
                    np.testing.assert_allclose(made, table.co2[group, position, at] + apart, rtol=1e-12)

    @pytest.mark.parametrize("choices", METHODS)
    def test_each_has_its_words_and_its_source(self, choices: dict[str, Any]) -> None:
        """What names a source has the row of it; what was chosen names none."""
        account = self._account(choices)
        sources = {row.source_id for row in account.catalog.rows()} - {""}  # type: ignore[union-attr]
        words = account.provenance.choices["factors"]
        assert len(words) == len(account.coefficients.uses)
        for one, shown in zip(account.coefficients.uses, words, strict=True):
            assert isinstance(one.value, float)
            assert one.label
            assert all(isinstance(text, str) for text in (one.label, one.province, one.proxy))
            coal = (one.role, one.flow.carrier) == ("co2", "raw_coal")
            assert one.proxy == ("bituminous_coal" if coal else "")
            source = next((name for name in sources if f", {name}" in one.label), "")
            assert shown["source_id"] == source
            if source:
                assert one.row is not None
                assert shown["status"] == one.row.status
            else:
                assert one.row is None
                assert shown["status"] == "choice"

    def test_standard_coal_of_the_other_basis_shows_both_coefficients(self) -> None:
        """Electricity in two years; heat too where the method says what made it."""
        for choices, n in zip(self.METHODS, (2, 2, 4, 2, 2), strict=True):
            uses = [u for u in self._account(choices).coefficients.uses if u.unit == "tce/tce"]
            ratios = [(u.value, u.label.partition("; ")[2]) for u in uses if u.label.startswith("given in") and u.year]
            assert len(ratios) == n
            for value, steps in ratios:
                above, _, below = steps.partition(" tce/")[0].partition(" / ")
                assert float(above) / float(below) == pytest.approx(value, rel=1e-11)

    def test_a_printed_factor_per_unit_is_met(self) -> None:
        """Provincial guideline 2025: tCO2 per t or per 10^4 Nm3, printed beside heat value and carbon."""
        for carrier, quantity, printed in (
            ("bituminous_coal", "1 t", 1.741750), ("blast_furnace_gas", "10000 Nm3", 8.481132),
            ("converter_gas", "10000 Nm3", 15.124032),
        ):  # fmt: skip
            choices = {"fuels": "provincial-guideline-2025", "coefficients": {"bituminous_coal": "0.7 tce/t"}}
            account = accounted(zone(use(carrier, quantity)), **choices)
            assert float(account.total("co2", by=())) == pytest.approx(printed, rel=1e-5)

    def test_whose_choice_it_was(self) -> None:
        """Of natural gas the standard prints a range: what inventory takes of it is told, once."""
        shipped = accounted(zone(use("natural_gas", 1.0)))
        labels = [u.label for u in shipped.coefficients.uses if u.role != "co2"]
        assert labels == ["inventory's choice: 1.3300 kgce/m3", "29.3076 GJ/tce x inventory's choice: 1.3300 kgce/m3"]
        (values,) = told(shipped, "account.choice")
        assert (values["carrier"], values["choice"], values["high"]) == ("natural_gas", "1.3300 kgce/m3", "1.3300")
        own = accounted(zone(use("natural_gas", 1.0)), coefficients={"natural_gas": "1.2 kgce/m3"})
        assert [u.label for u in own.coefficients.uses][:2] == [
            "chosen: 1.2 kgce/m3", "29.3076 GJ/tce x chosen: 1.2 kgce/m3"
        ]  # fmt: skip
        assert told(own, "account.choice") == []

    def test_a_formula_takes_the_same_coefficients_and_lacks_the_same(self) -> None:
        assert zc.standard_coal(1.0, "coke") == 0.9714
        with pytest.raises(zc.FactorError, match=r"1\.3300"):
            zc.standard_coal(1.0, "natural_gas")
        with pytest.warns(zc.FactorWarning, match="NBS-yearbook"):
            assert zc.standard_coal(1.0, "naphtha") == 1.5

    def test_years_behind_the_grid(self) -> None:
        """Each data year once, those of all provinces."""
        assert self._account({}).provenance.choices["grid_data_years"] == {2019: [2021], 2020: [2021]}
        row = {"kind": "provincial_average", "region_id": "江苏", "data_year": 2019, "value": 0.7, "unit": "kgCO2/kWh"}
        zones = [
            zc.Zone(zone=name, province=name, energy=[use("electricity", 1.0, year=2019)])
            for name in ("江苏", "上海", "浙江")
        ]
        account = accounted(zones, factors=row)
        assert account.provenance.choices["grid_data_years"] == {2019: [2019, 2021]}


class TestRefusals:
    """What has no coefficient is told with the ways out."""

    def _of(self, *uses: zc.EnergyUse, **choices: Any) -> dict[str, Any]:
        with pytest.raises(zc.MethodError) as caught:
            accounted(zone(*uses), basis="equivalent", **choices)
        (problem,) = caught.value.problems
        return {"code": problem.code, **problem.values}

    @pytest.mark.parametrize(
        ("years", "year"),
        [((2019, 2020), "same_year"), ((2007, 2019, 2020), "same_year"), ((2021,), "2020"), ((2019, 2021), "2020")],
    )
    def test_the_series_and_the_year_that_would_do(self, years: tuple[int, ...], year: str) -> None:
        found = self._of(*(use("electricity", 1.0, year=y) for y in years))
        known = found.pop("known").split("; ")
        assert found == {
            "code": "method.equivalent", "method": "inventory*", "carrier": "electricity", "unit": "kgce/kWh",
            "series": "yearbook", "year": year,
        }  # fmt: skip
        assert "yearbook coal-equivalent calculation (发电煤耗计算法): 2007, 2019-2020" in known
        assert len(known) == 3

    def test_heat_has_no_series(self) -> None:
        found = self._of(use("heat", "1 tce", basis="equivalent"))
        assert found == {"code": "method.equivalent_none", "method": "inventory*", "carrier": "heat", "unit": "kgce/GJ"}

    def test_a_year_that_the_choice_lacks(self) -> None:
        by_year = {"electricity": {2018: "0.31 kgce/kWh", 2019: "0.30 kgce/kWh"}}
        assert self._of(use("electricity", 1.0, year=2020), equivalent=by_year) == {
            "code": "method.equivalent_year", "carrier": "electricity", "year": 2020, "known": "2018, 2019"
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"use": "feedstock"}, "account.feedstock"),
            ({"use": "transformation_out", "supply": "onsite_nonfossil"}, "account.nonfossil_output"),
        ],
    )
    def test_what_cannot_be(self, fields: dict[str, Any], code: str) -> None:
        assert self._of(use("electricity", 1.0, **fields)) == {"code": code, "carrier": "electricity"}


class TestOwnRows:
    """Rows of the user's own: what is used of them, what is not, and in which units they may be."""

    COAL: ClassVar[dict[str, Any]] = {
        "carrier_id": "coke", "edition": "GB/T 2589-2020", "coefficient": 0.9, "coefficient_unit": "kgce/kg",
    }  # fmt: skip
    FUEL: ClassVar[dict[str, Any]] = {
        "carrier_id": "coke", "factor_set": "ncsc-2025", "co2_per_energy": 100, "co2_per_energy_unit": "kgCO2/GJ",
    }  # fmt: skip

    @staticmethod
    def _idle(*rows: dict[str, Any], **choices: Any) -> dict[str, Any]:
        tables = [{name: [cell] for name, cell in row.items()} for row in rows]
        account = accounted(zone(use("coke", 1.0)), factors=tables, **choices)
        codes = ("account.rows_idle", "account.sets_idle")
        return {code: values for code in codes for values in told(account, code)}

    def test_what_is_used_is_not_idle(self) -> None:
        assert self._idle(self.COAL) == self._idle(self.FUEL) == {}
        account = accounted(zone(use("coke", 1.0)), factors=[self.COAL])
        assert float(account.total("energy", by=())) == 0.9

    def test_a_row_for_what_does_not_occur_is_no_slip(self) -> None:
        assert self._idle({**self.COAL, "carrier_id": "diesel"}) == {}
        assert self._idle({**self.FUEL, "carrier_id": "diesel"}) == {}
        gas = accounted(
            zone(use("natural_gas", 1.0), use("coke", 1.0)), factors=[{**self.COAL, "edition": "NBS-scheme"}]
        )
        assert told(gas, "account.rows_idle") == [{"rows": "coke (NBS-scheme)"}]

    def test_sets_that_the_method_does_not_name(self) -> None:
        known = "GB/T 2589-2020, NBS-yearbook, NBS-scheme, ncsc-2025"
        strange = {**self.COAL, "carrier_id": "diesel", "edition": "mine"}
        assert self._idle(strange, {**self.FUEL, "carrier_id": "diesel", "factor_set": "other"}) == {
            "account.sets_idle": {"sets": "mine, other", "known": known}
        }
        assert self._idle(strange, editions=("mine", "GB/T 2589-2020")) == {}
        told_of = {**self.COAL, "edition": "mine"}  # the row is told of, which shows its set
        assert self._idle(told_of) == {"account.rows_idle": {"rows": "coke (mine)"}}
        assert self._idle(told_of, strange) == {"account.rows_idle": {"rows": "coke (mine)"}}

    def test_another_edition_is_told_where_it_counts(self) -> None:
        for quantity in (0.0, 1.0):
            account = accounted(zone(use("coke", 1.0), use("naphtha", quantity), use("bitumen", 1.0)))
            pairs = ["naphtha: NBS-yearbook"] if quantity else []
            assert told(account, "account.editions") == [
                {"pairs": ", ".join([*pairs, "bitumen: NBS-yearbook"]), "edition": "GB/T 2589-2020"}
            ]

    def test_a_grid_factor_in_another_unit(self) -> None:
        row = {"kind": "provincial_average", "region_id": "江苏", "data_year": YEAR, "unit": "kgCO2/MWh", "value": 600}
        record = zc.Zone(zone="A", province="江苏", energy=[use("electricity", 10.0)])
        assert float(accounted(record, factors=row).total("co2", by=())) == pytest.approx(6.0)

    def test_heat_in_another_unit(self) -> None:
        row = {"item_id": "heat_co2_default", "parameter": "co2_per_energy", "value": 120.0, "unit": "kgCO2/GJ"}
        assert float(accounted(zone(use("heat", 10.0)), factors=row).total("co2", by=())) == pytest.approx(1.2)

    @pytest.mark.parametrize(
        ("carrier", "carbon"), [("firewood", ""), ("municipal_waste", "biogenic"), ("firewood", "biogenic")]
    )
    def test_carbon_of_plants_stands_apart_by_carrier_or_by_row(self, carrier: str, carbon: str) -> None:
        row = {**self.FUEL, "carrier_id": carrier, "carbon_class": carbon}
        account = accounted(zone(use(carrier, "10 GJ")), factors=row)
        assert float(account.total("co2", by=())) == 0.0
        assert float(account.total("biogenic_co2", by=())) == pytest.approx(1.0)

    @pytest.mark.parametrize(
        ("fields", "label"),
        [
            ({}, f"江苏 provincial_average, data year 2022, {UNSOURCED}, user, factors[0] ("),
            ({"source_id": "meter"}, "江苏 provincial_average, data year 2022, meter, user, factors[0] ("),
            ({"notice": "No 7"}, f"江苏 provincial_average, data year 2022, {UNSOURCED}, user, factors[0] ("),
            ({"region_zh": "苏"}, f"苏 provincial_average, data year 2022, {UNSOURCED}, user, factors[0] ("),
        ],
    )
    def test_a_grid_row_in_words(self, fields: dict[str, str], label: str) -> None:
        row = {"kind": "provincial_average", "region_id": "江苏", "data_year": YEAR, "unit": "kgCO2/kWh", "value": 0.6}
        record = zc.Zone(zone="A", province="江苏", energy=[use("electricity", 10.0)])
        account = accounted(record, factors={**row, **fields})
        (found,) = [u.label for u in account.coefficients.uses if u.role == "co2"]
        assert found.startswith(label)
        assert found.endswith(" (No 7)") == ("notice" in fields)
        assert "no notice" not in found
        assert "()" not in found

    def test_a_region_without_a_name(self) -> None:
        row = {
            "kind": "regional_average",
            "region_id": "grid-huabei",
            "data_year": YEAR,
            "unit": "kgCO2/kWh",
            "value": 1,
        }
        record = zc.Zone(zone="A", province="北京", energy=[use("electricity", 10.0)])
        account = accounted(record, factors=row, electricity="regional_average")
        (found,) = [u.label for u in account.coefficients.uses if u.role == "co2"]
        assert found.startswith("grid-huabei regional_average, data year 2022, ")
        assert float(account.total("co2", by=())) == pytest.approx(10.0)

    def test_a_shipped_grid_row_without_a_notice(self) -> None:
        choices = {"electricity": "national_average", "vintage": "fixed", "electricity_year": 2015}
        account = accounted(zone(use("electricity", 1.0)), **choices)
        (found,) = [u.label for u in account.coefficients.uses if u.role == "co2"]
        assert found == "全国 national_average, data year 2015, grid-old-memory, recalled (no notice)"

    def test_where_there_is_no_grid_factor(self) -> None:
        nowhere = zc.Zone(zone="A", energy=[use("electricity", 1.0)])
        assert [v["items"] for v in told(accounted(nowhere), "account.no_co2")] == [
            "electricity of zones without a province (provincial_average)"
        ]
        tibet = zc.Zone(zone="A", province="西藏", energy=[use("electricity", 1.0, year=y) for y in (2021, 2022)])
        assert [v["items"] for v in told(accounted(tibet), "account.no_co2")] == ["西藏 provincial_average"]
        early = zc.Zone(zone="A", province="江苏", energy=[use("electricity", 1.0, year=y) for y in (1990, 1991)])
        assert [v["items"] for v in told(accounted(early, vintage="same_year"), "account.no_co2")] == [
            "江苏 provincial_average 1990, 江苏 provincial_average 1991"
        ]


class TestUnknownQuantities:
    """What is not known is not known where it counts, and nowhere else."""

    YEARS = (2021, 2022, 2023)

    def test_lines(self) -> None:
        """0 of what has no factor is 0, unknown of what counts nothing is 0, and nothing is known of C."""
        lime = [zc.ProcessOutput(product="lime", output=q, year=YEAR) for q in (None, "5 t")]
        clinker = zc.ProcessOutput(product="cement_clinker", output="5 t", year=YEAR)
        steel = zc.ProcessOutput(product="steel", output="5 t", factor="0.3 tCO2/t", year=YEAR)
        account = accounted(
            [
                zone(use("coke", 1.0), process=[lime[0], steel], name="A"),
                zone(use("coke", 2.0), process=[lime[1], clinker], name="B"),
                zone(use("coke", 3.0, year=2021), name="C"),
            ],
            process={"lime": "0.7 tCO2/t"},
        )
        at = account.years.tolist().index(YEAR)
        names = [flow.product or flow.carrier for flow in account.flows]
        coke = 28.470 * 107.1e-3
        energy = {"coke": [0.9714, 1.9428, np.nan], "lime": [0.0, 0.0, np.nan]}
        co2 = {
            "coke": [coke, 2 * coke, np.nan], "lime": [np.nan, 3.5, np.nan], "cement_clinker": [0.0, np.nan, np.nan],
            "steel": [1.5, 0.0, np.nan],
        }  # fmt: skip
        for what, wanted in (("energy", energy), ("co2", co2)):
            for name, values in wanted.items():
                for found in (getattr(account, what)[..., at], account.lines(what, YEAR)):
                    np.testing.assert_allclose(found[:2, 0, names.index(name)], values[:2], rtol=1e-12, err_msg=name)
        assert np.isnan(account.total("energy")[2, at])
        assert np.isnan(account.co2_at_factors_of(2021)[2, at])
        whole = account.totals()
        for name in ("energy", "co2"):
            np.testing.assert_array_equal(getattr(whole, name), account.total(name))

    def test_where_nothing_counts_all_is_known(self) -> None:
        account = accounted(zone(use("hydrogen", None)))
        assert account.co2.tolist() == [[[[0.0]]]]
        assert np.isnan(account.energy).all()
        assert account.totals().co2.tolist() == account.total("co2").tolist() == [[0.0]]

    def test_beyond_the_floats_is_infinite_without_a_word(self) -> None:
        activity = zc.Activity.from_arrays([[[1.7e308]]], flows=["lpg"], zones=["A"], years=[YEAR])
        with np.errstate(all="raise"):
            assert np.isinf(accounted(activity).energy).all()

    def test_lines_of_one_year_are_those_of_that_year(self) -> None:
        energy = [use("electricity", 10.0 * (year - 2020), year=year) for year in self.YEARS]
        zones = [zc.Zone(zone=n, province=p, energy=energy) for n, p in (("S", "上海"), ("J", "江苏"), ("T", "上海"))]
        account = accounted(zones)
        for at, year in enumerate(self.YEARS):
            lines = account.lines("co2", year)
            np.testing.assert_allclose(lines[:, 0, 0], account.total("co2")[:, at], rtol=1e-12)
            np.testing.assert_array_equal(account.lines("co2", year, slice(1, 2)), lines[1:2])
        np.testing.assert_allclose(account.lines("energy", 2023)[:, 0, 0], 30.0 * KWH)

    @pytest.mark.parametrize("provinces", [["上海", "上海"], ["上海", "江苏"]])
    def test_at_the_factors_of_one_year_beside_what_counts_nothing(self, provinces: list[str]) -> None:
        """Hydrogen that was not weighed has no carbon: CO2 is known all the same."""
        quantity = np.array([[[np.nan] * 3, [1.0, 2.0, 3.0], [4.0, 5.0, 7.0]], [[1.0] * 3, [3.0, 1.0, 2.0], [2.0] * 3]])
        activity = zc.Activity.from_arrays(
            quantity, flows=["hydrogen", "coke", "electricity"], zones=["A", "B"], years=self.YEARS, provinces=provinces
        )
        account = accounted(activity)
        assert np.isnan(account.total("energy")[0]).all()
        coke = quantity[:, 1] * 28.470 * 107.1e-3
        factor = (account.total("co2") - coke) / quantity[:, 2]
        assert factor[0, 0] != pytest.approx(factor[0, 2], rel=1e-6)
        for at, year in enumerate(self.YEARS):
            wanted = coke + quantity[:, 2] * factor[:, at : at + 1]
            np.testing.assert_allclose(account.co2_at_factors_of(year), wanted, rtol=1e-12)
            for one, other in enumerate(self.YEARS):
                np.testing.assert_allclose(account.co2_at_factors_of(year, other)[:, 0], wanted[:, one], rtol=1e-12)

    def test_generation_and_sales_that_are_not_known(self) -> None:
        """What is not known in one sector leaves the other as it is."""
        kinds: tuple[dict[str, Any], ...] = ({"supply": "onsite_fossil"}, {"use": "export"})
        for fields in kinds:
            rows = [use("electricity", q, sector=s, **fields) for s, q in (("a", None), ("b", 5.0))]
            made = use("electricity", 9.0, use="transformation_out", sector="a")
            other = zone(use("electricity", 1.0, supply="onsite_fossil", sector="a"), name="B")
            account = accounted([zone(*rows, made), other])
            by_sector = account.total("energy", by=("zone", "sector"))
            assert np.isnan(by_sector[0, 0])
            assert abs(by_sector[0, 1]) == pytest.approx(5.0 * KWH)


class TestBooks:
    """Which books are complete, and what is said of those that are not."""

    @pytest.mark.parametrize(("made", "sold"), [(10.00005, 6.0), (1e-8, 5e-9), (1e-8, 4e-9)])
    def test_nearly_complete_is_not_complete(self, made: float, sold: float) -> None:
        rows = (use("electricity", made, use="transformation_out"), use("electricity", sold, use="export"))
        own = [use("electricity", 4.0, supply="onsite_fossil")] if made > 1.0 else []
        account = accounted(zone(*rows, *own, use("electricity", 100.0)))
        assert told(account, "account.export_covered") == [{"carrier": "electricity", "places": f"A {YEAR}"}]

    def test_what_was_never_counted_is_not_netted(self) -> None:
        """10 made from fuel and 4 of it sold; 3 more of the sun are sold, which stay what they are."""
        rows = (
            use("electricity", 10.0, use="transformation_out"),
            use("electricity", 4.0, use="export"),
            use("electricity", 3.0, use="export", supply="onsite_nonfossil"),
        )
        account = accounted(zone(*rows))
        quantity = {(flow.use, flow.supply): account.quantity[0, 0, at, 0] for at, flow in enumerate(account.flows)}
        assert quantity[("export", "onsite_nonfossil")] == 3.0
        assert [q for (name, supply), q in quantity.items() if name == "export" and supply != "onsite_nonfossil"] == [
            0.0
        ]

    def test_a_reported_total_of_0_differs(self) -> None:
        with np.errstate(all="raise"):
            account = accounted(zone(use("coke", 1.0), indicators=(reported("co2", 0.0),)))
        assert [values["reported"] for values in told(account, "account.reported_differs")] == [0.0]

    def test_each_carrier_is_told_of(self) -> None:
        rows = [use(carrier, 5.0, supply="onsite_fossil") for carrier in ("electricity", "heat")]
        account = accounted(zone(*rows))
        assert {v["carrier"] for v in told(account, "account.generation_implied")} == {"electricity", "heat"}

    def test_quantities_that_need_no_netting_are_not_copied(self) -> None:
        rows = (use("electricity", 10.0, use="transformation_out"), use("electricity", 10.0, supply="onsite_fossil"))
        activity = zc.Activity.from_records([zone(*rows)])
        assert np.shares_memory(accounted(activity).quantity, activity.quantity)


class TestReportedAlone:
    """A total that stands alone says what it says, and no more."""

    def test_a_basis_that_is_not_needed_is_not_told(self) -> None:
        """CO2 alone has no basis; nor has one to be told of that stands beside rows."""
        alone = accounted(zc.Zone(zone="A", indicators=(reported("co2", 4.0),)))
        assert told(alone, "account.reported_basis") == []
        zones = [
            zc.Zone(zone="A", indicators=(reported("co2", 4.0),)),
            zc.Zone(zone="B", indicators=(reported("total_energy", 10.0, basis="calorific"),)),
            zone(use("coke", 1.0), name="C", indicators=(reported("total_energy", 0.3, basis="equivalent"),)),
        ]
        account = accounted(zones)
        assert told(account, "account.reported_basis") == []
        units = [(flow.unit, flow.basis) for flow in account.flows if flow.carrier == "reported"]
        assert units == [("tce", "calorific"), ("tCO2", "")]

    def test_beside_zones_in_sectors(self) -> None:
        rows = [use("coke", 100.0, sector=sector) for sector in ("a", "b")]
        zones = [zone(*rows, name=f"Z{i}") for i in range(3)]
        zones.append(zc.Zone(zone="R", indicators=(reported("total_energy", 10.0, basis="calorific"),)))
        account = accounted(zones)
        np.testing.assert_allclose(account.total("energy")[:, 0], [194.28] * 3 + [10.0], rtol=1e-12)

    def test_energy_alone_leaves_the_processes(self) -> None:
        """A total of energy stands for the fuels; one of CO2 for the processes too."""
        steel = zc.ProcessOutput(product="steel", output="5 t", factor="0.3 tCO2/t", year=YEAR)
        energy = reported("total_energy", 10.0, basis="calorific")
        for indicators, wanted in (((energy,), 1.5), ((energy, reported("co2", 30.0)), 0.0)):
            record = zc.Zone(zone="A", process=[steel], indicators=indicators)
            account = accounted([record, zone(use("coke", 1.0), name="B")])
            at = [flow.product for flow in account.flows].index("steel")
            assert float(account.co2[0, 0, at, 0]) == wanted


class TestKept:
    """Totals that were made with the account are those that would be made, and no others."""

    ACCOUNT = staticmethod(TestTotals._activity)

    def test_every_question_has_the_same_answer(self) -> None:
        plain, kept = accounted(self.ACCOUNT()), accounted(self.ACCOUNT(), executor=_AtOnce())
        for what in ("energy", "co2", "biogenic_co2", "value_added"):
            for by in (("zone", "year"), ("year", "zone"), ("zone",), ()):
                np.testing.assert_array_equal(plain.total(what, by=by), kept.total(what, by=by))
        assert kept.kept is not None
        own = kept.total("energy")
        np.testing.assert_array_equal(own, kept.kept.energy)
        assert own.flags.f_contiguous
        assert not np.shares_memory(own, kept.kept.energy)
        with pytest.raises(zc.InputError):
            kept.total("steam")

    def test_they_are_made_by_the_workers(self) -> None:
        here = _AtOnce()
        accounted(self.ACCOUNT(), executor=here)
        assert here.jobs == 1

    def test_a_copy_with_other_fields_has_none(self) -> None:
        """What was made for other coefficients does not go with a copy."""
        account = accounted(self.ACCOUNT(), executor=_AtOnce())
        account.total("co2")
        account.tables("energy")
        table = account.coefficients
        copy = replace(account, coefficients=replace(table, energy=2.0 * table.energy))
        assert copy.kept is None
        np.testing.assert_allclose(copy.total("energy"), 2.0 * account.total("energy"), rtol=1e-15)

    def test_an_account_may_be_put_together(self) -> None:
        account = accounted(self.ACCOUNT())
        parts: dict[str, Any] = {
            name: getattr(account, name) for name in ("activity", "method", "flows", "quantity", "coefficients")
        }
        made = zc.Account(**parts)
        assert (made.warnings, made.catalog, made.kept) == ((), None, None)
        np.testing.assert_array_equal(made.total("co2"), account.total("co2"))
        with pytest.raises(TypeError):
            zc.Account(**{name: part for name, part in parts.items() if name != "coefficients"})

    def test_provinces_beside_each_other(self) -> None:
        """The sums made together are those of each carrier added up."""
        account = accounted(self.ACCOUNT())
        whole = account.totals()
        for what in ("energy", "co2"):
            parts = account.total(what, by=("zone", "carrier", "year")).sum(axis=1)
            np.testing.assert_allclose(getattr(whole, what), parts, rtol=1e-12)

    def test_each_zone_is_sent_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        account = accounted(self.ACCOUNT())
        monkeypatch.setattr(totals, "PART", 24)
        sent: list[int] = []

        class Counting(ThreadPoolExecutor):
            def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
                sent.extend(len(arg) for arg in args[:1] if isinstance(arg, np.ndarray))
                return super().submit(fn, *args, **kwargs)

        with Counting(2) as threads:
            account.totals(executor=threads)
            assert sum(sent) == 7
            assert len(sent) == 4
            sent.clear()
            sums = totals.make_sums(account, threads)
            assert len(sent) == 4
        np.testing.assert_array_equal(sums, [account.total("energy"), account.total("co2")])
        here = _AtOnce()
        np.testing.assert_array_equal(totals.make_sums(account, here), sums)
        assert here.jobs == 4

    def test_one_flow_and_one_year(self, monkeypatch: pytest.MonkeyPatch) -> None:
        activity = zc.Activity.from_arrays(np.ones((7, 1, 1)), flows=["coke"], zones=list("ABCDEFG"), years=[YEAR])
        monkeypatch.setattr(totals, "PART", 4)
        here = _AtOnce()
        accounted(activity).totals(executor=here)
        assert here.jobs == 2

    def test_what_is_refused_is_named(self) -> None:
        account = accounted(self.ACCOUNT())
        read_only = np.empty((4, 7, 4))
        read_only.setflags(write=False)
        for out, got in (
            (np.empty((4, 7, 3), np.float32), "float32 (4, 7, 3)"), ([[0.0]], "list"),
            (read_only, "an array that may not be written to"),
        ):  # fmt: skip
            with pytest.raises(zc.InputError) as caught:
                account.totals(out=out)  # type: ignore[arg-type]
            assert caught.value.problems[0].values == {"want": (4, 7, 4), "got": got}
        with pytest.raises(zc.InputError):
            account.totals(executor=5)  # type: ignore[arg-type]

    def test_where_nothing_is_known_all_four_are_unknown(self) -> None:
        money = [zc.ValueAdded(value=10.0, year=year, price_year=2020) for year in (2020, 2021)]
        zones = [
            zone(use("coke", 1.0, year=2020), value_added=money),
            zone(use("coke", 1.0, year=2021), name="B", value_added=money),
        ]
        for executor in (None, _AtOnce()):
            whole = accounted(zones, executor=executor).totals()
            for name in ("energy", "co2", "energy_intensity", "co2_intensity"):
                np.testing.assert_array_equal(np.isnan(getattr(whole, name)), [[False, True], [True, False]])

    def test_an_intensity_of_0(self) -> None:
        record = zc.Zone(
            zone="A",
            energy=[use("compressed_air", 5.0)],
            process=[zc.ProcessOutput(product="lime", output=None, year=YEAR)],
            value_added=[zc.ValueAdded(value=10.0, year=YEAR, price_year=2020)],
        )
        assert accounted(record).totals().energy_intensity.tolist() == [[0.0]]


class TestAsked:
    """What may be asked for, and what is said where it may not."""

    @pytest.mark.parametrize(
        ("ask", "name", "value"),
        [
            (lambda account: account.total("steam"), "what", "steam"),
            (lambda account: account.total("value_added", by=("zone", "carrier")), "by", "carrier"),
            (lambda account: account.lines("steam", YEAR), "what", "steam"),
            (lambda account: account.columns("sector"), "level", "sector"),
        ],
    )
    def test_an_option_that_is_none(self, ask: Callable[[zc.Account], Any], name: str, value: str) -> None:
        with pytest.raises(zc.InputError) as caught:
            ask(accounted(zone(use("coke", 1.0))))
        (problem,) = caught.value.problems
        assert (problem.code, problem.values["name"], problem.values["value"]) == ("option", name, value)
        assert "zone" in problem.values["known"] or problem.values["known"].startswith("energy, co2")

    def test_axes_that_are_none(self) -> None:
        """Each is told by itself, with those there are."""
        account = accounted(zone(use("coke", 1.0)))
        for ask, bad in (
            (lambda: account.labels("planet"), ["planet"]),
            (lambda: account.total("energy", by=("zone", "planet")), ["planet"]),
            (lambda: account.total("energy", by=("moon", "planet")), ["moon", "planet"]),
        ):
            with pytest.raises(zc.InputError) as caught:
                ask()
            assert [(p.code, p.values["value"]) for p in caught.value.problems] == [("account.axis", x) for x in bad]
            assert {"zone", "scope", "year"} <= set(caught.value.problems[0].values["known"].split(", "))

    def test_which_axes_are_too_many(self) -> None:
        account = accounted(zone(use("coke", 1.0)))
        of_flows = {"value": "carrier, scope", "known": "flow, carrier, use, supply, scope"}
        for by, code, values in (
            (("year", "carrier", "zone", "scope"), "account.axes", of_flows),
            (("zone", "year", "zone"), "account.axis_twice", {"value": "zone"}),
        ):
            with pytest.raises(zc.InputError) as caught:
                account.total("energy", by=by)
            assert [(problem.code, problem.values) for problem in caught.value.problems] == [(code, values)]

    def test_an_axis_may_be_a_word(self) -> None:
        account = accounted([zone(use("coke", 1.0)), zone(use("coke", 2.0), name="B")])
        np.testing.assert_allclose(account.total("energy", by="zone"), [0.9714, 1.9428])

    @pytest.mark.parametrize("sectors", [None, ["a", "b"]])
    @pytest.mark.parametrize("by", [(), ("zone",), ("year",), ("year", "zone"), ("zone", "year"), ("year", "sector")])
    def test_money_by_any_axes(self, by: tuple[str, ...], sectors: list[str] | None) -> None:
        shape = (2, len(sectors or [""]), 3)
        money = np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape)
        quantity = np.ones((2, len(sectors or [""]), 1, 3))
        activity = zc.Activity.from_arrays(
            quantity if sectors else quantity[:, 0], flows=["coke"], zones=["A", "B"], years=[2020, 2021, 2022],
            sectors=sectors, value_added=money if sectors else money[:, 0],
        )  # fmt: skip
        wanted = np.einsum(f"zsy->{''.join(axis[0] for axis in by)}", money)
        np.testing.assert_array_equal(accounted(activity).total("value_added", by=by), wanted)

    def test_what_is_no_zone(self) -> None:
        with pytest.raises(zc.InputError) as caught:
            zc.account({"zone": "A"})  # type: ignore[dict-item]
        (problem,) = caught.value.problems
        assert (problem.code, problem.values, problem.where.row) == ("records.zone", {"got": "dict"}, None)
        with pytest.raises(zc.InputError) as caught:
            zc.account([zc.Zone(zone="A"), zc.Zone(zone="B")])
        assert [(p.code, p.values) for p in caught.value.problems] == [("records.nothing", {"zones": 2})]
        money = zc.ValueAdded(value=1.0, year=YEAR, price_year=2020)
        assert accounted(zc.Zone(zone="A", value_added=[money])).total("value_added").tolist() == [[1.0]]


class TestHandedOver:
    """A frame has what a result has: its lines, and what stands behind them."""

    def test_frames(self) -> None:
        money = [zc.ValueAdded(value=5.0, year=YEAR, price_year=2020)]
        account = accounted([zone(use("raw_coal", 1.0), value_added=money), zone(use("heat", 2.0), name="B")])
        for level in ("", "zone"):
            frame, columns = account.to_frame(level), account.columns(level)
            assert list(frame.columns) == list(columns)
            for name, column in columns.items():
                assert column.ndim == 1
                np.testing.assert_array_equal(frame[name].to_numpy(), column)
            assert account.provenance.input_hash in str(frame.attrs)
        np.testing.assert_array_equal(account.columns("zone")["value_added"], account.value_added.ravel())

    def test_what_stands_behind(self) -> None:
        account = accounted([zone(use("raw_coal", 1.0)), zone(use("heat", 2.0), name="B")])
        behind = account.provenance
        assert behind.input_hash == account.activity.input_hash
        assert [p.code for p in behind.warnings] == ["account.proxies"]
        assert None not in behind.choices["method"].values()
        assert behind.choices["factor_tables_added"] == []
        assert replace(account, catalog=None).provenance.choices["factor_tables_added"] == []

    def test_columns_are_those_that_are_described(self) -> None:
        account = accounted(zone(use("coke", 1.0)))
        for result in (account, account.explain("A", YEAR)):
            assert list(result.columns()) == list(type(result).COLUMNS)
        assert repr(account.totals()).startswith("Totals(energy, co2, ")
        assert repr(account.totals()).endswith(": 1 zones x 1 years each)")

    def test_years_of_prices(self) -> None:
        """Where there is no value added there is no price year."""
        money = [zc.ValueAdded(value=5.0, year=YEAR, price_year=year) for year in (2020, "nominal")]
        zones = [zone(use("coke", 1.0), name=f"Z{i}", value_added=[item]) for i, item in enumerate(money)]
        assert accounted(zones[0]).price_years() == ["2020"]
        assert accounted([*zones, zone(use("coke", 1.0), name="none")]).price_years() == ["nominal", "2020"]

    def test_the_first_lines_where_flows_are_one_line_together(self) -> None:
        rows = (use("coke", 1.0), use("coke", "2 GJ"), use("heat", 2.0), use("diesel", 1.0))
        account = accounted([zone(*rows, name=f"Z{i}") for i in range(9)] + [zone(rows[0], name="one")])
        whole = account.columns()
        head, count = account._head(4)
        assert count == len(whole["zone"]) == 28
        for name, column in head.items():
            assert column.tolist() == whole[name][:4].tolist()

    def test_in_one_line(self) -> None:
        account = accounted(zone(*(use("coke", 1.0, year=year) for year in (2020, 2021, 2023))))
        assert "1 zones, 1 flows, 2020-2023, method inventory, calorific basis" in repr(account)
        assert repr(accounted([])) == "<Account: 0 zones, 0 flows, no years, method inventory, calorific basis>"


class TestExplained:
    """Lines of an explanation add up, and name what stands in."""

    def test_lines_add_up(self) -> None:
        steel = zc.ProcessOutput(product="steel", output="5 t", factor="0.3 tCO2/t", year=YEAR)
        lime = zc.ProcessOutput(product="lime", output=None, year=YEAR)
        rows = (use("coke", 1.0), use("heat", 3.0, use="export"), use("compressed_air", 5.0), use("hydrogen", None))
        account = accounted(zone(*rows, process=[steel, lime]))
        found = account.explain("A", YEAR)
        energy = {line.name_en.partition(",")[0]: line.energy for line in found.lines}
        co2 = {line.name_en.partition(",")[0]: line.co2 for line in found.lines}
        assert energy["compressed air"] == 0.0
        assert [co2[name] for name in ("compressed air", "hydrogen")] == [0.0, 0.0]
        assert co2["heat"] == pytest.approx(-0.33)
        assert sum(value for value in co2.values() if not np.isnan(value)) == pytest.approx(1.5 - 0.33 + 28.47 * 0.1071)
        lines = found.lines
        process = [line for line in lines if line.unit == "tCO2"]
        assert [(line.energy, line.co2) for line in process] == [(0.0, 1.5)]
        unknown = [line for line in lines if np.isnan(line.quantity)]
        assert {line.unit: (str(line.energy), str(line.co2)) for line in unknown} == {
            "m3": ("nan", "0.0"), "t": ("0.0", "nan")
        }  # fmt: skip

    def test_what_stands_in_and_where(self) -> None:
        rows = [use("raw_coal", "10 t", year=y) for y in (2021, 2022)]
        rows += [use("electricity", 1.0, year=y) for y in (2021, 2022)]
        account = accounted([zc.Zone(zone=p, province=p, energy=rows) for p in ("上海", "江苏")])
        for name, other in (("上海", "江苏"), ("江苏", "上海")):
            for year, notice in ((2021, "2024年第12号"), (2022, "2024年第33号")):
                found = account.explain(name, year)
                labels = [label for line in found.lines for _, _, label in line.factors]
                assert labels[1].endswith(" (proxy bituminous_coal)")
                assert labels[2].startswith(f"{name} provincial_average, data year {year}")
                assert notice in labels[2]
                assert other not in "".join(labels)

    def test_carbon_of_plants_is_told_beside_the_sum(self) -> None:
        """10 t x 15.6 GJ/t x 0.1118333 tCO2/GJ is not 0."""
        account = accounted(zone(use("firewood", "10 t"), use("coke", "3 t")), fuels="ipcc-2006")
        found = account.explain("A", YEAR)
        line = next(line for line in found.lines if line.name_en == "firewood")
        assert (line.co2, line.biogenic) == (0.0, float(account.total("biogenic_co2", by=())))
        assert line.biogenic == pytest.approx(10 * 15.6 * 0.1118333)
        product = f"10 t × 15.6 GJ/t × 0.1118333 tCO2/GJ = {line.biogenic:.12g} tCO2"
        assert f"{product}, biogenic: beside the sum   [" in found.text()
        assert f"{product}，生物成因：不计入合计   [" in found.text("zh")
        none = accounted(zone(use("firewood", "10 t"))).explain("A", YEAR)
        assert none.lines[0].biogenic == 0.0
        assert "× 0 tCO2/t = 0 tCO2   [biogenic: apart from the total; no factor in the set]" in none.text()

    def test_what_came_as_arrays_has_no_rows(self) -> None:
        activity = zc.Activity.from_arrays([[[2.0]]], flows=["coke"], zones=["A"], years=[YEAR])
        (line,) = accounted(activity).explain("A", YEAR).lines
        assert (line.rows, line.energy) == ((), 2 * 0.9714)

    @pytest.mark.parametrize(("output", "given"), [("5 万吨", "5 万吨"), ("50 t", "50 t"), (50, "50 t")])
    def test_output_of_a_process_as_it_was_given(self, output: Any, given: str) -> None:
        lime = zc.ProcessOutput(product="lime", output=output, year=YEAR, factor="0.7 tCO2/t")
        (line,) = accounted(zc.Zone(zone="A", process=[lime])).explain("A", YEAR).lines
        assert line.rows == (f"records 1: {given}",)

    @pytest.mark.parametrize("value", [0.25, 1.0])
    def test_a_small_value_added(self, value: float) -> None:
        money = [zc.ValueAdded(value=value, year=YEAR, price_year=2020)]
        found = accounted(zone(use("coke", 1.0), value_added=money)).explain("A", YEAR)
        assert found.text().splitlines()[-1].startswith(f"per value added of {value:g} 万元: {0.9714 / value:.12g} tce")
        assert found.text("zh").splitlines()[-1].startswith(f"按增加值 {value:g} 万元计：{0.9714 / value:.12g} tce")

    def test_a_row_of_a_file_is_named_by_its_number(self, tmp_path: Path) -> None:
        """Only a sheet of a workbook has cells."""
        path = tmp_path / "energy.csv"
        path.write_text("zone,province,carrier,year,quantity,unit\nA,江苏,coke,2022,7,t\n", encoding="utf-8")
        (line,) = accounted(zc.read(path)).explain("A", YEAR).lines
        assert line.rows == ("energy.csv 2: 7 t",)


class TestSetAside:
    """Where a row was set aside because nobody knows its carrier, something was used and nobody knows what."""

    @staticmethod
    def _account(zones: int) -> zc.Account:
        """Z00, Z01 ... have a row that was set aside in 2023 and none in 2022; of B every row is known."""
        names = [f"Z{i:02}" for i in range(zones)]
        rows = [(name, 2022, "电力") for name in names] + [(name, 2023, "电丽x") for name in names]
        rows += [("B", 2022, "电力"), ("B", 2023, "电力")]
        table = {
            "园区": [name for name, _, _ in rows], "省份": ["江苏"] * len(rows), "年份": [year for _, year, _ in rows],
            "能源品种": [carrier for _, _, carrier in rows], "数量": [10.0] * len(rows), "单位": ["MWh"] * len(rows),
        }  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
            return accounted(zc.read({"energy": table}, on_error="set_aside"))

    @pytest.mark.parametrize(("zones", "more"), [(1, ""), (20, ""), (21, ", ... (21)")])
    def test_the_zones_and_years_are_named(self, zones: int, more: str) -> None:
        (values,) = told(self._account(zones), "account.unread")
        assert values == {"places": ", ".join(f"Z{i:02} 2023" for i in range(min(zones, 20))) + more}

    def test_they_alone_are_unknown(self) -> None:
        account = self._account(1)
        for what in ("energy", "co2"):
            total = account.total(what)
            assert {(str(account.zones[z]), int(account.years[y])) for z, y in np.argwhere(np.isnan(total))} == {
                ("Z00", 2023)
            }

    def test_its_line_has_no_figures(self) -> None:
        """Standard coal is counted one to one; how much of it there was is not known."""
        found = self._account(1).explain("Z00", 2023)
        (line,) = found.lines
        assert (line.name_en, line.coefficient, line.unit) == ("unrecognised carrier", 1.0, "tce")
        assert [np.isnan(value) for value in (line.quantity, line.energy, line.co2)] == [True] * 3
        assert found.text().splitlines()[1:-2] == [
            "  unrecognised carrier",
            "    as given: energy 1: 10 MWh",
            "    not counted: its carrier could not be read and the row was set aside; energy and CO2 are unknown",
        ]
