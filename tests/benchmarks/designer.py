"""The designer on a large diagram, in a real Chromium: from opening its page until it can be drawn on."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from tests.benchmarks.figures import Figure, Goal, p50
from tests.benchmarks.worlds import Bench
from tests.scenarios.programme import Programme
from tests.support.chromium import DESKTOP, running_browser, served
from workflow_app.commands.design_requests import OpenDraft, SaveDraftFile
from workflow_app.web.app import create_app

TASKS: Final = 200
IN_A_ROW: Final = 20
ROUNDS: Final = 7
PATH: Final = "processes/large.bpmn"


def figures(bench: Bench, kind: str) -> list[Figure]:
    """Open a drawn diagram of two hundred tasks again and again; the first time fills the browser's cache."""
    if kind != "SQLite":
        return []
    with bench.place(kind) as place, running_browser() as browser:
        programme = Programme.opened(place.url, place.folder)
        draft = str(programme.do("administrator", OpenDraft("大图")).values["draft_id"])
        programme.do("administrator", SaveDraftFile(draft, PATH, drawn(TASKS).encode(), 0))
        with served(create_app(programme.app)) as base:
            page = browser.new_page(viewport=DESKTOP)
            page.goto(f"{base}/signin")
            page.click(f"form[action='/signin/as/{programme.people['administrator']}'] button")
            taken = []
            for _ in range(ROUNDS):
                page.goto(f"{base}/admin/process/drafts/{draft}/files/{PATH}")
                page.wait_for_selector("[data-designer][data-ready=yes]")
                ready = "performance.getEntriesByName('designer-ready')[0].startTime"
                taken.append(float(page.evaluate(ready)))
                page.wait_for_selector("[data-findings][data-state=checked]", timeout=60_000)
        programme.app.store.engine.dispose()
    goal = Goal.at_most(1_500)
    return [
        Figure(f"designer ready, {TASKS} tasks, Chromium, first visit", taken[0], "ms", goal),
        Figure(f"designer ready, {TASKS} tasks, Chromium, p50", p50(taken[1:]), "ms", goal),
    ]


def drawn(tasks: int) -> str:
    """Return a diagram of so many user tasks, one after the other, in rows."""
    names = ["begun", *(f"step_{number}" for number in range(tasks)), "ended"]
    nodes, flows, shapes, edges = [], [], [], []
    for at, name in enumerate(names):
        kind = "startEvent" if at == 0 else "endEvent" if at == tasks + 1 else "userTask"
        size = (100, 80) if kind == "userTask" else (36, 36)
        x, y = _place(at)
        nodes.append(f'<bpmn:{kind} id="{name}" name="环节 {at}" />')
        shapes.append(
            f'<bpmndi:BPMNShape id="shape_{name}" bpmnElement="{name}">'
            f'<dc:Bounds x="{x}" y="{y}" width="{size[0]}" height="{size[1]}" /></bpmndi:BPMNShape>'
        )
    for at, (one, other) in enumerate(pairwise(names)):
        (x, y), (to_x, to_y) = _place(at), _place(at + 1)
        flows.append(f'<bpmn:sequenceFlow id="flow_{at}" sourceRef="{one}" targetRef="{other}" />')
        edges.append(
            f'<bpmndi:BPMNEdge id="edge_{at}" bpmnElement="flow_{at}">'
            f'<di:waypoint x="{x + 100}" y="{y + 40}" />'
            f'<di:waypoint x="{to_x}" y="{to_y + 40}" /></bpmndi:BPMNEdge>'
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
        ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
        ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
        ' id="definitions_large" targetNamespace="urn:jcer">'
        f'<bpmn:process id="large" isExecutable="true">{"".join(nodes + flows)}</bpmn:process>'
        f'<bpmndi:BPMNDiagram id="diagram_large"><bpmndi:BPMNPlane id="plane_large" bpmnElement="large">'
        f"{''.join(shapes + edges)}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram></bpmn:definitions>"
    )


def _place(at: int) -> tuple[int, int]:
    return 100 + at % IN_A_ROW * 160, 100 + at // IN_A_ROW * 140
