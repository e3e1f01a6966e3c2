"""What 355号 commands is held against every path of the diagrams, and a breach is shown with its article."""

from __future__ import annotations

from dataclasses import replace

import pytest
from lxml import etree

from tests.support.edited import B, edited, element, files, flows, give, lead, sweep, touch
from workflow_app.commands import parameters, statute
from workflow_app.commands.known_names import catalogue
from workflow_app.commands.versions import shipped
from workflow_app.engine.forms import load_forms
from workflow_app.engine.model import Finding
from workflow_app.engine.rules import check


def judged(changed: dict[str, bytes], article: str | None = None) -> list[Finding]:
    """What stands against a version; its diagrams can run, as the gate asks before."""
    limits = parameters.load(changed)
    known = catalogue(load_forms(changed), limits)
    drawn = {path: data for path, data in changed.items() if data != files()[path]}
    faults = [f for f in check(drawn, files(), known) if f.severity == "error"]
    assert not faults, faults
    asked = tuple(each for each in statute.articles() if article in (None, each.citation))
    return statute.check(changed, known, limits, asked)


def broken(changed: dict[str, bytes], article: str, said: str) -> Finding:
    """Return the finding of ``article`` that says ``said``."""
    findings = judged(changed, article)
    found = [f for f in findings if f.text.startswith(f"违反{article}：") and said in f.text]
    assert found, [f.text for f in findings]
    return found[0]


def test_the_shipped_diagrams_keep_the_statute() -> None:
    assert judged(dict(files())) == []


def test_registration_without_a_notice_is_refused_with_the_path_that_shows_it() -> None:
    """A notice that was never published ends as if nobody had objected."""

    def unseen(root: etree._Element) -> None:
        give(root, "notice_lapsed", outcome="dismissed")

    finding = broken(edited(public_notice=unseen), "355号附件二（一）", "项目登记之前，须有期满")
    assert (finding.path, finding.element_id) == ("processes/registration.bpmn", "project_registration")
    assert finding.trail[0] == "project_lifecycle/project_intended"
    assert finding.trail[-2].startswith("registration/project_registration")
    assert "public_notice/notice_lapsed" in finding.trail
    assert "public_notice/notice_opening" not in finding.trail
    assert "经过：拟申请项目 → " in finding.text


def test_a_called_process_that_lies_about_its_outcome_is_found_through_the_call() -> None:
    """The assessment ends as passed whatever the panel said; the lifecycle itself is untouched."""

    def always(root: etree._Element) -> None:
        give(root, "assessment_failed", outcome="passed")

    finding = broken(edited(expert_assessment=always), "355号附件一（三）", "公示之前，须有最近一次评估")
    assert finding.element_id == "notice_opening"


def test_a_notice_cannot_be_closed_before_its_period_is_over() -> None:
    def early(root: etree._Element) -> None:
        lead(root, "material_change", "notice_termination", "notice_closing")
        sweep(root)

    finding = broken(edited(public_notice=early), "355号附件一（三）", "公示只能因公示期满而截止")
    assert finding.element_id == "notice_closing"
    assert "public_notice/material_change" in finding.trail


def test_an_open_objection_cannot_be_announced_as_none() -> None:
    def wrong(root: etree._Element) -> None:
        for flow in flows(root, sourceRef="objections_gateway", targetRef="await_objections"):
            for condition in flow.findall(f"{B}conditionExpression"):
                condition.text = "open_objections > 5"

    finding = broken(edited(public_notice=wrong), "355号附件二（一）", "没有未决异议")
    assert finding.element_id == "result_announcement"


@pytest.mark.parametrize("task", ["open_account", "verify_registration"])
def test_every_step_of_registration_lies_within_the_three_days(task: str) -> None:
    def untimed(root: etree._Element) -> None:
        give(root, task, deadline="objection")

    finding = broken(edited(registration=untimed), "355号附件二（一）", "计入3个工作日的期限")
    assert finding.element_id == task


def test_a_shorter_notice_and_a_longer_registration_are_refused_by_the_limits() -> None:
    """The loader refuses such a file already; the statute says the same of limits from anywhere else."""
    limits = parameters.load(files())
    known = catalogue(load_forms(files()), limits)
    asked = tuple(
        each for each in statute.articles() if each.file in ("a1_3_notice.yaml", "a2_1_registration.yaml")
    )
    texts = {}
    for limit, n in (("public_notice", 4), ("registration", 5)):
        rules = {**limits.rules, limit: replace(limits.rules[limit], n=n)}
        findings = statute.check(files(), known, parameters.Parameters(limits.flags, rules), asked)
        texts[limit] = [finding.text for finding in findings]
    assert texts == {
        "public_notice": ["违反355号附件一（三）：公示期不少于5个工作日。"],
        "registration": ["违反355号附件二（一）：注册账户和登记在3个工作日内完成。"],
    }


def test_the_same_hand_may_not_check_what_it_entered() -> None:
    def same(root: etree._Element) -> None:
        give(root, "verify_registration", role="exchange_maker")

    finding = broken(edited(registration=same), "服务规则：职责分离", "登记复核")
    assert finding.element_id == "verify_registration"


def test_an_objection_is_not_decided_by_the_exchange() -> None:
    def theirs(root: etree._Element) -> None:
        give(root, "decide_objection", role="exchange_checker")

    finding = broken(edited(objection=theirs), "服务规则（参照31号令第十三条、第二十条）", "只能由省厅领导")
    assert finding.element_id == "decide_objection"


def test_eligibility_is_judged_anew_after_every_correction() -> None:
    def once(root: etree._Element) -> None:
        lead(root, "correction_receipt", "check_eligibility", "list_materials")

    finding = broken(edited(project_application=once), "355号附件一（一）", "核对申请资格")
    assert "project_application/correction_receipt" in finding.trail


def test_units_are_not_minted_without_an_assessment_of_their_own() -> None:
    def straight(root: etree._Element) -> None:
        for flow in flows(root, sourceRef="assessment_gateway", targetRef="publicity_gateway"):
            for condition in flow.findall(f"{B}conditionExpression"):
                condition.text = "assessment_outcome != 'lapsed'"

    finding = broken(edited(issuance=straight), "355号附件二（一）", "每期减排量登记之前，本期须经评估")
    assert finding.element_id == "unit_minting"


def test_turning_the_notice_of_batches_off_is_lawful_by_parameter_and_not_by_drawing() -> None:
    changed = dict(files())
    changed["parameters.yaml"] = changed["parameters.yaml"].replace(
        b"notice_required: true", b"notice_required: false"
    )
    assert judged(changed) == []

    def straight(root: etree._Element) -> None:
        for flow in flows(root, sourceRef="publicity_gateway", targetRef="call_notice"):
            for condition in flow.findall(f"{B}conditionExpression"):
                condition.text = "not notice_required"

    assert (
        broken(edited(issuance=straight), "355号附件二（一）", "参数要求公示的").element_id == "unit_minting"
    )


def test_a_second_reviewer_is_a_lawful_change() -> None:
    def second(root: etree._Element) -> None:
        review = element(root, "review_application")
        again = etree.fromstring(etree.tostring(review))
        again.set("id", "review_again")
        for each in [*again.findall(f"{B}incoming"), *again.findall(f"{B}outgoing")]:
            again.remove(each)
        review.addnext(again)
        reference = etree.SubElement(element(root, "lane_department_clerk"), f"{B}flowNodeRef")
        reference.text = "review_again"
        (after,) = flows(root, sourceRef="review_application")
        after.set("sourceRef", "review_again")
        own = review.find(f"{B}outgoing")
        assert own is not None
        own.text = "flow_review_to_second"
        touch(root, "review_again", "incoming", "flow_review_to_second")
        touch(root, "review_again", "outgoing", after.get("id"))
        flow = etree.Element(f"{B}sequenceFlow", id="flow_review_to_second")
        flow.set("sourceRef", "review_application")
        flow.set("targetRef", "review_again")
        after.addnext(flow)

    assert judged(edited(project_application=second)) == []


def test_the_statute_is_no_part_of_a_version_and_reads_as_text() -> None:
    assert not any(path.startswith("statute/") for path in shipped())
    for article in statute.articles():
        assert article.quote
        assert article.basis in ("statutory", "service")
        for provision in article.provisions:
            assert provision.says.endswith("。")
    cited = {number for article in statute.articles() for number in article.requirements}
    assert {"R23", "R24", "R31", "R34", "R35", "R37", "R39", "R42"} <= cited


@pytest.mark.parametrize(
    "rule",
    [
        "{id: a, says: x。}",
        "{id: a, says: x。, whenever: {colour: red}}",
        "{id: a, says: x。, whenever: {operation: b}, onlyif: []}",
        "{id: a, says: x。, whenever: {operation: b}, only_if: [{affter: []}]}",
    ],
)
def test_a_rule_that_says_nothing_is_a_fault_of_the_product(rule: str) -> None:
    text = f"article: 355号三\ntitle: x\nquote: x\nbasis: service\nrequirements: []\nrules: [{rule}]\n"
    with pytest.raises(statute.BadStatute):
        statute.read_article("x.yaml", text)
