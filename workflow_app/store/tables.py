"""Every table of the store, one door for whoever reads or writes them.

The tables are declared by subject in :mod:`workflow_app.store.schema`; the migrations are what
a database is made from, and a test holds the two equal.
"""

from __future__ import annotations

from workflow_app.store.schema.accounts import account, account_order, cash_entry
from workflow_app.store.schema.calendar import calendar_proposal
from workflow_app.store.schema.cancellations import (
    cancellation,
    certificate,
    correction,
    delegation,
)
from workflow_app.store.schema.cases import (
    attachment,
    case_file,
    draft,
    inbox_entry,
    inbox_task,
    incident,
    message_wait,
    note,
    token,
)
from workflow_app.store.schema.columns import (
    Decimal4,
    Instant,
    Json,
    canonical,
    metadata,
)
from workflow_app.store.schema.complaints import complaint
from workflow_app.store.schema.definitions import (
    calendar_notice,
    content,
    definition_file,
    definition_version,
    deployment,
)
from workflow_app.store.schema.design import (
    definition_draft,
    definition_draft_file,
    proposal,
)
from workflow_app.store.schema.documents import delivery, document_file, official_document
from workflow_app.store.schema.exchange import (
    difference_remedy,
    exchange_qualification,
    registry_paper,
    trade_refusal,
)
from workflow_app.store.schema.history import event, event_head
from workflow_app.store.schema.ledger import (
    holding,
    ledger_line,
    ledger_money,
    ledger_posting,
    money_balance,
    unit_balance,
)
from workflow_app.store.schema.limits import deadline, suspension, timer
from workflow_app.store.schema.methodologies import methodology_version
from workflow_app.store.schema.migrations import migration, migration_case
from workflow_app.store.schema.people import (
    api_token,
    duty,
    expert_conflict,
    organisation,
    organisation_name,
    person_key,
    role_assignment,
    user_account,
)
from workflow_app.store.schema.pilots import (
    pilot_activity,
    pilot_comment,
    pilot_evaluation,
    pilot_profile,
)
from workflow_app.store.schema.programme import (
    batch,
    comment,
    methodology,
    panel_opinion,
    pilot_filing,
    project,
    public_notice,
    registration,
)
from workflow_app.store.schema.service import (
    counter,
    idempotency,
    notification,
    notification_read,
    outbox,
    setting,
)
from workflow_app.store.schema.trading import (
    bid,
    trade,
    trade_alert,
    trade_difference,
    trade_order,
    trade_report_day,
)

__all__ = [
    "Decimal4",
    "Instant",
    "Json",
    "account",
    "account_order",
    "api_token",
    "attachment",
    "batch",
    "bid",
    "calendar_notice",
    "calendar_proposal",
    "cancellation",
    "canonical",
    "case_file",
    "cash_entry",
    "certificate",
    "comment",
    "complaint",
    "content",
    "correction",
    "counter",
    "deadline",
    "definition_draft",
    "definition_draft_file",
    "definition_file",
    "definition_version",
    "delegation",
    "delivery",
    "deployment",
    "difference_remedy",
    "document_file",
    "draft",
    "duty",
    "event",
    "event_head",
    "exchange_qualification",
    "expert_conflict",
    "holding",
    "idempotency",
    "inbox_entry",
    "inbox_task",
    "incident",
    "ledger_line",
    "ledger_money",
    "ledger_posting",
    "message_wait",
    "metadata",
    "methodology",
    "methodology_version",
    "migration",
    "migration_case",
    "money_balance",
    "note",
    "notification",
    "notification_read",
    "official_document",
    "organisation",
    "organisation_name",
    "outbox",
    "panel_opinion",
    "person_key",
    "pilot_activity",
    "pilot_comment",
    "pilot_evaluation",
    "pilot_filing",
    "pilot_profile",
    "project",
    "proposal",
    "public_notice",
    "registration",
    "registry_paper",
    "role_assignment",
    "setting",
    "suspension",
    "timer",
    "token",
    "trade",
    "trade_alert",
    "trade_difference",
    "trade_order",
    "trade_refusal",
    "trade_report_day",
    "unit_balance",
    "user_account",
]
