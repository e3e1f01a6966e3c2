"""Whether a form's parts agree: names once, conditions and rules on fields that exist.

A field may only be shown for what stands before it, so there is no cycle and no surprise. Told apart from
reading (``form_loader``) because it looks at the form as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from workflow_app.engine.form_document import BadForm
from workflow_app.engine.form_model import COMPOSITE_PARTS, Action, Field, Rule, Section


def ensure_consistent(
    where: str, sections: Sequence[Section], actions: Sequence[Action], rules: Sequence[Rule]
) -> None:
    """Judge a whole form.

    :raises BadForm: the first disagreement, with its place.
    """
    _once([section.key for section in sections], f"{where}: 分节重名")
    _once([action.value for action in actions], f"{where}: 按钮重名")
    known = _known([field for section in sections for field in section.fields], {}, where)
    for field in known.values():
        _known(field.rows, known, f"{where}/{field.name}")
        for condition in (field.required_if, field.check_unless):
            if condition and condition.field not in {"action", *known}:
                raise BadForm(f"{where}: {field.name} 的条件指向不存在的字段 {condition.field}")
    for rule in rules:
        for path in rule.fields:
            _ensure_path(path, known, where)


def _known(fields: Iterable[Field], outer: Mapping[str, Field], where: str) -> dict[str, Field]:
    known: dict[str, Field] = {}
    for field in fields:
        if field.name in known:
            raise BadForm(f"{where}: 字段 {field.name} 重复")
        if field.show_if and field.show_if.field not in {**outer, **known}:
            raise BadForm(f"{where}: {field.name} 的显示条件须指向排在前面的字段")
        known[field.name] = field
    return known


def _ensure_path(path: str, known: Mapping[str, Field], where: str) -> None:
    name, _, part = path.partition(".")
    field = known.get(name)
    parts = (*COMPOSITE_PARTS.get(field.type, ()), *(row.name for row in field.rows)) if field else ()
    if field is None or (part and part not in parts):
        raise BadForm(f"{where}: 跨字段校验指向不存在的字段 {path}")


def _once(names: Sequence[str], mistake: str) -> None:
    if len(set(names)) != len(names):
        raise BadForm(mistake)
