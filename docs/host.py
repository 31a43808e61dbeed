"""A web host of zonecarbon: zones as JSON or tables as CSV text go in; account and verdicts, or errors, come out."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

import zonecarbon as zc

app = FastAPI(title="zonecarbon")
# A stranger's word must never become a path: names come from lists.
Tables = Literal["zones", "economy", "energy", "process", "indicators"]
Targets = Literal["torch-2025", "zero-carbon-park-910", "fyp15"]


@app.exception_handler(zc.ZoneCarbonError)
def refuse(_: Request, error: zc.ZoneCarbonError) -> JSONResponse:
    """Return every problem with its code, its place and its words in two languages."""
    return JSONResponse(error.to_dict(), status_code=422)


@app.post("/zones")
def zones(data: list[dict[str, Any]], targets: Targets = "torch-2025") -> JSONResponse:
    """Account and check zones that are written as JSON; all that is wrong with any of them comes at once."""
    found, problems = [], []
    for number, zone in enumerate(data):
        try:
            found.append(zc.Zone.from_dict(zone))
        except zc.ZoneCarbonError as error:
            problems += [
                zc.Problem(p.code, p.values, p.where._replace(source=f"zone {number}")) for p in error.problems
            ]
    if problems:
        raise zc.InputError(problems)
    return answer(zc.Activity.from_records(found), targets)


@app.post("/tables")
def tables(data: dict[Tables, str], targets: Targets = "torch-2025") -> JSONResponse:
    """Account and check tables that are CSV text: ``{"zones": "...", "economy": "...", "energy": "..."}``."""
    with TemporaryDirectory() as folder:
        for name, text in data.items():
            (Path(folder) / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
        return answer(zc.read(folder), targets)


@app.get("/schemas/{name}")
def schema(name: str) -> JSONResponse:
    """Return the JSON Schema of what goes in or comes out."""
    return JSONResponse(zc.json_schema(name))


def answer(activity: zc.Activity, targets: str) -> JSONResponse:
    """Return the account and the verdicts; NaN is null."""
    account = zc.account(activity)
    check = zc.check(account, targets)
    return JSONResponse({"account": account.to_dict(state=False), "check": check.to_dict(state=False)})
