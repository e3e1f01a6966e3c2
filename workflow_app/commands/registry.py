"""Every request there is and the function that carries it out, in two visible tuples.

``COMMANDS`` take one transaction each. ``LONG`` are made of several, each of them whole: timers
one by one, a clock moved through its deadlines, a failed act done again, a password whose failures
count whatever follows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from workflow_app.commands import (
    account_orders,
    account_requests,
    accounts,
    calendar_notices,
    calendar_proposals,
    calendar_requests,
    cancellations,
    cases,
    cash,
    certificates,
    clock,
    comments,
    complaint_requests,
    complaints,
    corrections,
    credentials,
    delegations,
    deliveries,
    design_requests,
    documents,
    drafts,
    filings,
    inbox,
    mandates,
    methodologies,
    migration_batch,
    migration_requests,
    migrations,
    notices,
    organisations,
    paper_requests,
    people,
    people_requests,
    pilot_requests,
    pilots,
    posts,
    projects,
    proposals,
    publicity,
    registry_papers,
    requests,
    retries,
    suspensions,
    timers,
    unit_requests,
    version_drafts,
)
from workflow_app.commands.backtest.command import back_test
from workflow_app.commands.backtest.requests import BackTest
from workflow_app.commands.host import Host
from workflow_app.commands.leaving import act as leaving
from workflow_app.commands.market import (
    alert_review,
    bidding,
    differences,
    listing,
    orders,
    qualification,
    reconciling,
    reported,
)
from workflow_app.commands.market import requests as market
from workflow_app.commands.requests import Actor, Request, Result
from workflow_app.commands.run import Run


@dataclass(frozen=True, slots=True)
class Command:
    """A request and what carries it out in one transaction."""

    request: type[Request]
    run: Callable[[Run, Any], Result]


@dataclass(frozen=True, slots=True)
class LongCommand:
    """A request made of several whole transactions."""

    request: type[Request]
    run: Callable[[Host, Any, Actor], Result]


COMMANDS: Final = (
    Command(requests.StartCase, cases.start_case),
    Command(requests.CompleteTask, cases.complete_task),
    Command(requests.WithdrawProject, projects.withdraw),
    Command(requests.WithdrawBatch, projects.withdraw_batch),
    Command(requests.EndProject, projects.end),
    Command(requests.TerminateNotice, publicity.terminate),
    Command(requests.RevokeMandate, mandates.revoke),
    Command(requests.RenewMandate, mandates.renew),
    Command(requests.ClaimTask, inbox.claim),
    Command(requests.ReleaseTask, inbox.release),
    Command(requests.HandOver, inbox.hand_over),
    Command(requests.SaveDraft, drafts.save_draft),
    Command(requests.AddNote, drafts.add_note),
    Command(requests.Attach, drafts.attach),
    Command(requests.RemoveAttachment, drafts.remove_attachment),
    Command(requests.SubmitComment, comments.submit),
    Command(requests.SuspendDeadline, suspensions.suspend),
    Command(requests.ResumeDeadline, suspensions.resume),
    Command(calendar_requests.ProposeCalendarNotice, calendar_proposals.propose),
    Command(calendar_requests.DecideCalendarProposal, calendar_proposals.decide),
    Command(calendar_requests.WithdrawCalendarProposal, calendar_proposals.withdraw),
    Command(calendar_requests.RecomputeDeadlines, calendar_notices.recompute_all),
    Command(requests.SuspendFiling, filings.suspend),
    Command(requests.TerminateFiling, filings.terminate),
    Command(pilot_requests.ReviseMechanism, pilots.revise),
    Command(pilot_requests.EnterActivity, pilots.enter_activity),
    Command(pilot_requests.VoidActivity, pilots.void_activity),
    Command(pilot_requests.CommentOnPilot, pilots.comment),
    Command(complaint_requests.SubmitComplaint, complaints.submit),
    Command(migration_requests.ApproveMigration, migrations.approve),
    Command(migration_requests.RejectMigration, migrations.reject),
    Command(migration_requests.StopMigration, migrations.stop),
    Command(migration_requests.ResumeMigration, migrations.resume),
    Command(migration_requests.RevertMigration, migrations.revert),
    Command(design_requests.OpenDraft, version_drafts.open_draft),
    Command(design_requests.SaveDraftFile, version_drafts.save_file),
    Command(design_requests.TakeDraft, version_drafts.take),
    Command(design_requests.HandOverDraft, version_drafts.hand_over),
    Command(design_requests.DiscardDraft, version_drafts.discard),
    Command(design_requests.SubmitProposal, proposals.submit),
    Command(design_requests.ProposeFiles, proposals.propose_files),
    Command(design_requests.ProposeRollback, proposals.roll_back),
    Command(design_requests.WithdrawProposal, proposals.withdraw),
    Command(design_requests.DecideProposal, proposals.decide),
    Command(requests.EnterMethodology, methodologies.enter),
    Command(requests.ReviseMethodology, methodologies.revise),
    Command(requests.EndMethodology, methodologies.end),
    Command(requests.OpenDocument, documents.open_document),
    Command(paper_requests.NoteDelivery, deliveries.note),
    Command(paper_requests.OpenReply, deliveries.open_reply),
    Command(requests.ReadNotices, notices.read),
    Command(requests.CreateOrganisation, organisations.create),
    Command(people_requests.RenameOrganisation, organisations.rename),
    Command(people_requests.CloseOrganisation, organisations.close),
    Command(people_requests.ReopenOrganisation, organisations.reopen),
    Command(requests.CreateUser, people.create_user),
    Command(requests.AssignRole, people.assign_role),
    Command(requests.RevokeRole, people.revoke_role),
    Command(people_requests.EndPost, posts.end),
    Command(people_requests.ArrangeLeave, leaving.arrange),
    Command(people_requests.CancelLeave, leaving.cancel),
    Command(requests.RevokeApiToken, credentials.revoke_api_token),
    Command(requests.DisableUser, credentials.disable_user),
    Command(requests.EnableUser, credentials.enable_user),
    Command(requests.DeclareConflict, people.declare_conflict),
    Command(account_requests.ApplyForAccount, accounts.apply),
    Command(account_requests.VerifyAccount, accounts.verify),
    Command(account_requests.DecideAccount, accounts.decide),
    Command(account_requests.RestrictAccount, accounts.restrict),
    Command(account_requests.CloseAccount, accounts.close),
    Command(account_requests.EnterCash, cash.enter),
    Command(account_requests.DecideCash, cash.decide),
    Command(unit_requests.OpenCancellation, cancellations.open_case),
    Command(unit_requests.ReissueCertificate, certificates.reissue),
    Command(unit_requests.GrantDelegation, delegations.grant),
    Command(unit_requests.RevokeDelegation, delegations.revoke),
    Command(unit_requests.OpenCorrection, corrections.open_case),
    Command(unit_requests.OrderOnAccount, account_orders.order),
    Command(unit_requests.OrderSuccession, account_orders.succeed),
    Command(unit_requests.KeepPaper, registry_papers.keep),
    Command(market.StartTransfer, orders.start),
    Command(market.WithdrawOrder, orders.withdraw),
    Command(market.TakeListing, listing.take),
    Command(market.PlaceBid, bidding.place),
    Command(market.WithdrawBid, bidding.withdraw),
    Command(market.ReviewAlert, alert_review.review),
    Command(market.ReconcileTrades, reconciling.reconcile),
    Command(market.SettleDifference, differences.settle),
    Command(market.EnterQualification, qualification.enter),
)

LONG: Final = (
    LongCommand(requests.FireDueTimers, timers.fire_due),
    LongCommand(migration_requests.StartMigration, migrations.start),
    LongCommand(migration_requests.AdvanceMigrations, migration_batch.advance),
    LongCommand(requests.MoveClock, clock.move),
    LongCommand(requests.RetryIncident, retries.retry),
    LongCommand(requests.CreateApiToken, credentials.create_api_token),
    LongCommand(requests.SetPassword, credentials.set_password),
    LongCommand(market.ReportTrades, reported.report),
    LongCommand(BackTest, back_test),
    LongCommand(market.LoadTradeFile, reconciling.load_file),
)

BY_REQUEST: Final = {command.request: command for command in COMMANDS}
LONG_BY_REQUEST: Final = {command.request: command for command in LONG}
