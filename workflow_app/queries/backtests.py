"""Which cases of a back-test's report whoever looks may open: its numbers lead only where one may read."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from workflow_app.queries.reading import Reading
from workflow_app.queries.sight import Viewer, visible_cases
from workflow_app.store.tables import case_file


def readable(reading: Reading, viewer: Viewer, case_ids: Collection[str]) -> frozenset[str]:
    """Return those of these cases ``viewer`` may read."""
    query = select(case_file.c.id).where(case_file.c.id.in_(case_ids), visible_cases(viewer))
    return frozenset(reading.execute(query).scalars())
