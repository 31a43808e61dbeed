"""The arithmetic: arrays in, arrays out, numpy and the standard library alone.

Axis contract. Leading axes are batch and broadcast; a kernel works along the *last* axis (years, or zones where zones
are counted); an axis that a kernel adds goes last. The one exception is :mod:`zonecarbon.kernels.emission`, which sums
over the flow axis of (zone, [sector], flow, year), because that is how activity lies in memory. Inside a kernel, in
blocks, any layout is allowed.

Values are float64 and arguments are never written to. NaN means "not known": it stays NaN in whatever depends on it,
never becomes 0 and never a target that is met. No kernel lets a floating point warning escape: what is undefined is
NaN, and the docstring says when. Codes (verdicts, statuses) are ``int8``. Scalars are accepted everywhere and come back
as arrays of no dimensions.

Kernels know no zones, carriers or units; the modules above them do. Nothing here loops over zones in Python.
"""
