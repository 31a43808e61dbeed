"""What was tried to break the library, as the commands wrote it down: the figures of ``docs/trust.md``.

Decided here: a figure on that page comes from a file that a command writes (``tests/fuzz/RESULTS.md``,
``tests/mutation/RESULTS.md``, ``tests/matrix/RESULTS.md``); a run that left no file is said not to have been done.
"""

import re
from collections.abc import Iterator
from pathlib import Path

__all__ = ["build_tried", "build_tried_zh"]

TESTS = Path(__file__).resolve().parents[1] / "tests"
_EN = {
    "head": "| tried | command | what came out |",
    "fuzz": "odd bytes, texts and command lines",
    "fuzz_found": "{cases} cases: {accepted} accepted, {refused} refused with an error of ours, {findings} findings",
    "mutation": "changes of the code in `{package}` that a test must notice",
    "mutation_found": "{run} of {mutants} run, {killed} noticed, {left} not; score {score}",
    "matrix": "Python {python}, {what} versions",
    "none": "not run",
}
_ZH = {
    "head": "| 试验 | 命令 | 结果 |",
    "fuzz": "异常的字节、文本与命令行",
    "fuzz_found": "{cases} 例：{accepted} 例接受，{refused} 例以本库的错误拒绝，发现问题 {findings} 个",
    "mutation": "改动 `{package}` 的代码，测试应当察觉",
    "mutation_found": "{mutants} 处中试了 {run} 处，察觉 {killed}，未察觉 {left}；得分 {score}",
    "matrix": "Python {python}，{what} 版本",
    "none": "未运行",
}


def build_tried() -> str:
    """Return the table."""
    return "\n".join(_lines(_EN))


def build_tried_zh() -> str:
    """Return the table in Chinese."""
    return "\n".join(_lines(_ZH))


def _lines(words: dict[str, str]) -> Iterator[str]:
    yield words["head"]
    yield "|---|---|---|"
    yield from _fuzz(words)
    yield from _mutation(words)
    yield from _matrix(words)


def _rows(name: str, begins: str = "|") -> list[list[str]]:
    """Return the cells of the rows of a file of results that begin so; none if it is not there."""
    path = TESTS / name / "RESULTS.md"
    if not path.is_file():
        return []
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(begins)]
    return [[cell.strip(" *`") for cell in line.strip("|").split("|")] for line in lines]


def _fuzz(words: dict[str, str]) -> Iterator[str]:
    whole = [row for row in _rows("fuzz") if row[0] == "all"]
    found = words["none"]
    if whole:
        names = ("cases", "accepted", "refused", "findings")
        found = words["fuzz_found"].format(**dict(zip(names, whole[0][1:5], strict=True)))
    yield f"| {words['fuzz']} | `make fuzz` | {found} |"


def _mutation(words: dict[str, str]) -> Iterator[str]:
    names = ("package", "mutants", "run", "killed", "left", "timeout", "same", "score")
    for row in _rows("mutation", "| **"):  # the sum of a package is in bold
        told = dict(zip(names, row, strict=True))
        yield f"| {words['mutation'].format(**told)} | `make mutation` | {words['mutation_found'].format(**told)} |"


def _matrix(words: dict[str, str]) -> Iterator[str]:
    rows = _rows("matrix")
    if not rows:
        yield f"| {words['matrix'].format(python='3.11–3.13', what='*')} | `make matrix` | {words['none']} |"
    for row in rows:
        if re.fullmatch(r"3\.\d+", row[0]):
            what = f"{row[1]} (numpy {row[2]}, pandas {row[3]})"
            found = f"{row[-3]}: {row[-2]}" if row[-2] else row[-3]
            yield f"| {words['matrix'].format(python=row[0], what=what)} | `make matrix` | {found} |"
