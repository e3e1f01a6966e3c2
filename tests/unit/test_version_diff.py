"""What is different between two versions, said as its readers know it."""

from __future__ import annotations

from workflow_app.commands.versions import shipped
from workflow_app.queries.version_diff import FileDifference, changed_paths, differences

DIAGRAM = "processes/complaint.bpmn"
TABLE = "decisions/abnormal_trade.dmn"
PARAMETERS = "parameters.yaml"


def changed(path: str, *replaced: tuple[str, str]) -> FileDifference:
    """The one file of two versions that differs by these texts."""
    files = shipped()
    text = files[path].decode()
    for before, after in replaced:
        assert before in text, before
        text = text.replace(before, after)
    (found,) = differences(files, {**files, path: text.encode()})
    return found


def test_files_that_differ_are_listed_by_path() -> None:
    found = changed_paths({"a": b"1", "b": b"1", "c": b"1"}, {"b": b"2", "c": b"1", "d": b"1"})
    assert [(one.path, one.how) for one in found] == [("a", "removed"), ("b", "changed"), ("d", "added")]


def test_a_property_of_an_element_is_told_old_and_new() -> None:
    found = changed(
        DIAGRAM,
        ('id="review_complaint" name="审查投诉"', 'id="review_complaint" name="审查"'),
        ('name="form" value="complaint_review"', 'name="form" value="other"'),
        ("发给回执编号（参照", "发给编号（参照"),
    )
    said = {(one.element, one.what): (one.before, one.after) for one in found.changes}
    form = "extensionElements/properties/property/form"
    assert said["review_complaint", "name"] == ("审查投诉", "审查")
    assert said["review_complaint", form] == ("complaint_review", "other")
    assert "发给编号" in said["complaint_received", "documentation"][1]
    assert len(said) == 3
    assert {one.how for one in found.changes} == {"changed"}


def test_elements_come_and_go_and_flows_lead_elsewhere() -> None:
    lines = shipped()[DIAGRAM].decode()
    flow = "flow_taking_up_gateway_to_answer_complaint"
    start = lines.index(f'<bpmn:sequenceFlow id="{flow}"')
    text = lines[start : lines.index(">", start) + 1]
    elsewhere = text.replace('targetRef="answer_complaint"', 'targetRef="await_correction"')
    moved = changed(DIAGRAM, (text, elsewhere))
    (one,) = [each for each in moved.changes if each.what == "ends"]
    assert (one.element, one.kind) == (flow, "sequenceFlow")
    assert one.before.startswith("立案？ → ")
    assert one.before != one.after

    files = shipped()
    without = lines.replace('id="review_complaint"', 'id="look_at_complaint"')
    (renamed,) = differences(files, {**files, DIAGRAM: without.encode()})
    hows = {(each.how, each.kind, each.name) for each in renamed.changes if not each.what}
    assert hows == {("removed", "userTask", "审查投诉"), ("added", "userTask", "审查投诉")}


def test_what_only_lies_elsewhere_is_counted_not_listed() -> None:
    text = shipped()[DIAGRAM].decode()
    start = text.index('bpmnElement="review_complaint"')
    bounds = text[text.index("<dc:Bounds", start) : text.index("/>", start)]
    found = changed(DIAGRAM, (bounds, bounds.replace('x="', 'x="1')))
    assert (found.changes, found.lines, found.redrawn) == ((), (), 1)


def test_a_decision_table_is_told_rule_by_rule_and_cell_by_cell() -> None:
    cell = '<inputEntry id="price_usual_value"><text>? &lt;= 30'
    (one,) = changed(TABLE, (cell, cell.replace("30", "20"))).changes
    assert (one.how, one.kind, one.what) == ("changed", "rule", "数值")
    assert (one.before, one.after) == ("? <= 30", "? <= 20")
    assert "均价" in one.name

    text = shipped()[TABLE].decode()
    start = text.index('<rule id="price_far">')
    rule = text[start : text.index("</rule>", start) + len("</rule>")]
    assert [(each.how, each.kind) for each in changed(TABLE, (rule, "")).changes] == [("removed", "rule")]
    copy = rule.replace("price_far", "price_near")
    (added,) = changed(TABLE, (rule, rule + copy)).changes
    assert (added.how, added.kind) == ("added", "rule")
    assert "数值：? > 30" in added.after
    (order,) = changed(TABLE, (rule, ""), ("</decisionTable>", rule + "</decisionTable>")).changes
    assert order.what == "order"


def test_keys_are_told_by_what_names_their_entry() -> None:
    (one,) = changed(PARAMETERS, ("name: 形式审查, n: 5", "name: 形式审查, n: 4")).changes
    assert one.name.endswith(".formal_review.n")
    assert (one.before, one.after) == ("5", "4")
    form = changed("forms/comment.yaml", ("title: 意见内容", "heading: 意见内容"))
    assert [(each.how, each.name) for each in form.changes] == [
        ("removed", "sections.content.title"),
        ("added", "sections.content.heading"),
    ]


def test_what_cannot_be_read_and_other_files_are_told_line_by_line() -> None:
    files = shipped()
    (broken,) = differences(files, {**files, DIAGRAM: b"<no"})
    assert broken.changes == ()
    assert "+<no" in broken.lines
    paper = "documents/_letter.typ"
    (letter,) = differences(files, {**files, paper: files[paper] + b"// more\n"})
    assert letter.lines[-1] == "+// more"
    new = differences(files, {**files, "forms/new.yaml": b"a: 1\n"})
    assert [(one.how, one.lines[-1]) for one in new] == [("added", "+a: 1")]
