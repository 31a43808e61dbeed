"""Old names go on for a while: with a warning at the caller's line, in both languages, and not for ever."""

import inspect
import json
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import zonecarbon as zc
from zonecarbon import _deprecating
from zonecarbon._deprecating import RenamedMember, renamed_argument, renamed_name


@pytest.fixture(autouse=True)
def _nothing_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_deprecating, "GOING", {})


def _release(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2])


def test_what_goes_away_is_gone_in_its_release() -> None:
    code = "import zonecarbon, pkgutil, importlib, json\n"
    code += "[importlib.import_module(m.name) for m in pkgutil.walk_packages(zonecarbon.__path__, 'zonecarbon.')"
    code += " if not m.name.endswith('__main__')]\n"
    code += "from zonecarbon._deprecating import GOING\n"
    code += "print(json.dumps({**GOING, **{old: at for old, (_, at) in zonecarbon._RENAMED.items()}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    going: dict[str, str] = json.loads(done.stdout)
    late = [name for name, release in going.items() if _release(zc.__version__) >= _release(release)]
    assert not late, "take these out, and say so in the changelog"


def test_an_old_argument_is_taken_and_told_at_the_line_of_the_caller() -> None:
    @renamed_argument("mode", "form", gone_in="9.1")
    def draw(x: int, *, form: str = "bars") -> str:
        """Draw."""
        return f"{form}{x}"

    with pytest.warns(zc.RenamedWarning, match=r"draw\(\) takes form in place of mode.*9\.1") as caught:
        assert draw(1, mode="lines") == "lines1"  # type: ignore[call-arg]
    assert caught[0].filename == __file__
    assert draw(1, form="lines") == "lines1"  # no warning: pytest makes it an error
    assert (draw.__name__, draw.__doc__, list(inspect.signature(draw).parameters)) == ("draw", "Draw.", ["x", "form"])
    with pytest.raises(zc.InputError, match="not both") as error:
        draw(1, form="a", mode="b")  # type: ignore[call-arg]
    assert "旧名" in error.value.text("zh")
    assert _deprecating.GOING == {"draw(mode)": "9.1"}


def test_an_old_method_and_an_old_property_are_those_of_the_new_name() -> None:
    class Result:
        __slots__ = ("figure",)

        def __init__(self) -> None:
            self.figure = 3.0

        def row(self, zone: str) -> str:
            return f"row of {zone}"

        of = RenamedMember("row", gone_in="9.1")
        value = RenamedMember("figure", gone_in="9.2")

    with pytest.warns(zc.RenamedWarning, match=r"Result\.of is now row.*9\.1") as caught:
        assert Result().of("A") == "row of A"
    assert caught[0].filename == __file__
    with pytest.warns(zc.RenamedWarning, match=r"Result\.value is now figure.*9\.2"):
        assert Result().value == 3.0
    assert _deprecating.GOING == {"Result.of": "9.1", "Result.value": "9.2"}


def test_an_old_name_of_the_package_works_and_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zc, "_RENAMED", {"verify": ("check", "9.1")})
    with pytest.warns(zc.RenamedWarning, match=r"zonecarbon\.verify is now zonecarbon\.check") as caught:
        assert zc.verify is zc.check
    assert caught[0].filename == __file__
    assert "verify" not in dir(zc)
    assert "verify" not in zc.__all__
    with pytest.warns(zc.RenamedWarning):  # each time: it is not kept
        zc.verify  # noqa: B018


def test_the_new_name_is_the_one_that_is_returned() -> None:
    with pytest.warns(zc.RenamedWarning):
        assert renamed_name("a", {"a": ("b", "9.1")}) == "b"


def test_a_module_of_a_host_sees_the_warning_without_asking(tmp_path: Path) -> None:
    """A DeprecationWarning would be hidden there."""
    (tmp_path / "host.py").write_text("import zonecarbon as zc\n\ndef ask():\n    return zc.verify\n", "utf-8")
    code = "import zonecarbon as zc; zc._RENAMED['verify'] = ('check', '9.1'); import host; host.ask()"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "host.py:4: RenamedWarning: zonecarbon.verify is now zonecarbon.check" in done.stderr


def test_the_category_is_one_of_ours_and_visible() -> None:
    assert issubclass(zc.RenamedWarning, zc.ZoneCarbonWarning)
    assert issubclass(zc.RenamedWarning, FutureWarning)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", zc.ZoneCarbonWarning)
        renamed_name("a", {"a": ("b", "9.1")})
