"""Benchmarks: every job works at a tiny size with equal answers (its own assertions), and the table is written.

Times of tiny sizes mean nothing and are not looked at; what is tested is that the commands can be trusted: forms in
turn, goals judged, parts of the results kept apart, a slowdown told from noise.
"""

import importlib
import os
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # a test may be run without the folder of the repository on the path
from benchmarks import compare, growth, measuring, reporting, running, workloads  # noqa: E402
from benchmarks.measuring import Case, Form, Goal, measured  # noqa: E402

import zonecarbon as zc  # noqa: E402


@pytest.mark.parametrize("job", running.JOBS)
def test_job_agrees_with_its_peers_and_is_measured(job: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        found = [measured(case, 1) for case in importlib.import_module(f"benchmarks.job_{job}").cases(True)]
    assert found
    for case in found:
        assert case["title"]
        assert any(form["kind"] == "ours" for form in case["forms"])
        assert all(second > 0.0 for form in case["forms"] for second in form["seconds"])
        names = {form["name"] for form in case["forms"]}
        for goal in case["goals"]:
            assert {goal["form"], *(goal["among"] or [goal["against"]] * bool(goal["against"]))} <= names
    assert any(case["goals"] for case in found)


def test_command_writes_its_table_and_says_what_failed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "results.md"
    assert running.main(["--jobs", "zone", "--quick", "--rounds", "1", "--to", str(path)]) == 0
    text = path.read_text(encoding="utf-8")
    assert "`python -m benchmarks --jobs zone --quick --rounds 1`" in text
    assert f"numpy {np.__version__}" in text
    assert "| zone | one zone" in text
    assert str(tmp_path) not in text
    assert reporting.part_of(text, "goals") in capsys.readouterr().out
    with pytest.raises(SystemExit):
        running.main(["--jobs", "nothing"])


def test_parts_of_the_results_are_kept_apart(tmp_path: Path) -> None:
    path = tmp_path / "results.md"
    reporting.write_parts(path, goals="G", forms="F")
    reporting.write_parts(path, growth="W")
    reporting.write_parts(path, goals="H")
    text = path.read_text(encoding="utf-8")
    assert [reporting.part_of(text, name) for name in reporting.PARTS] == ["H", "F", "W"]
    page = "before\n<!-- measured: goals -->\nold\n<!-- end of goals -->\nafter\n"
    assert reporting.filled(page, text) == "before\n<!-- measured: goals -->\nH\n<!-- end of goals -->\nafter\n"


def test_page_of_the_documentation_shows_what_the_command_wrote() -> None:
    results = reporting.RESULTS.read_text(encoding="utf-8")
    for page in reporting.PAGES:
        text = page.read_text(encoding="utf-8")
        assert reporting.part_of(text, "goals")
        assert reporting.filled(text, results) == text, "run python -m benchmarks docs"


def test_forms_run_in_turn_and_parts_are_scaled() -> None:
    order: list[str] = []

    def form(name: str, **also: float) -> Form:
        return Form(name, "ours", lambda: order.append(name), **also)  # type: ignore[arg-type]

    seconds = measuring.interleave([form("a"), form("b", part=0.5), form("c", rounds=1)], 2)
    assert [len(taken) for taken in seconds.values()] == [2, 2, 1]
    assert list(dict.fromkeys(order[:3])) == ["a", "b", "c"]


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="the system holds nobody on a core")
def test_form_without_workers_runs_on_one_core_and_gives_it_back() -> None:
    seen: list[set[int]] = []

    def look() -> None:
        seen.append(os.sched_getaffinity(0))

    before = os.sched_getaffinity(0)
    measuring.interleave([Form("one", "ours", look), Form("all", "ours", look, workers=len(before))], 1)
    assert [len(cores) for cores in seen] == [1, len(before)]
    assert os.sched_getaffinity(0) == before


def test_goal_is_met_at_once_or_in_two_of_three_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case("c", [Form("mine", "ours", int), Form("limit", "limit", int)])
    goal = Goal("mine", "limit", 1.5)

    def reached(*values: float) -> list[float]:
        left = [{"mine": [value], "limit": [1.0]} for value in values]
        monkeypatch.setattr(measuring, "interleave", lambda *_: left.pop(0))
        return measuring.attempts(goal, measuring.Tries(case, 1)).attempts

    assert reached(1.4) == [1.4]
    assert reached(1.6, 1.4, 1.3) == [1.6, 1.4, 1.3]
    assert reached(1.6, 1.7) == [1.6, 1.7]
    assert reached(1.6, 1.4, 1.7) == [1.6, 1.4, 1.7]
    faster = Goal("mine", "limit", 10.0, at_least=True)
    assert faster.value(1.0, 12.0) == 12.0
    assert faster.is_met(12.0)
    assert not faster.is_met(9.0)


def test_memory_of_a_call_is_its_peak_and_not_what_was_there() -> None:
    held = np.ones(4_000_000)
    rise = measuring.rise_of(lambda: np.ones(8_000_000).sum())
    assert np.isnan(rise) or 60e6 < rise < 80e6
    assert held.any()


@pytest.mark.parametrize("slope", [0.9, 1.0, 1.05, 2.0])
def test_exponent_is_the_slope_of_the_upper_part(slope: float) -> None:
    points = [growth.Point(size, 1e-3 + 1e-7 * size**slope if size < 10**4 else 1e-7 * size**slope, 1.0)
              for size in measuring.sizes(1e2, 1e7)]  # fmt: skip
    assert abs(growth.exponent(points, "seconds") - slope) < 1e-6
    assert np.isnan(growth.exponent(points[:3], "seconds"))


def test_lines_of_growth_can_be_measured_and_drawn(tmp_path: Path) -> None:
    from benchmarks.growth_picture import svg

    lines = []
    for line in growth.LINES:
        size = workloads.Size(**{**line.fixed, line.against: 10, **({"zones": 10} if line.against != "zones" else {})})
        told = workloads.run(line.job, size, tmp_path, 2, 1.0)
        assert len(told["wall"]) == 2
        lines.append((line, [growth.Point(10, min(told["wall"]), 1e6), growth.Point(100, min(told["wall"]), 2e6)]))
    text = growth.table_of([(line, points, "asked") for line, points in lines])
    assert text.count("\n") == len(lines) + 1
    picture = svg(lines)
    assert all(f">{line.job}" in picture for line in growth.LINES)


def test_slowdown_of_a_tenth_is_told_and_noise_is_not() -> None:
    rng = np.random.default_rng(1)
    told = {1.0: 0, 1.1: 0, 0.9: 0}
    for truth in told:
        for _ in range(200):
            old, new = 1.0 + rng.exponential(0.02, 9), truth * (1.0 + rng.exponential(0.02, 9))
            word = compare.verdict((new / old).tolist(), float(new.min() / old.min()))
            told[truth] += word == {1.0: "same", 1.1: "**slower**", 0.9: "faster"}[truth]
    assert min(told.values()) >= 196, told


def test_every_job_of_the_comparison_is_there() -> None:
    assert set(compare.TIMED) == set(compare.SMALL) == set(workloads.JOBS)


def test_comparison_says_what_it_cannot_count(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert compare.main(["a", "b", "--instructions"]) == 0
    assert "NOT COUNTED" in capsys.readouterr().out


def test_comparison_of_a_folder_with_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(compare, "CALLS", 1)
    monkeypatch.setitem(compare.TIMED, "units", compare.SMALL["units"])
    assert compare.main([str(ROOT), str(ROOT), "--jobs", "units", "--rounds", "1"]) in {0, 1}
    assert "| units |" in capsys.readouterr().out
