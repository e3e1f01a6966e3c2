"""The filter by stage names every element among a reader's tasks, once, and no other reader's."""

from __future__ import annotations

from tests.support.records import NOON, case_row, record, task_of
from workflow_app.queries.inbox import stages
from workflow_app.queries.reading import Reading
from workflow_app.store.unit_of_work import Store

CLERKS, LEADERS = "role:department_clerk", "role:department_leader"


def _open(store: Store, process: str, element: str, name: str, *principals: str) -> None:
    case = case_row(process_id=process)
    with store.unit_of_work() as uow:
        uow.cases.insert(case)
        uow.inbox.open(task_of(case, *principals, element_id=element, name=name))
        record(uow, "case_opened", case.id)
        uow.commit()


def test_each_element_of_the_readers_tasks_is_named_once(store: Store) -> None:
    for _ in range(3):
        _open(store, "project_application", "review_application", "形式审查", CLERKS)
    _open(store, "issuance", "review_issuance", "签发形式审查", CLERKS)
    _open(store, "project_application", "correct_application", "补正材料", CLERKS, "user:clerk")
    _open(store, "public_notice", "release_notice", "核定公示", LEADERS)
    reading = Reading(store.engine, store.vault, lambda: NOON)

    found = stages(reading, ["user:clerk", CLERKS, "role:nobody"])
    leaders = stages(reading, [LEADERS])
    reading.close()

    assert found == (
        ("issuance", "review_issuance", "签发形式审查"),
        ("project_application", "correct_application", "补正材料"),
        ("project_application", "review_application", "形式审查"),
    )
    assert leaders == (("public_notice", "release_notice", "核定公示"),)
