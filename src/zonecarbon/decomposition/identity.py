"""An identity: a value written as a product of factors, parsed from text and checked.

``"co2 = value_added * energy/value_added * co2/energy"``: the left side is what changes, each term between two ``*`` is
a factor, named as it is written without blanks, and each name is a variable. Decided here: terms are products and
quotients of names and nothing else (no sums, numbers or powers), so that an identity can be proved by cancelling, and
the logarithm of a factor is a difference of logarithms of variables. Python's ``eval`` and sympy were considered and
rejected: the first runs what users type, the second costs a second to import, for a grammar of two signs.

If the left side stands on the right too, everything else must cancel. If it does not, the identity is a definition,
which the table must bear out where it has a column for the left side; factors that cancel altogether define nothing.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from zonecarbon._typing import FloatArray
from zonecarbon.errors import InputError

_TOKEN = re.compile(r"\s*([^\W\d]\w*|[*/()])")
_SIGNS = str.maketrans({"×": "*", "÷": "/", "＊": "*", "／": "/", "＝": "=", "（": "(", "）": ")"})


@dataclass(frozen=True, slots=True)
class Identity:
    """A parsed identity.

    Parameters
    ----------
    text
        As it was written.
    left
        Name of the value.
    factors
        Names of the factors, in order.
    variables
        Names of the variables, in order of their first use on the right.
    powers
        One row for each factor: the whole powers of the variables.
    """

    text: str
    left: str
    factors: tuple[str, ...]
    variables: tuple[str, ...]
    powers: tuple[tuple[int, ...], ...]

    @property
    def exponents(self) -> FloatArray:
        """(factor, variable) powers, as the kernel takes them."""
        return np.array(self.powers, dtype=np.float64).reshape(len(self.factors), len(self.variables))

    @property
    def whole(self) -> dict[str, int]:
        """Variables that are left when everything is multiplied, and their powers."""
        totals = (sum(column) for column in zip(*self.powers, strict=True))
        return {name: total for name, total in zip(self.variables, totals, strict=True) if total}

    @property
    def is_ratio(self) -> bool:
        """Whether the value is a quotient, which cannot be summed over cells."""
        return any(power < 0 for power in self.whole.values())

    @property
    def is_definition(self) -> bool:
        """Whether the left side does not stand on the right: then it is what the right side comes to."""
        return self.left not in self.variables


def parse_identity(text: str, columns: Collection[str] | None = None) -> Identity:
    """Return the identity that is written in ``text``; its names must be among ``columns``, if those are given.

    Raises
    ------
    InputError
        If the text is no identity: other signs than ``* / ( )``, a factor that stands twice, or a right side that does
        not come to the left side.

    Examples
    --------
    >>> found = parse_identity("co2 = gdp * energy/gdp * co2/energy")
    >>> found.factors, found.whole
    (('gdp', 'energy/gdp', 'co2/energy'), {'co2': 1})
    """
    plain = str(text).translate(_SIGNS)
    sides = plain.split("=")
    if len(sides) != 2:
        raise InputError("identity.sides", text=text)
    left, *more = _tokens(sides[0], text)
    if more or left in "*/()":
        raise InputError("identity.left", text=text, left=sides[0].strip())
    terms = _terms(sides[1], text)
    names = [token for term in terms for token in term if token not in "*/()"]
    if columns is not None and (missing := [name for name in dict.fromkeys(names) if name not in columns]):
        raise InputError("columns.missing", names=", ".join(missing), have=", ".join(columns))
    return make_identity(text, left, [("".join(term), _powers(term, text)) for term in terms])


def make_identity(text: str, left: str, factors: Sequence[tuple[str, dict[str, int]]]) -> Identity:
    """Return the identity of named factors, after the checks of :func:`parse_identity`."""
    names = [name for name, _ in factors]
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise InputError("identity.twice", text=text, names=", ".join(twice))
    variables = tuple(dict.fromkeys(name for _, powers in factors for name in powers))
    rows = tuple(tuple(powers.get(name, 0) for name in variables) for _, powers in factors)
    identity = Identity(text, left, tuple(names), variables, rows)
    if not identity.whole or (not identity.is_definition and identity.whole != {left: 1}):
        raise InputError("identity.false", text=text, left=left, right=_written(identity.whole))
    return identity


def _tokens(side: str, text: str) -> list[str]:
    found, at, side = [], 0, side.rstrip()
    while at < len(side):
        match = _TOKEN.match(side, at)
        if match is None:
            raise InputError("identity.sign", text=text, rest=side[at:].strip())
        found.append(match[1])
        at = match.end()
    if not found:
        raise InputError("identity.sides", text=text)
    return found


def _terms(side: str, text: str) -> list[list[str]]:
    """Return the tokens between the multiplication signs that stand outside brackets."""
    terms: list[list[str]] = [[]]
    depth = 0
    for token in _tokens(side, text):
        depth += {"(": 1, ")": -1}.get(token, 0)
        if token == "*" and depth == 0:
            terms.append([])
        else:
            terms[-1].append(token)
    return terms


def _powers(term: Sequence[str], text: str) -> dict[str, int]:
    """Return the powers of the names in a term."""
    powers: Counter[str] = Counter()
    signs = [1]  # of what is outside, and of each open bracket
    sign, wants_name = 1, True
    for token in term:
        if token in "*/)" and wants_name:
            raise InputError("identity.term", text=text, term="".join(term))
        if token not in "*/)" and not wants_name:
            raise InputError("identity.term", text=text, term="".join(term))
        if token == "(":
            signs.append(sign)
        elif token == ")":
            if len(signs) == 1:
                raise InputError("identity.term", text=text, term="".join(term))
            signs.pop()
        elif token in "*/":
            sign = signs[-1] * (1 if token == "*" else -1)
        else:
            powers[token] += sign
        wants_name = token in "*/("
    if wants_name or len(signs) > 1:
        raise InputError("identity.term", text=text, term="".join(term))
    return {name: power for name, power in powers.items() if power}


def _written(powers: dict[str, int]) -> str:
    """Return a product of powers as text."""
    over = "*".join(name if power == 1 else f"{name}^{power}" for name, power in powers.items() if power > 0)
    under = "*".join(name if power == -1 else f"{name}^{-power}" for name, power in powers.items() if power < 0)
    return f"{over or '1'}/{under}" if under else over or "1"
