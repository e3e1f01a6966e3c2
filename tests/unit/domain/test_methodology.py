"""The methodology register: gases, fields, publication, what may be chosen (R1, R3, R4, R10, R12, R13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import yaml

from tests.unit.domain.test_project import FOREST, GOOD
from workflow_app.commands.versions import shipped
from workflow_app.domain.admission import check_admission
from workflow_app.domain.methodology import Gas, MethodologyField, check_choice


def test_the_gases_are_the_seven_of_the_notice() -> None:
    assert {gas.value for gas in Gas} == {"CO2", "CH4", "N2O", "HFCs", "PFCs", "SF6", "NF3"}


def test_a_methodology_declares_its_gases() -> None:
    with pytest.raises(ValueError, match="declares no gas"):
        replace(FOREST, gases=frozenset())


def test_the_fields_are_the_six_of_the_notice_and_one_for_others() -> None:
    assert {field.value: field.label for field in MethodologyField} == {
        "01": "生态系统碳汇",
        "02": "农业农村减排固碳",
        "03": "工业减污降碳",
        "04": "公众低碳行为（碳普惠）",
        "05": "资源节约循环利用",
        "06": "节能和可再生能源利用",
        "99": "其他领域",
    }


def test_two_fields_come_first_and_no_field_decides_eligibility() -> None:
    assert {field.value for field in MethodologyField if field.prioritised} == {"01", "02"}
    for field in MethodologyField:
        assert check_admission(replace(GOOD, methodology=replace(FOREST, field=field))) == ()


def test_a_methodology_may_be_chosen_from_its_publication_until_it_is_withdrawn() -> None:
    ended = replace(FOREST, withdrawn_on=date(2025, 1, 1))
    days = {
        date(2021, 6, 30): ["methodology_not_in_force"],
        date(2021, 7, 1): [],
        date(2024, 12, 31): [],
        date(2025, 1, 1): ["methodology_not_in_force"],
    }
    for day, codes in days.items():
        assert [finding.code for finding in check_choice(ended, day)] == codes, day
    assert [finding.code for finding in check_choice(None, date(2025, 1, 1))] == ["methodology_unknown"]


def test_it_is_not_withdrawn_before_it_is_published() -> None:
    with pytest.raises(ValueError, match="withdrawn before"):
        replace(FOREST, withdrawn_on=FOREST.published_on)


def test_the_forest_methodology_the_notice_names_is_on_the_list() -> None:
    listed = yaml.safe_load(shipped()["methodologies.yaml"])["methodologies"]
    forest = {"name": "江西省森林经营碳汇项目方法学（试行）", "kind": "jcer", "field": "01", "demo": False}
    (row,) = [row for row in listed if row["code"] == "赣环气候〔2021〕17号"]
    assert forest.items() <= row.items()
    assert {kind for row in listed if "演示" in row["name"] for kind in [row["demo"]]} == {True}
