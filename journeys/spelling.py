"""What somebody may have meant who wrote a word that there is not."""

import difflib
import re
from collections.abc import Iterable

from journeys.units import BYTES, SECONDS

_PLACEHOLDER = re.compile(r'"[^"]*"|\{\w+:\w+\}|\b\d+(?:\.\d+)?(?: [KMG]i?B| B)?(?=\s|$|,)')
_QUANTITY = re.compile(r"\b(\d+(?:\.\d+)?)( ?)([A-Za-z]+)\b")


def suggestion(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about a wrong word: `` (did you mean versioning?)``, or nothing where none is near."""
    near = difflib.get_close_matches(word, list(known), 1)
    return f" (did you mean {near[0]}?)" if near else ""


def of_a_quantity(text: str, *, spaced: bool = True) -> str | None:
    """What is wrong with the first quantity in `text` that is nearly one of ours; None where all are right.

    In steps, number and unit have a space between them (`spaced`).
    """
    units = {**BYTES, **SECONDS}
    for number, space, unit in _QUANTITY.findall(re.sub(r'"[^"]*"', "", text)):
        if unit in units:
            if spaced and not space:
                return f"{number + unit!r} needs a space: {number} {unit}"
        elif hint := suggestion(unit, units) or suggestion(unit.lower(), units):
            return f"{unit!r} is no unit{hint}"
    return None


def of_a_step(text: str, patterns: Iterable[str]) -> str | None:
    """The pattern that is nearest to the text of a step, and the word that differs first; None where none is near.

    As a part of a sentence: ``the nearest is 'I delete "{key:Name}"' (deletes: delete)``.
    """
    shapes = {_shape(pattern): pattern for pattern in patterns}
    near = difflib.get_close_matches(_shape(text), list(shapes), 1)
    if not near:
        return None
    theirs, ours = _shape(text).split(), near[0].split()
    for operation, start, end, begin, stop in difflib.SequenceMatcher(None, theirs, ours).get_opcodes():
        if operation != "equal":
            differs = f"{' '.join(theirs[start:end]) or 'nothing'}: {' '.join(ours[begin:stop]) or 'nothing'}"
            return f"the nearest is {shapes[near[0]]!r} ({differs})"
    return f"the nearest is {shapes[near[0]]!r}"


def _shape(text: str) -> str:
    """The words of a step's text or pattern, with an ellipsis for each value."""
    return _PLACEHOLDER.sub("…", text)
