"""What an administrator reads of a role is whole: every role, every rule of separation."""

from __future__ import annotations

from workflow_app.domain.role_duties import MAY, cards
from workflow_app.domain.roles import NEVER_ON_CASES, NO_ACCOUNT, SEPARATIONS, Role


def test_every_role_is_described_once() -> None:
    assert {card.role for card in cards()} == {role.value for role in Role} == {role.value for role in MAY}
    assert all(card.may and card.apart for card in cards())


def test_every_rule_of_separation_is_shown_on_both_sides() -> None:
    told = {card.role: "；".join(card.apart) for card in cards()}
    for rule in SEPARATIONS:
        assert rule.other.label in told[rule.one]
        assert rule.one.label in told[rule.other]
    for role in Role:
        if role in NEVER_ON_CASES:
            assert "不得办理业务" in told[role]
        if role in NO_ACCOUNT:
            assert "购买方账户" in told[role]
            assert role.label in told[Role.BUYER]
