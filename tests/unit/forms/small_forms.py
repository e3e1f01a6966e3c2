"""A small form with every type, for tests of one behaviour at a time."""

from __future__ import annotations

from workflow_app.engine.forms import FormDefinition, load_form

EVERY_TYPE = """
key: every_type
version: 1
title: 各类字段
article: 355号附件1
actions:
  - {value: send, label: 提交, sets: {result: sent}}
sections:
  - key: one
    title: 一
    fields:
      - {name: name, label: 姓名, type: text, required: true, max_length: 20, personal: contact}
      - {name: phone, label: 电话, type: text, check: phone, personal: contact}
      - {name: email, label: 邮箱, type: text, check: email, personal: contact}
      - {name: code, label: 代码, type: text, check: uscc, variable: true}
      - {name: identity, label: 身份证, type: text, check: id_number, personal: contact}
      - {name: postcode, label: 邮编, type: text, check: postcode}
      - {name: address, label: 地址, type: text, personal: contact, mask: address}
      - {name: note, label: 说明, type: textarea, max_length: 50}
      - {name: kind, label: 类别, type: select, choices: [a, b], variable: kind_chosen}
      - {name: tags, label: 标签, type: checkboxes, choices: [x, y, z], max_items: 2}
      - {name: agreed, label: 同意, type: checkbox, variable: true}
      - {name: owner, label: 是否业主, type: yesno, variable: true}
      - {name: day, label: 日期, type: date}
      - {name: span, label: 起止, type: period}
      - {name: count, label: 数量, type: integer, min: "1", max: "9"}
      - {name: tonnes, label: 减排量, type: tonnes}
      - {name: amount, label: 计算量, type: decimal}
      - {name: price, label: 价格, type: money, min: "0.01"}
      - {name: proof, label: 证明, type: file}
      - {name: proofs, label: 附件, type: files, max_items: 2}
      - {name: expert, label: 专家, type: user, source: experts}
      - {name: experts, label: 专家组, type: users, source: experts, variable: true}
      - {name: county, label: 县, type: select, source: counties}
      - {name: shown, label: 项目, type: readonly, fact: project_name}
      - {name: signed, label: 签字, type: signature, personal: signatory}
      - {name: declared, label: 声明, type: declaration, text: 内容属实。}
  - key: two
    title: 二
    fields:
      - name: sources
        label: 排放源
        type: rows
        row_label: 排放源
        max_items: 3
        rows:
          - {name: load, label: 负荷, type: decimal, places: 2, required: true}
          - {name: fuel, label: 燃料, type: select, choices: [coal, gas], required: true}
          - {name: grade, label: 煤种, type: text, required: true, show_if: {field: fuel, equals: coal}}
          - {name: keeper, label: 保管人, type: text, personal: keeper}
"""

CONDITIONAL = """
key: conditional
version: 1
title: 条件字段
article: 355号附件1
actions:
  - {value: pass, label: 通过, sets: {result: passed}}
  - {value: back, label: 退回, sets: {result: returned}}
sections:
  - key: one
    title: 一
    fields:
      - {name: agent, label: 是否委托, type: yesno, required: true}
      - {name: mandate, label: 委托书, type: text, required: true, show_if: {field: agent, equals: true}}
      - {name: until, label: 期限, type: text, required: true, show_if: {field: mandate, equals: [long, mid]}}
      - {name: reason, label: 理由, type: text, variable: true, required_if: {field: action, equals: back}}
"""


def every_type() -> FormDefinition:
    """Return the form with every type."""
    return load_form(EVERY_TYPE.encode())


def conditional() -> FormDefinition:
    """Return the form whose fields depend on each other and on the button."""
    return load_form(CONDITIONAL.encode())
