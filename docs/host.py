"""A web host of zonecarbon: zones as JSON or tables as CSV text go in; account and verdicts, or errors, come out."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError

import zonecarbon as zc

app, JSON = FastAPI(title="zonecarbon"), "application/json"
Tables = Literal["zones", "economy", "energy", "process", "indicators"]
Targets = Literal["torch-2025", "zero-carbon-park-910", "fyp15"]  # a stranger's word must never become a path


@app.exception_handler(zc.ZoneCarbonError)
@app.exception_handler(RequestValidationError)
@app.exception_handler(400)  # what FastAPI says of a body that is no JSON
def refuse(_: Request, error: Any) -> Response:
    """Return every problem with code, place and words in two languages; those of FastAPI in the same form."""
    if not isinstance(error, zc.ZoneCarbonError):
        error = zc.InputError(zc.records.problems_of(error))
    return Response(json.dumps(error.to_dict()), 422, media_type=JSON)  # ASCII: half a character is no UTF-8


@app.post("/zones")
def zones(data: list[dict[str, Any]], targets: Targets = "torch-2025") -> Response:
    """Account and check zones that are written as JSON; all that is wrong with any of them comes at once."""
    found, problems = list[zc.Zone](), list[zc.Problem]()
    for at, zone in enumerate(data):
        try:
            found.append(zc.Zone.from_dict(zone))
        except zc.ZoneCarbonError as error:
            problems += [zc.Problem(p.code, p.values, p.where._replace(source=f"zone {at}")) for p in error.problems]
    if problems:
        raise zc.InputError(problems)
    return answer(found, targets)


@app.post("/tables")
def tables(data: dict[Tables, str], targets: Targets = "torch-2025") -> Response:
    """Account and check tables that are CSV text: ``{"zones": "...", "economy": "...", "energy": "..."}``."""
    with TemporaryDirectory() as place:
        (folder := Path(place) / "tables").mkdir()  # the name that provenance shows
        for name, text in data.items():
            (folder / f"{name}.csv").write_text(text, "utf-8", "backslashreplace", "")
        return answer(zc.read(folder), targets)


@app.get("/schemas/{name}")
def schema(name: str) -> Response:
    return Response(json.dumps(zc.json_schema(name)), media_type=JSON)


def answer(data: zc.Activity | list[zc.Zone], targets: str) -> Response:
    found = {"account": (account := zc.account(data)), "check": zc.check(account, targets)}
    return Response(json.dumps({name: result.to_dict(state=False) for name, result in found.items()}), media_type=JSON)
