"""The diagrams decide: a deployed copy changes what the next case does; K rules hold whatever it says."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.scenarios.deploying import deploy, slipped
from tests.scenarios.programme import Programme
from workflow_app.commands.versions import shipped
from workflow_app.kernel.errors import Conflict, Forbidden, InvalidForm, Refused

APPLICATION = "processes/project_application.bpmn"
NOTICE = "processes/public_notice.bpmn"
OBJECTION = "processes/objection.bpmn"


def _deploy(programme: Programme, files: dict[str, str]) -> None:
    deploy(programme, {path: text.encode() for path, text in files.items()})


def _slipped(programme: Programme, files: dict[str, str]) -> None:
    slipped(programme, {path: text.encode() for path, text in files.items()})


def _text(path: str) -> str:
    return shipped()[path].decode()


def _without(diagram: str, element: str, before: str, after: str) -> str:
    """Take a node out of a diagram: its element, its shape, its place in the lane; flows join up."""
    diagram = re.sub(rf"<bpmn:flowNodeRef>{element}</bpmn:flowNodeRef>\s*", "", diagram)
    diagram = re.sub(rf'<bpmn:(\w+) id="{element}".*?</bpmn:\1>\s*', "", diagram, flags=re.DOTALL)
    shape = rf'<bpmndi:BPMNShape [^>]*bpmnElement="{element}".*?</bpmndi:BPMNShape>\s*'
    diagram = re.sub(shape, "", diagram, flags=re.DOTALL)
    gone = f"flow_{element}_to_{after}"
    diagram = re.sub(rf'<bpmn:sequenceFlow id="{gone}".*?/>\s*', "", diagram, flags=re.DOTALL)
    diagram = re.sub(
        rf'<bpmndi:BPMNEdge [^>]*bpmnElement="{gone}".*?</bpmndi:BPMNEdge>\s*', "", diagram, flags=re.DOTALL
    )
    diagram = diagram.replace(
        f"<bpmn:incoming>{gone}</bpmn:incoming>", f"<bpmn:incoming>flow_{before}_to_{element}</bpmn:incoming>"
    )
    return diagram.replace(f'targetRef="{element}"', f'targetRef="{after}"')


def _shortened(diagram: str, nodes: tuple[str, ...], before: str, after: str) -> str:
    """Take several nodes out, with every flow between them; one flow leads past where they stood."""
    way = f"flow_{before}_to_{nodes[0]}"
    flows = re.findall(r'<bpmn:sequenceFlow id="(\w+)"[^>]* sourceRef="(\w+)" targetRef="(\w+)"', diagram)
    gone = {name for name, source, target in flows if {source, target} & set(nodes)} - {way}
    into = next(name for name, source, target in flows if source in nodes and target == after)
    for node in nodes:
        diagram = re.sub(rf"<bpmn:flowNodeRef>{node}</bpmn:flowNodeRef>\s*", "", diagram)
        diagram = re.sub(rf'<bpmn:(\w+) id="{node}".*?</bpmn:\1>\s*', "", diagram, flags=re.DOTALL)
        shape = rf'<bpmndi:BPMNShape [^>]*bpmnElement="{node}".*?</bpmndi:BPMNShape>\s*'
        diagram = re.sub(shape, "", diagram, flags=re.DOTALL)
    diagram = diagram.replace(
        f"<bpmn:incoming>{into}</bpmn:incoming>", f"<bpmn:incoming>{way}</bpmn:incoming>"
    )
    for flow in gone:
        diagram = re.sub(rf'<bpmn:sequenceFlow id="{flow}".*?/>\s*', "", diagram, flags=re.DOTALL)
        edge = rf'<bpmndi:BPMNEdge [^>]*bpmnElement="{flow}".*?</bpmndi:BPMNEdge>\s*'
        diagram = re.sub(edge, "", diagram, flags=re.DOTALL)
    return diagram.replace(f'targetRef="{nodes[0]}"', f'targetRef="{after}"')


def test_an_element_removed_changes_the_next_case(programme: Programme) -> None:
    """W the leader's release is taken out. T the next notice goes straight to publication."""
    programme.on("2025-04-10")
    programme.given_passed_panel()
    before = programme.project_id
    diagram = _without(_text(NOTICE), "release_notice", "draft_notice", "release_gateway")
    diagram = diagram.replace(
        "<bpmn:conditionExpression xsi:type=\"bpmn:tFormalExpression\">release_result == 'release'",
        "<bpmn:conditionExpression xsi:type=\"bpmn:tFormalExpression\">notice_title != ''",
    )
    _slipped(programme, {NOTICE: diagram})

    programme.hand_in("draft_notice", "maker")
    programme.task("release_notice")  # the case that was open keeps the version it started on

    programme.given_released_by_no_one()
    programme.task("publish_notice")
    assert programme.project_id != before


def test_an_element_added_changes_the_next_case(programme: Programme) -> None:
    """W a second look is drawn before acceptance. T the next case asks the leader for it."""
    added = """<bpmn:userTask id="second_look" name="复看">
      <bpmn:documentation>服务规则：受理前由领导复看。</bpmn:documentation>
      <bpmn:extensionElements><spiffworkflow:properties>
        <spiffworkflow:property name="form" value="overdue_review" />
        <spiffworkflow:property name="role" value="department_leader" />
      </spiffworkflow:properties></bpmn:extensionElements>
      <bpmn:incoming>flow_review_gateway_to_application_acceptance</bpmn:incoming>
      <bpmn:outgoing>flow_second_look_to_application_acceptance</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="flow_second_look_to_application_acceptance"
      sourceRef="second_look" targetRef="application_acceptance" />
    <bpmn:serviceTask id="application_acceptance\""""
    diagram = _text(APPLICATION)
    diagram = diagram.replace(
        'sourceRef="review_gateway" targetRef="application_acceptance"',
        'sourceRef="review_gateway" targetRef="second_look"',
    )
    diagram = diagram.replace(
        "<bpmn:incoming>flow_review_gateway_to_application_acceptance</bpmn:incoming>",
        "<bpmn:incoming>flow_second_look_to_application_acceptance</bpmn:incoming>",
    )
    diagram = diagram.replace('<bpmn:serviceTask id="application_acceptance"', added)
    diagram = diagram.replace(
        "<bpmn:flowNodeRef>decide_overdue_review</bpmn:flowNodeRef>",
        "<bpmn:flowNodeRef>decide_overdue_review</bpmn:flowNodeRef><bpmn:flowNodeRef>second_look</bpmn:flowNodeRef>",
    )
    diagram = diagram.replace(
        '<bpmndi:BPMNShape id="shape_application_acceptance"',
        '<bpmndi:BPMNShape id="shape_second_look" bpmnElement="second_look">'
        '<dc:Bounds x="10" y="10" width="100" height="80" /></bpmndi:BPMNShape>'
        '<bpmndi:BPMNShape id="shape_application_acceptance"',
    )
    programme.on("2025-04-10")
    _slipped(programme, {APPLICATION: diagram})

    programme.given_application()
    programme.hand_in("review_application", "clerk")

    programme.then_state("formal_review")
    programme.hand_in("second_look", "leader")
    programme.then_state("accepted")


def test_a_decision_table_changes_the_outcome_without_python(programme: Programme) -> None:
    """W the eligibility table admits green certificates. T such a project goes to formal review."""
    table = _text("decisions/eligibility.dmn")
    rule = next(r for r in re.findall(r"<rule .*?</rule>", table, re.DOTALL) if "绿色电力证书" in r)
    admitted = rule.replace("<text>False</text></outputEntry>", "<text>True</text></outputEntry>", 1)
    assert admitted != rule
    programme.on("2026-03-02")
    _deploy(programme, {"decisions/eligibility.dmn": table.replace(rule, admitted)})

    programme.given_application(green_certificate=True)

    programme.task("review_application")


def test_a_parameter_changes_the_outcome_without_python(programme: Programme) -> None:
    """W deemed acceptance is set to escalate. T silence goes to the leader instead of accepting."""
    parameters = _text("parameters.yaml").replace("deemed_acceptance: accept", "deemed_acceptance: escalate")
    programme.on("2025-04-01")
    _deploy(programme, {"parameters.yaml": parameters})
    programme.given_application()

    programme.on("2025-05-09")

    programme.then_state("formal_review")
    programme.hand_in("decide_overdue_review", "leader")
    programme.then_state("accepted")


def test_a_longer_publicity_is_a_parameter(programme: Programme) -> None:
    """W the leader approves ten working days of publicity. T the next notice closes after ten."""
    parameters = _text("parameters.yaml").replace(
        "id: public_notice, name: 公示期, n: 5", "id: public_notice, name: 公示期, n: 10"
    )
    programme.on("2025-04-10")
    deploy(programme, {"parameters.yaml": parameters.encode()}, approver="leader")
    programme.given_released_notice()
    programme.when_published("2025-06-09")
    programme.then_due_on("public_notice", "2025-06-23")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("id: public_notice, name: 公示期, n: 5", "id: public_notice, name: 公示期, n: 4"),
        ("id: registration, name: 注册账户和登记, n: 3", "id: registration, name: 注册账户和登记, n: 4"),
    ],
    ids=["the floor", "the cap"],
)
def test_what_an_article_fixes_no_parameter_passes(programme: Programme, before: str, after: str) -> None:
    """W a version would publish for four days, or register within four. T it is not deployable (K)."""
    parameters = _text("parameters.yaml")
    assert before in parameters
    with pytest.raises(Refused) as refused:
        _deploy(programme, {"parameters.yaml": parameters.replace(before, after)})
    assert refused.value.code == "fixed_limit"


def test_an_unlawful_application_passes_no_diagram(programme: Programme) -> None:
    """W a version routes everything to acceptance. T outside the pilot it is still refused (K)."""
    diagram = _text(APPLICATION).replace("route == 'ccer'", "route == 'none'")
    programme.on("2025-04-10")
    _slipped(programme, {APPLICATION: diagram})
    with pytest.raises(InvalidForm) as refused:
        programme.given_application(pilot_filing="not-a-filing")
    assert "pilot_filing" in refused.value.errors


def test_a_notice_cannot_be_closed_early_by_a_diagram(programme: Programme) -> None:
    """W a version takes the waiting period out. T publication is refused: the floor is code (K)."""
    waiting = (
        "notice_running",
        "notice_period",
        "material_change",
        "notice_termination",
        "notice_terminated",
    )
    diagram = _shortened(_text(NOTICE), waiting, "notice_opening", "notice_closing")
    programme.on("2025-04-10")
    _slipped(programme, {NOTICE: diagram})
    programme.given_released_notice()

    with pytest.raises(Refused) as refused:
        programme.when_published("2025-06-09")

    assert refused.value.code == "notice_running"
    programme.then_state("notice_pending")


def test_deploying_needs_a_second_administrator(programme: Programme) -> None:
    """W nobody else approves. T refused; who is no administrator may not even ask."""
    parameters = _text("parameters.yaml").replace("max_revision_rounds: 3", "max_revision_rounds: 2")
    request = {"parameters.yaml": parameters.encode()}
    with pytest.raises(Refused) as refused:
        deploy(programme, request, approver="administrator")
    assert refused.value.code == "second_approver"
    with pytest.raises(Forbidden):
        deploy(programme, request, approver="leader")
    with pytest.raises(Forbidden):
        deploy(programme, request, by="leader")
    with pytest.raises(Conflict):
        _deploy(programme, {"parameters.yaml": _text("parameters.yaml")})


def test_a_diagram_with_code_in_it_is_not_deployable(programme: Programme) -> None:
    """W a condition holds code. T refused with the element and the finding."""
    diagram = _text(APPLICATION).replace("route == 'ccer'", "__import__('os').system('id')")
    with pytest.raises(Refused) as refused:
        _deploy(programme, {APPLICATION: diagram})
    assert refused.value.code == "diagrams_invalid"
    assert refused.value.details["findings"]


@pytest.mark.parametrize(
    ("known", "unknown"),
    [
        ('serviceTaskOperator id="receive_application"', 'serviceTaskOperator id="send_money"'),
        ('name="form" value="formal_review"', 'name="form" value="no_such_form"'),
        ('name="role" value="department_clerk"', 'name="role" value="emperor"'),
        ("deadline('correction')", "deadline('never')"),
    ],
)
def test_a_diagram_naming_what_there_is_not_is_not_deployable(
    programme: Programme, known: str, unknown: str
) -> None:
    """W a diagram names an operation, form, role or limit the product does not know. T refused."""
    diagram = _text(APPLICATION)
    assert known in diagram
    with pytest.raises(Refused) as refused:
        _deploy(programme, {APPLICATION: diagram.replace(known, unknown)})
    assert refused.value.code == "diagrams_invalid"


def test_rounds_of_revision_are_counted(programme: Programme) -> None:
    """W the panel is never satisfied. T after three rounds 未通过."""
    programme.on("2025-04-10")
    programme.given_convened_panel()
    programme.hand_in("hold_meeting", "clerk")
    asked: dict[str, Any] = {"required_changes": [{"item": "监测频次", "requirement": "改为每年一次。"}]}
    programme.hand_in("give_opinion", "expert_one", action="revise", **asked)
    for _ in range(3):
        programme.then_state("revision")
        with pytest.raises(InvalidForm) as unanswered:
            programme.hand_in("revise_documents", "owner", responses=UNRELATED)
        assert "responses" in unanswered.value.errors
        programme.hand_in("revise_documents", "owner")
        programme.hand_in("recheck_revision", "expert_one", action="again", **asked)
    programme.then_state("failed")
    assert programme.open_tasks() == []


UNRELATED = [{"item": "其他", "change": "无", "location": "无"}]


def test_an_exchange_closes_no_objection_alone_whatever_the_diagram_says(programme: Programme) -> None:
    """W the downgrade is drawn as the exchange's own. T the comment cannot be closed as one (K)."""
    own, role = _text(OBJECTION), '<spiffworkflow:property name="role" value="department_clerk" />'
    start = own.index('<bpmn:userTask id="confirm_downgrade"')
    at = own.index(role, start)
    exchange = (
        '<spiffworkflow:property name="role" value="exchange_maker" />'
        '<spiffworkflow:property name="scope" value="exchange_org" />'
    )
    _slipped(programme, {OBJECTION: own[:at] + exchange + own[at + len(role) :]})
    programme.on("2025-08-11")
    programme.given_released_notice()
    programme.when_published("2025-09-29")
    programme.on("2025-10-10")
    case_id = programme.when_comment("部分地块已在其他机制登记。")
    programme.hand_in("classify_comment", "maker", case_id=case_id, action="comment")
    programme.hand_in("confirm_downgrade", "maker", case_id=case_id, action="confirmed")

    with pytest.raises(Refused) as refused:
        programme.hand_in("reply_comment", "clerk", case_id=case_id)

    assert refused.value.code == "downgrade_unconfirmed"
    programme.on("2025-10-14")
    assert programme.notice["outcome"] is None
