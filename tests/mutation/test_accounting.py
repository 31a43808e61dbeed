"""What changes of the accounting no other test noticed: lists of places, bases side by side, arrays to write into."""

import warnings
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import zonecarbon as zc
from zonecarbon.accounting import totals

YEAR = 2022
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
        assert found[0]["places"].split(", ")[:20] == [f"Z{i:02} {YEAR}" for i in range(min(n, 20))]

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
        assert caught.value.problems[0].where.row == 2
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
        assert "未写单位" in chinese
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
