"""抄送名单: the fourteen bodies of the notice as data; a list that does not hold is refused (R47)."""

from __future__ import annotations

import pytest

from workflow_app.commands import distribution, paper_kinds
from workflow_app.commands.distribution import PATH, Distribution
from workflow_app.commands.versions import shipped
from workflow_app.kernel.errors import Refused

BODIES = (
    "省委金融办",
    "省发展改革委",
    "省工业和信息化厅",
    "省自然资源厅",
    "省住房城乡建设厅",
    "省交通运输厅",
    "省水利厅",
    "省农业农村厅",
    "省文化和旅游厅",
    "省国资委",
    "省林业局",
    "省市场监管局",
    "省管局",
    "省科学院",
)


def test_the_shipped_list_is_that_of_the_notice() -> None:
    files = shipped()
    found = distribution.load(files, paper_kinds.load(files))
    assert found.bodies == BODIES
    assert found.of("evaluation_report") == BODIES
    assert found.of("acceptance_notice") == ()


def test_a_version_without_a_list_copies_nobody() -> None:
    assert distribution.load({}, ()) == Distribution()
    assert distribution.load({PATH: b""}, ()) == Distribution()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("papers: [", "不是有效的 YAML"),
        ("- a", "应写明且只写明"),
        ("receivers: [a]", "应写明且只写明"),
        ("bodies: 省林业局", "应为名称的列表"),
        ("bodies: [1]", "应为名称的列表"),
        ("bodies: [省林业局, 省林业局]", "有重复"),
        ("papers: [nothing]", "没有文书"),
        (f"bodies: [{'长' * 61}]", "不超过60字"),
    ],
)
def test_a_list_that_does_not_hold_is_refused_with_its_fault(text: str, said: str) -> None:
    with pytest.raises(Refused, match="distribution_invalid") as refused:
        distribution.load({PATH: text.encode()}, ("evaluation_report",))
    assert said in refused.value.message
