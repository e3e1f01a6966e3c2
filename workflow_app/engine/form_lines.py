"""Tables whose lines come from a source: the form as one case prints it.

A case's source gives the lines, all of them to be filled in; without any, the table is left out. What is
``computed`` is then no longer asked for: whoever computes it enters it. Knows nothing of what the lines mean.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workflow_app.engine.form_model import Choice, Field, Section


def lined(sections: Sequence[Section]) -> frozenset[str]:
    """Return the sources tables take their lines from."""
    return frozenset(field.source for section in sections for field in section.fields if _table(field))


def printed(sections: Sequence[Section], offered: Mapping[str, Mapping[str, str]]) -> tuple[Section, ...]:
    """Return the sections with the lines on offer.

    :param offered: for each source its values and what is printed of them.
    """
    computing = any(offered.get(source) for source in lined(sections))
    return tuple(
        replace(
            section,
            fields=tuple(
                _printed(field, offered.get(field.source, {}), computing=computing)
                for field in section.fields
                if not _table(field) or offered.get(field.source)
            ),
        )
        for section in sections
    )


def _table(field: Field) -> bool:
    return field.type == "rows" and bool(field.source)


def _printed(field: Field, lines: Mapping[str, str], *, computing: bool) -> Field:
    if _table(field):
        fixed = tuple(Choice(value, label) for value, label in lines.items())
        return replace(field, fixed=fixed, required=True)
    return replace(field, required=False) if computing and field.computed else field
