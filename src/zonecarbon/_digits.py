"""Numbers in digits: 1870750000 and not 1.87075e+09.

Decided here: people who fill in tables read and search for digits, so no number below :data:`PLAIN` is printed as a
power of ten to them. JSON and CSV keep what floats are; this is for eyes. The module is below everything else, because
messages and tables both print numbers.
"""

PLAIN = 1e15
"""From here on a number is a power of ten: longer rows of digits are not read, and doubles have no more."""


def in_digits(value: float, spec: str = ".6g") -> str:
    """Return a number in a format, with digits where the format makes a power of ten of a number of this size.

    Parameters
    ----------
    value
        The number.
    spec
        Of :func:`format`; a sign and a comma in it are kept.

    Examples
    --------
    >>> in_digits(1_870_750_000.0), in_digits(10_234.0, "+.3g"), in_digits(0.5, ".3g"), in_digits(2e15, ".3g")
    ('1870750000', '+10200', '0.5', '2e+15')
    """
    text = format(value, spec)
    if "e+" not in text or not abs(value) < PLAIN:
        return text
    sign, comma = "+" if spec.startswith("+") else "", "," if "," in spec else ""
    return format(float(text.replace(",", "")), f"{sign}{comma}.0f")
