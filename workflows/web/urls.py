"""The addresses of the workflows."""

from __future__ import annotations

from django.urls import URLPattern, path

from workflows.web.clients import contacts, protection
from workflows.web.deadlines import actions as deadline_actions
from workflows.web.deadlines import calendars, reminder_rules
from workflows.web.deadlines import views as deadlines
from workflows.web.matters import actions as matter_actions
from workflows.web.matters import checklists, documents, matter, walls
from workflows.web.matters import views as matters
from workflows.web.messages import actions as draft_actions
from workflows.web.messages import deliveries
from workflows.web.messages import views as approvals
from workflows.web.notices import actions as notice_actions
from workflows.web.notices import views as notices
from workflows.web.notifications import views as notifications
from workflows.web.plain_language import editor as wording_editor
from workflows.web.plain_language import proposals
from workflows.web.plain_language import views as plain_language
from workflows.web.playbooks import views as playbooks

app_name = "workflows"

MATTER = "matters/<uuid:matter_id>/"
WALL = f"{MATTER}walls/<uuid:wall_id>/"
DRAFT = "approvals/<uuid:draft_id>/"
DEADLINE = "deadlines/<uuid:deadline_id>/"
PAPER = "paper/<uuid:paper_id>/"
PROPOSAL = "wording/proposals/<uuid:proposal_id>/"
VERSION = "wording/versions/<uuid:version_id>/"

urlpatterns: list[URLPattern] = [
    path("matters/", matters.matters, name="matters"),
    path("matters/names/", matters.names, name="names"),
    path(MATTER, matter.matter, name="matter"),
    path(f"{MATTER}stage/", matter_actions.stage, name="matter_stage"),
    path(f"{MATTER}close/", matter_actions.close, name="matter_close"),
    path(f"{MATTER}reopen/", matter_actions.reopen, name="matter_reopen"),
    path(f"{MATTER}assign/", matter_actions.assign, name="matter_assign"),
    path(f"{MATTER}client-name/", matter_actions.client_name, name="matter_client_name"),
    path(f"{MATTER}contact/", contacts.contact, name="matter_contact"),
    path(f"{MATTER}contact/offers/<uuid:offer_id>/", contacts.offer, name="matter_offer"),
    path(f"{MATTER}protection/", protection.protection, name="matter_protection"),
    path(f"{MATTER}protection/end/", protection.end, name="matter_protection_end"),
    path(f"{MATTER}protection/decline/", protection.decline, name="matter_protection_decline"),
    path("walls/", walls.page, name="walls"),
    path(f"{MATTER}walls/", walls.raise_wall, name="matter_wall"),
    path(f"{WALL}lower/", walls.lower, name="matter_wall_lower"),
    path(f"{WALL}widen/", walls.widen, name="matter_wall_widen"),
    path(f"{WALL}keep/", walls.keep, name="matter_wall_keep"),
    path("checklist-items/<uuid:item_id>/", checklists.toggle, name="item"),
    path("documents/<uuid:document_id>/", documents.document, name="document"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/deliveries/", approvals.deliveries, name="deliveries"),
    path("approvals/deliveries/<uuid:delivery_id>/", deliveries.resolve, name="delivery"),
    path(DRAFT, approvals.draft, name="draft"),
    path(f"{DRAFT}pulse/", approvals.pulse, name="draft_pulse"),
    path(f"{DRAFT}letter/", approvals.letter, name="draft_letter"),
    path(f"{DRAFT}edit/", draft_actions.edit, name="draft_edit"),
    path(f"{DRAFT}submit/", draft_actions.submit, name="draft_submit"),
    path(f"{DRAFT}approve/", draft_actions.approve, name="draft_approve"),
    path(f"{DRAFT}return/", draft_actions.send_back, name="draft_return"),
    path(f"{DRAFT}void/", draft_actions.void, name="draft_void"),
    path("deadlines/", deadlines.deadlines, name="deadlines"),
    path("deadlines/reminders/", reminder_rules.rules, name="reminder_rules"),
    path(DEADLINE, deadlines.deadline, name="deadline"),
    path(f"{DEADLINE}confirm/", deadline_actions.confirm, name="deadline_confirm"),
    path(f"{DEADLINE}recount/", deadline_actions.recount, name="deadline_recount"),
    path(f"{DEADLINE}acknowledge/", deadline_actions.acknowledge, name="deadline_acknowledge"),
    path(f"{DEADLINE}replaced/", deadline_actions.replaced, name="deadline_replaced"),
    path(f"{DEADLINE}reminders/", deadline_actions.choose_reminders, name="deadline_reminders"),
    path(f"{DEADLINE}meet/", deadline_actions.meet, name="deadline_meet"),
    path(f"{DEADLINE}move/", deadline_actions.move, name="deadline_move"),
    path(f"{DEADLINE}waive/", deadline_actions.waive, name="deadline_waive"),
    path("calendar/create/", calendars.create, name="calendar_create"),
    path("calendar/revoke/", calendars.revoke, name="calendar_revoke"),
    path("calendar/<str:secret>.ics", calendars.feed, name="calendar_feed"),
    path("playbooks/", playbooks.playbooks, name="playbooks"),
    path("playbooks/<slug:key>/", playbooks.playbook, name="playbook"),
    path("playbooks/runs/<uuid:run_id>/repeat/", playbooks.repeat, name="run_repeat"),
    path("notices/", notifications.notices, name="notices"),
    path("notices/read/", notifications.read_all, name="notices_read"),
    path("notices/<uuid:notice_id>/", notifications.read, name="notice"),
    path("paper/", notices.papers, name="paper"),
    path("paper/new/", notices.new, name="paper_new"),
    path("paper/find/", notices.find, name="paper_find"),
    path("paper/watch/", notice_actions.days, name="paper_watch"),
    path("paper/missing/<uuid:watch_id>/take/", notice_actions.take, name="paper_take"),
    path("paper/missing/<uuid:watch_id>/dismiss/", notice_actions.dismiss, name="paper_dismiss"),
    path(PAPER, notices.notice, name="paper_notice"),
    path(f"{PAPER}scan/", notices.scan, name="paper_scan"),
    path(f"{PAPER}match/", notice_actions.match, name="paper_match"),
    path(f"{PAPER}set-aside/", notice_actions.set_aside, name="paper_set_aside"),
    path(f"{PAPER}take-back/", notice_actions.take_back, name="paper_take_back"),
    path(f"{PAPER}keep/", notice_actions.keep, name="paper_keep"),
    path(f"{PAPER}date/", notice_actions.enter_date, name="paper_date"),
    path(f"{PAPER}correct/", notice_actions.correct, name="paper_correct"),
    path("wording/", plain_language.wordings, name="wordings"),
    path("wording/glossary/", plain_language.glossary, name="glossary"),
    path("wording/upgrade/", proposals.upgrade, name="wording_upgrade"),
    path(VERSION, plain_language.version, name="wording_version"),
    path(f"{VERSION}approve/", proposals.approve_version, name="wording_version_approve"),
    path(PROPOSAL, proposals.proposal, name="wording_proposal"),
    path(f"{PROPOSAL}approve/", proposals.approve, name="wording_approve"),
    path(f"{PROPOSAL}reject/", proposals.reject, name="wording_reject"),
    path(f"{PROPOSAL}withdraw/", proposals.withdraw, name="wording_withdraw"),
    path("wording/<slug:code>/", wording_editor.wording, name="wording"),
    path("wording/<slug:code>/check/", wording_editor.check, name="wording_check"),
]
