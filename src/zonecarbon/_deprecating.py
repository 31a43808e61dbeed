"""Names that go away: an old one goes on for some releases, says so, and then is gone.

Decided here: what is renamed are arguments, methods and properties of results, and names of the package; each has one
line where it lived, and that line names the release without it (``docs/stability.md`` says how long that must be). A
test fails as soon as that release is reached, so that nothing stays for ever. The warning is
:class:`~zonecarbon.errors.RenamedWarning`, a ``FutureWarning``: a ``DeprecationWarning`` is shown only to who runs a
script, and hosts import us from modules of theirs. It points to the line of the caller.

Considered and rejected: ``typing_extensions.deprecated`` (PEP 702), because it knows no arguments, has English alone,
and comes to us only by way of pydantic; packages for it, because these sixty lines are all of it.

>>> @renamed_argument("mode", "form", gone_in="9.0")
... def draw(form: str = "bars") -> str:
...     return form
>>> draw("lines")
'lines'
>>> import warnings
>>> with warnings.catch_warnings(record=True) as caught:
...     warnings.simplefilter("always")
...     draw(mode="lines")
'lines'
>>> print(caught[0].message)
draw() takes form in place of mode; mode was given; it goes away in release 9.0: write form
"""

import warnings
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from zonecarbon.errors import InputError, Problem, RenamedWarning

P = ParamSpec("P")
T = TypeVar("T")

GOING: dict[str, str] = {}
"""What goes away, and the release without it; a test looks whether that is reached."""


def renamed_argument(old: str, new: str, *, gone_in: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Return a decorator that takes an argument under its old name too.

    Parameters
    ----------
    old, new
        Names of the argument, which is given by name.
    gone_in
        The release without the old one, such as ``0.3``.

    Raises
    ------
    InputError
        When the function is called: if both are given.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        name = function.__qualname__.rpartition("<locals>.")[2]
        GOING[f"{name}({old})"] = gone_in

        @wraps(function)
        def called(*args: P.args, **kwargs: P.kwargs) -> T:
            if old in kwargs:
                if new in kwargs:
                    raise InputError("renamed.both", function=name, old=old, new=new)
                _warn("renamed.argument", 3, function=name, old=old, new=new, release=gone_in)
                kwargs[new] = kwargs.pop(old)
            return function(*args, **kwargs)

        return called

    return decorate


class RenamedMember:
    """A method or property of a result under its old name: ``old = RenamedMember("new", gone_in="0.3")``."""

    def __init__(self, new: str, *, gone_in: str) -> None:
        self._new, self._gone_in, self._old = new, gone_in, ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._old = f"{owner.__name__}.{name}"
        GOING[self._old] = self._gone_in

    def __get__(self, result: Any, owner: type | None = None) -> Any:
        """Return what stands under the new name."""
        _warn("renamed.name", 3, old=self._old, new=self._new, release=self._gone_in)
        return getattr(owner if result is None else result, self._new)


def renamed_name(name: str, renamed: Mapping[str, tuple[str, str]]) -> str:
    """Return the new name of one of the package, for its ``__getattr__``.

    Parameters
    ----------
    name
        The name that was asked for, one of ``renamed``.
    renamed
        Old name: new name, and the release without the old one.
    """
    new, release = renamed[name]
    _warn("renamed.name", 4, old=f"zonecarbon.{name}", new=f"zonecarbon.{new}", release=release)
    return new


def _warn(code: str, depth: int, **values: Any) -> None:
    warnings.warn(Problem(code, values).text(), RenamedWarning, stacklevel=depth)
