"""What somebody may have meant who wrote a word that there is not."""

import difflib
from collections.abc import Iterable


def suggestion(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about a wrong word: `` (did you mean versioning?)``, or nothing where none is near."""
    near = difflib.get_close_matches(word, list(known), 1)
    return f" (did you mean {near[0]}?)" if near else ""
