"""Certificates and delegations over HTTP: anybody checks a code; the department delegates and reissues."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from workflow_app.commands.unit_requests import GrantDelegation, ReissueCertificate, RevokeDelegation
from workflow_app.kernel.errors import TooMany
from workflow_app.queries import certificates
from workflow_app.queries.certificates import Checked
from workflow_app.queries.delegations import Delegation
from workflow_app.queries.delegations import delegations as delegations_of
from workflow_app.web import comment_guard
from workflow_app.web.api.entry import act
from workflow_app.web.api.section import Section
from workflow_app.web.api.shapes import listing, named, shape
from workflow_app.web.api.wire import Day, Taken, Text, Texts
from workflow_app.web.desk import reading, require, today

section = Section("certificates", "凭证与委托")

REISSUED = named(
    "CertificateReissued",
    {"certificate_id": fields.String(), "number": fields.String(), "code": fields.String()},
)
GRANTED = named("DelegationGranted", {"delegation_id": fields.String(), "number": fields.String()})
REVOKED = named("DelegationRevoked", {"delegation_id": fields.String()})


class Reissuing(Taken):
    """Why, and what the new one is to say."""

    reason = Text(1000, required=True)
    beneficiary_name = Text(200, load_default="")


class Granting(Taken):
    """To whom, for what, how long."""

    organisation_id = Text(32, required=True)
    number = Text(100, required=True)
    scope = Texts(Text(40), required=True)
    valid_from = Day(required=True)
    valid_until = Day(required=True)


class DelegationRevoking(Taken):
    """Why."""

    reason = Text(1000, required=True)


@section.read("/certificates/<code>", shape(Checked, name="Certificate"), public=True)
def check(code: str) -> Any:
    """凭查验码查验注销凭证的当前状态"""
    if comment_guard.too_fast("certificate", comment_guard.LOOKUPS):
        raise TooMany("too_many_requests", "提交或查询过于频繁，请稍候再试", details={"retry_after": 60})
    return certificates.verify(reading(), code[:64])


@section.write("/certificates/<certificate_id>/reissue", REISSUED, body=Reissuing)
def reissue(body: dict[str, str], certificate_id: str) -> Any:
    """要素错误的凭证作废重发；减排量不变"""
    require("department_leader", "certificate_delegate")
    return act(ReissueCertificate(certificate_id, body["reason"], body["beneficiary_name"])).values


@section.read("/delegations", listing(shape(Delegation)))
def delegations() -> dict[str, Any]:
    """出具凭证的委托；受托机构只见自己的"""
    found = require("department_clerk", "department_leader", "auditor", "certificate_delegate")
    own = found.viewer.organisations("certificate_delegate")
    office = found.viewer.holds({"department_clerk", "department_leader", "auditor"})
    listed = delegations_of(reading(), today(), None if office else own[0] if own else "")
    return {"items": listed, "next": None}


@section.write("/delegations", GRANTED, body=Granting, status=201)
def grant(body: dict[str, Any]) -> Any:
    """委托一个机构出具凭证"""
    require("department_leader")
    return act(GrantDelegation(**body)).values


@section.write("/delegations/<delegation_id>/revoke", REVOKED, body=DelegationRevoking)
def revoke(body: dict[str, str], delegation_id: str) -> Any:
    """撤销委托"""
    require("department_leader")
    return act(RevokeDelegation(delegation_id, body["reason"])).values
