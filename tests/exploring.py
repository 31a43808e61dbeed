"""Every property of the suite with more examples, others each time: ``make explore``, or ``make explore MORE=30``.

Decided here: a plugin (``pytest -p exploring -m hypothesis``) and no option of each test, because examples are counted
where a test is written and only their multiple is asked for here. What is found is not kept in a database: a finding is
printed with how to reproduce it, and becomes a test of its own.
"""

import os

import pytest
from hypothesis import settings

MORE = int(os.environ.get("MORE", "8"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Multiply the examples of each property, once for a test that is run with several parameters."""
    seen = set()
    for item in items:
        test = getattr(item, "obj", None)
        test = getattr(test, "__func__", test)
        old = getattr(test, "_hypothesis_internal_use_settings", None)
        if old is None or id(test) in seen:
            continue
        seen.add(id(test))
        new = settings(old, max_examples=old.max_examples * MORE, derandomize=False, database=None, print_blob=True)
        test._hypothesis_internal_use_settings = new  # type: ignore[union-attr]
