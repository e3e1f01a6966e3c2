"""Versions a running case is tried on: the shipped one, changed as an administrator would change it."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from tests.scenarios.programme import Programme
from tests.support.edited import B, S, edited, flows, lead, touch
from workflow_app.commands.migration_requests import ApproveMigration, StartMigration
from workflow_app.store.history import SYSTEM
from workflow_app.store.repositories.migrations import MigrationCase

Edit = Callable[[etree._Element], None]


def deployed(programme: Programme, files: dict[str, bytes]) -> str:
    """Put a version into the database and return its hash; what the gate says of it is tested elsewhere."""
    one, other = programme.people["administrator"], programme.people["second_administrator"]
    with programme.app.store.unit_of_work() as uow:
        row = uow.definitions.deploy(files, programme.clock.now(), "调整", deployed_by=one, approved_by=other)
        uow.history.record("version_deployed", "definitions", SYSTEM, programme.clock.now())
        uow.commit()
    return row.version


def with_second_review(root: etree._Element) -> None:
    """齐全 leads to a second person's review before acceptance."""
    process = root.find(f"{B}process")
    task = etree.SubElement(process, f"{B}userTask", id="second_review", name="复审")
    properties = etree.SubElement(etree.SubElement(task, f"{B}extensionElements"), f"{S}properties")
    for name, value in (("form", "overdue_review"), ("role", "department_leader")):
        etree.SubElement(properties, f"{S}property", name=name, value=value)
    lead(root, "review_gateway", "application_acceptance", "second_review")
    etree.SubElement(
        process,
        f"{B}sequenceFlow",
        id="flow_second_review",
        sourceRef="second_review",
        targetRef="application_acceptance",
    )
    touch(root, "second_review", "outgoing", "flow_second_review")
    touch(root, "application_acceptance", "incoming", "flow_second_review")


def renamed(old: str, new: str) -> Edit:
    """Give an element another id, and all that names it."""

    def edit(root: etree._Element) -> None:
        for node in root.iter():
            for key, value in node.attrib.items():
                if value == old:
                    node.set(key, new)
            if node.text == old:
                node.text = new

    return edit


def second_review(programme: Programme) -> str:
    return deployed(programme, edited(project_application=with_second_review))


def asked(programme: Programme, target: str, *processes: str) -> str:
    """The administrator asks for a batch; returns its id."""
    request = StartMigration(target, "按会议纪要增加复审", processes=processes)
    return str(programme.do("administrator", request).values["migration_id"])


def approved(programme: Programme, target: str, *processes: str) -> str:
    """A batch asked for and approved."""
    migration_id = asked(programme, target, *processes)
    programme.do("second_administrator", ApproveMigration(migration_id))
    return migration_id


def moved(programme: Programme, target: str, *processes: str) -> str:
    """A batch that has run."""
    migration_id = approved(programme, target, *processes)
    while int(str(programme.app.advance_migrations().values["tried"])):
        pass
    return migration_id


def cases_of(programme: Programme, migration_id: str) -> dict[str, MigrationCase]:
    """The cases of a batch by the process they run."""
    with programme.app.store.reading() as uow:
        known = {case.id: case for case in uow.cases.of_project(programme.project_id)}
        found = [uow.migrations.case(migration_id, case_id) for case_id in known]
    return {known[each.case_id].process_id: each for each in found if each is not None}


def flows_to(root: etree._Element, target: str) -> list[etree._Element]:
    return flows(root, targetRef=target)
