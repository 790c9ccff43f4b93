"""Facts of an interpreter that were written under earlier names, under the names that they have now."""

from __future__ import annotations

from typing import Any


def rename_facts(facts: Any) -> Any:
    """The facts under their present names; what has another form than facts have is left as it is.

    ``flips`` is ``changes`` now, the share ``flips`` in its rules is ``works``, and ``fit.look`` is
    ``fit.scene``.
    """
    facts = _rename(facts, "flips", "changes")
    match facts:
        case {"fit": {"look": _}}:
            facts = {**facts, "fit": _rename(facts["fit"], "look", "scene")}
    match facts:
        case {"changes": {"rules": dict(rules)}}:
            named = {turn: _rename(rule, "flips", "works") for turn, rule in rules.items()}
            facts = {**facts, "changes": {**facts["changes"], "rules": named}}
    return facts


def _rename(data: Any, before: str, now: str) -> Any:
    """The same with one entry under another name; an entry that has that name already is not replaced."""
    if not isinstance(data, dict) or now in data:
        return data
    return {now if name == before else name: value for name, value in data.items()}
