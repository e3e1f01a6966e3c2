"""Who a message goes to, in names: the outbox keeps the principal a message was meant for.

Read-only. It must never know how the message travels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from workflow_app.queries.reading import Reading
from workflow_app.store.tables import organisation, user_account


def names(reading: Reading, recipients: Iterable[str]) -> Mapping[str, str]:
    """Return the names of the people and organisations in ``recipients``, by their ids.

    :param recipients: principals, ``user:<id>`` or ``role:<role>:<organisation id>``; others are passed over.
    """
    wanted = set(recipients)
    people = {one.partition(":")[2] for one in wanted if one.startswith("user:")}
    units = {one.split(":")[2] for one in wanted if one.startswith("role:") and one.count(":") == 2}  # noqa: PLR2004
    found: dict[str, str] = {}
    for table, ids in ((user_account, people), (organisation, units)):
        if ids:
            query = select(table.c.id, table.c.name).where(table.c.id.in_(ids))
            found.update((row.id, row.name) for row in reading.execute(query))
    return found
