"""Versions a running case is tried on: the shipped one, changed as an administrator would change it."""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from tests.scenarios.deploying import slipped
from tests.scenarios.programme import Programme
from tests.support.edited import B, S, edited, lead, touch
from workflow_app.commands.migration_requests import ApproveMigration, StartMigration
from workflow_app.store.repositories.migrations import MigrationCase

Edit = Callable[[etree._Element], None]


def deployed(programme: Programme, files: dict[str, bytes]) -> str:
    """Put a version into the database and return its hash; what the gate says of it is tested elsewhere."""
    return slipped(programme, files)


def put(root: etree._Element, node: etree._Element, source: str, target: str) -> None:
    """Put a node on the flow from ``source`` to ``target``."""
    process = root.find(f"{B}process")
    assert process is not None
    process.append(node)
    name = node.get("id", "")
    lead(root, source, target, name)
    flow = {"id": f"flow_{name}", "sourceRef": name, "targetRef": target}
    etree.SubElement(process, f"{B}sequenceFlow", flow)
    touch(root, name, "outgoing", flow["id"])
    touch(root, target, "incoming", flow["id"])


def script(name: str, text: str) -> etree._Element:
    """A script task."""
    node = etree.Element(f"{B}scriptTask", id=name, scriptFormat="jcer")
    etree.SubElement(node, f"{B}script").text = text
    return node


def with_second_review(root: etree._Element) -> None:
    """齐全 leads to a second person's review before acceptance."""
    task = etree.Element(f"{B}userTask", id="second_review", name="复审")
    properties = etree.SubElement(etree.SubElement(task, f"{B}extensionElements"), f"{S}properties")
    for name, value in (("form", "overdue_review"), ("role", "department_leader")):
        etree.SubElement(properties, f"{S}property", name=name, value=value)
    put(root, task, "review_gateway", "application_acceptance")


def with_urgency(root: etree._Element) -> None:
    """A variable is set before the review and read after it."""
    put(root, script("note_urgency", "urgency = 1"), "application_receipt", "route_methodology")
    put(root, script("use_urgency", "hurry = urgency + 1"), "review_gateway", "application_acceptance")


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
