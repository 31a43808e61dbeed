"""What to do where a target asks for the other basis of energy.

Decided here: the answer is a line that can be typed. A set of targets with a method of its own name (910号) is
accounted with that method; the equivalent value is left open, because it has no default.
"""

from zonecarbon.catalog.documents import method, names
from zonecarbon.errors import Problem
from zonecarbon.records import Target

_VALUE = "... kgce/kWh"


def wrong_basis(target: Target, have: str, accounted: bool = True) -> Problem:
    """Return that figures stand on another basis than a target, and how to get them on its own.

    Parameters
    ----------
    target
        Its ``energy_basis`` is the one wanted.
    have
        The basis of the figures; empty where the source does not say.
    accounted
        Whether the figures come from an account; printed ones cannot be accounted again.
    """
    wanted = target.energy_basis
    values = {"wanted": wanted, "have": have or "not stated"}
    if not accounted:
        return Problem("reason.basis_printed", values)
    own = target.id.partition(":")[0]
    if own in names("methods") and method(own).basis == wanted:
        python, words = [f"method={own!r}"], [f"--method {own}"]
    else:
        python, words = [f"basis={wanted!r}"], [f"--set basis={wanted}"]
    if wanted == "equivalent":
        python.append(f"equivalent={{'electricity': '{_VALUE}'}}")
        words.append(f"--set 'equivalent.electricity={_VALUE}'")
    return Problem("reason.basis", {**values, "python": ", ".join(python), "words": " ".join(words)})
