"""Forms as they were handed in, for reading: masked, with their changes and their files.

Personal values are masked for everybody; whoever may see them in full asks for it with a reason, and the
asking goes into the history first. It must never judge an answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from workflow_app.engine.forms import Change, FormContext, FormDefinition, ShownSection
from workflow_app.queries import case_history, case_links, case_papers, sight
from workflow_app.queries.case_file import Case
from workflow_app.queries.case_history import Submitted
from workflow_app.queries.case_papers import Paper
from workflow_app.web.desk import desk, person, reading, today
from workflow_app.web.offers import called
from workflow_app.web.words import moment, role_name


@dataclass(frozen=True, slots=True)
class ShownForm:
    """One handed-in form.

    :param changes: against the one of the same key handed in before.
    :param unmask_url: where to ask for the full values; empty where the reader may not.
    """

    anchor: str
    title: str
    meta: str
    sections: tuple[ShownSection, ...]
    changes: tuple[Change, ...]
    papers: Mapping[str, Paper]
    masked: bool
    unmask_url: str


def form_of(version: str, key: str) -> FormDefinition:
    """Return the form ``key`` of a version, read once per process."""
    return desk().form(version, key)


def shown_forms(
    case: Case, related: Sequence[case_links.Link] = (), *, unmasked: frozenset[str] = frozenset()
) -> tuple[ShownForm, ...]:
    """Return what was handed in on a case and on those it belongs with, the newest first.

    :param unmasked: anchors of the forms whose personal values the reader has asked for.
    """
    cases = {case.id: case.process_id} | {link.id: link.process_id for link in related}
    handed_in = case_history.submitted(reading(), tuple(cases))
    papers = {paper.id: paper for one in cases for paper in case_papers.papers(reading(), one)}
    found = person()
    may_ask = found is not None and found.viewer.holds(sight.UNMASKED)
    return tuple(
        _shown(one, _before(one, handed_in[index + 1 :]), papers, may_ask, unmasked)
        for index, one in enumerate(handed_in)
    )


def _before(one: Submitted, older: Sequence[Submitted]) -> Submitted | None:
    """Return the same form as it was handed in the time before."""
    return next((other for other in older if other.key == one.key), None)


def _shown(
    one: Submitted,
    before: Submitted | None,
    papers: Mapping[str, Paper],
    may_ask: bool,
    unmasked: frozenset[str],
) -> ShownForm:
    form = form_of(one.version, one.key)
    anchor = f"{one.case_id}-{one.seq}"
    full = anchor in unmasked and may_ask
    context = FormContext(today=today(), choices=called(one.case_id, one.version, form))
    action = next((action.label for action in form.actions if action.value == one.action), "")
    who = "・".join(part for part in (one.actor, role_name(one.role) if one.role else "") if part)
    meta = "・".join(part for part in (moment(one.at), who, action) if part)
    return ShownForm(
        anchor=anchor,
        title=form.title,
        meta=meta,
        sections=form.display(one.data, unmasked=full, context=context),
        changes=form.diff(before.data, one.data, unmasked=full, context=context) if before else (),
        papers=papers,
        masked=not full and any(row.masked for section in form.display(one.data) for row in section.rows),
        unmask_url=url_for("cases.ask_unmask", case_id=one.case_id, seq=one.seq)
        if may_ask and not full
        else "",
    )
