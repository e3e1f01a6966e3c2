"""Files of papers the registry rests on: whether what they belong to is there, and how many there are."""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, select

from workflow_app.store.tables import registry_paper


class RegistryPaperRepository:
    """Kept papers in one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def belongs(self, table: Table, record_id: str) -> bool:
        """Tell whether there is a record a paper could belong to."""
        return self._connection.execute(select(table.c.id).where(table.c.id == record_id)).first() is not None

    def count(self, about: str, about_id: str) -> int:
        """Return how many files a record has."""
        query = select(func.count()).where(
            registry_paper.c.about == about, registry_paper.c.about_id == about_id
        )
        return int(self._connection.execute(query).scalar_one())
