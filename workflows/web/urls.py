"""The addresses of the workflows."""

from __future__ import annotations

from django.urls import URLPattern, path

from workflows.web import my_work
from workflows.web.clients import pages as client_pages
from workflows.web.clients import views as clients
from workflows.web.deadlines import calendars, reminder_rules
from workflows.web.deadlines import views as deadlines
from workflows.web.matters import actions as matter_actions
from workflows.web.matters import editing
from workflows.web.matters import views as matters
from workflows.web.messages import views as drafts
from workflows.web.notices import actions as notice_actions
from workflows.web.notices import views as notices
from workflows.web.notifications import views as notifications
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
    path("my-work/", my_work.work, name="my_work"),
    path("my-work/done/", my_work.done, name="work_done"),
    path("my-work/undo/", my_work.undo, name="work_undo"),
    path("my-work/put-off/", my_work.put_off, name="work_put_off"),
    path("my-work/give/", my_work.give, name="work_give"),
    path("my-work/take-back/", my_work.take_back, name="work_take_back"),
    path("overtaken/<uuid:receipt_id>/", my_work.settle, name="overtaken_settle"),
    path("overtaken/<uuid:receipt_id>/take-back/", my_work.open_again, name="overtaken_take_back"),
    path("matters/", matters.matters, name="matters"),
    path("matters/names/", matters.names, name="names"),
    path("matters/tags/", editing.tags, name="tags"),
    path(MATTER, matters.matter, name="matter"),
    path(f"{MATTER}edit/", editing.edit, name="matter_edit"),
    path(f"{MATTER}parties/", editing.party, name="matter_party"),
    path(f"{MATTER}teams/<uuid:team_id>/end/", matter_actions.unshare, name="matter_unshare"),
    path(f"{MATTER}parties/<uuid:party_id>/end/", editing.end_party, name="matter_party_end"),
    path(f"{MATTER}stage/", matter_actions.stage, name="matter_stage"),
    path(f"{MATTER}contacts/", matter_actions.log_contact, name="matter_log"),
    path(f"{MATTER}tasks/", matter_actions.add_task, name="matter_task"),
    path(f"{MATTER}notes/", matter_actions.write_note, name="matter_note"),
    path(f"{MATTER}messages/", matter_actions.write_message, name="matter_message"),
    path(f"{MATTER}documents/", matter_actions.add_document, name="matter_document"),
    path("messages/<uuid:incoming_id>/answered/", matter_actions.answered, name="incoming_answered"),
    path("notes/<uuid:note_id>/", matter_actions.note, name="note"),
    path("notes/<uuid:note_id>/pin/", matter_actions.pin_note, name="note_pin"),
    path("notes/<uuid:note_id>/delete/", matter_actions.delete_note, name="note_delete"),
    path(f"{MATTER}close/", matter_actions.close, name="matter_close"),
    path(f"{MATTER}reopen/", matter_actions.reopen, name="matter_reopen"),
    path(f"{MATTER}assign/", matter_actions.assign, name="matter_assign"),
    path(f"{MATTER}client-name/", clients.client_name, name="matter_client_name"),
    path(f"{MATTER}contact/", clients.contact, name="matter_contact"),
    path(f"{MATTER}contact/offers/<uuid:offer_id>/", clients.offer, name="matter_offer"),
    path(f"{MATTER}protection/", clients.protection, name="matter_protection"),
    path(f"{MATTER}protection/end/", clients.end, name="matter_protection_end"),
    path(f"{MATTER}protection/decline/", clients.decline, name="matter_protection_decline"),
    path("clients/", client_pages.clients, name="clients"),
    path("clients/new/", client_pages.new, name="client_new"),
    path("clients/<uuid:client_id>/", client_pages.client, name="client"),
    path("clients/<uuid:client_id>/edit/", client_pages.edit, name="client_edit"),
    path("clients/<uuid:client_id>/relatives/", client_pages.relate, name="client_relate"),
    path(
        "clients/<uuid:client_id>/relatives/<uuid:relation_id>/end/",
        client_pages.unrelate,
        name="client_unrelate",
    ),
    path("clients/<uuid:client_id>/duplicates/", client_pages.duplicates, name="client_duplicates"),
    path("clients/<uuid:client_id>/merge/<uuid:gone_id>/", client_pages.merge, name="client_merge"),
    path("matters/new/", client_pages.new_matter, name="matter_new"),
    path("clients/conflicts/", clients.conflict_checks, name="conflicts"),
    path("walls/", matter_actions.page, name="walls"),
    path(f"{MATTER}walls/", matter_actions.raise_wall, name="matter_wall"),
    path(f"{WALL}lower/", matter_actions.lower, name="matter_wall_lower"),
    path(f"{WALL}widen/", matter_actions.widen, name="matter_wall_widen"),
    path(f"{WALL}keep/", matter_actions.keep, name="matter_wall_keep"),
    path("checklist-items/<uuid:item_id>/", matters.toggle, name="item"),
    path("checklist-items/<uuid:item_id>/change/", matter_actions.task, name="task"),
    path("documents/<uuid:document_id>/", matters.document, name="document"),
    path("approvals/", drafts.approvals, name="approvals"),
    path("approvals/deliveries/", drafts.deliveries, name="deliveries"),
    path("approvals/deliveries/<uuid:delivery_id>/", drafts.resolve, name="delivery"),
    path(DRAFT, drafts.draft, name="draft"),
    path(f"{DRAFT}pulse/", drafts.pulse, name="draft_pulse"),
    path(f"{DRAFT}letter/", drafts.letter, name="draft_letter"),
    path(f"{DRAFT}edit/", drafts.edit, name="draft_edit"),
    path(f"{DRAFT}submit/", drafts.submit, name="draft_submit"),
    path(f"{DRAFT}approve/", drafts.approve, name="draft_approve"),
    path(f"{DRAFT}return/", drafts.send_back, name="draft_return"),
    path(f"{DRAFT}separate/", drafts.separate, name="draft_separate"),
    path(f"{DRAFT}void/", drafts.void, name="draft_void"),
    path("deadlines/", deadlines.deadlines, name="deadlines"),
    path("deadlines/reminders/", reminder_rules.rules, name="reminder_rules"),
    path(DEADLINE, deadlines.deadline, name="deadline"),
    path(f"{DEADLINE}confirm/", deadlines.confirm, name="deadline_confirm"),
    path(f"{DEADLINE}recount/", deadlines.recount, name="deadline_recount"),
    path(f"{DEADLINE}acknowledge/", deadlines.acknowledge, name="deadline_acknowledge"),
    path(f"{DEADLINE}replaced/", deadlines.replaced, name="deadline_replaced"),
    path(f"{DEADLINE}reminders/", deadlines.choose_reminders, name="deadline_reminders"),
    path(f"{DEADLINE}meet/", deadlines.meet, name="deadline_meet"),
    path(f"{DEADLINE}move/", deadlines.move, name="deadline_move"),
    path(f"{DEADLINE}waive/", deadlines.waive, name="deadline_waive"),
    path("calendar/create/", calendars.create, name="calendar_create"),
    path("calendar/revoke/", calendars.revoke, name="calendar_revoke"),
    path("calendar/<str:secret>.ics", calendars.feed, name="calendar_feed"),
    path("playbooks/", playbooks.playbooks, name="playbooks"),
    path("playbooks/<slug:key>/", playbooks.playbook, name="playbook"),
    path("playbooks/<slug:key>/copy/", playbooks.copy, name="playbook_copy"),
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
    path("wording/upgrade/", plain_language.upgrade, name="wording_upgrade"),
    path(VERSION, plain_language.version, name="wording_version"),
    path(f"{VERSION}approve/", plain_language.approve_version, name="wording_version_approve"),
    path(PROPOSAL, plain_language.proposal, name="wording_proposal"),
    path(f"{PROPOSAL}approve/", plain_language.approve, name="wording_approve"),
    path(f"{PROPOSAL}reject/", plain_language.reject, name="wording_reject"),
    path(f"{PROPOSAL}withdraw/", plain_language.withdraw, name="wording_withdraw"),
    path("wording/<slug:code>/", plain_language.wording, name="wording"),
    path("wording/<slug:code>/check/", plain_language.check, name="wording_check"),
]
