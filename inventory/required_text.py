"""Which plain texts an expression needs: a cheap look for them spares most searches with the expression itself."""

import re
from collections.abc import Sequence
from typing import Any

_parser: Any = re._parser  # type: ignore[attr-defined]  # the standard library's own reader of expressions


def required_text(pattern: str) -> tuple[str, ...]:
    """Texts in small letters, one of which stands in every text that the expression matches; empty when none is sure.

    Right for expressions that ignore case or not: the text that is searched must be brought to small letters too.
    """
    best = _of_sequence(_parser.parse(pattern))
    return best if best and all(len(text) >= 2 for text in best) else ()


def _of_sequence(items: Sequence[Any]) -> tuple[str, ...]:
    """The longest sure text (or set of alternatives) of a sequence."""
    found: list[tuple[str, ...]] = []
    run = ""
    for code, value in items:
        name = str(code)
        if name == "LITERAL" and chr(value).isascii():
            run += chr(value).lower()
            continue
        if run:
            found.append((run,))
            run = ""
        if name == "SUBPATTERN":
            found.append(_of_sequence(value[3]))
        elif name in ("MAX_REPEAT", "MIN_REPEAT") and value[0] >= 1:
            found.append(_of_sequence(value[2]))
        elif name == "BRANCH":
            branches = [_of_sequence(branch) for branch in value[1]]
            if all(branches):
                found.append(tuple(text for branch in branches for text in branch))
    if run:
        found.append((run,))
    return max((texts for texts in found if texts), key=lambda texts: min(map(len, texts)), default=())
