"""The pages of tracking. Neither receipt numbers nor titles stand in an address: ids do."""

from __future__ import annotations

from django.urls import path

from legist.core.web.definitions import moved
from tracking.web import policies, search
from tracking.web.health import views as health
from tracking.web.imports import views as imports
from tracking.web.imports import waiting
from tracking.web.inbox import views as inbox
from tracking.web.mapping import stages, titles, versions
from tracking.web.receipts import adding, receipt
from tracking.web.receipts import views as receipts
from tracking.web.reviews import views as reviews
from tracking.web.suggestions import views as assistant

app_name = "tracking"
STAGES = {"definition_kind": "stages", "definition": "vocabulary"}

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("changes/acknowledge/", inbox.acknowledge_many, name="acknowledge_many"),
    path("changes/put-back/", inbox.put_back, name="put_back"),
    path("changes/acknowledge-all/", inbox.acknowledge_all, name="acknowledge_all"),
    path("changes/<uuid:change_id>/acknowledge/", inbox.acknowledge, name="acknowledge"),
    path("changes/<uuid:change_id>/earlier/", inbox.earlier, name="earlier"),
    path("changes/<uuid:change_id>/menu/", inbox.row_menu, name="row_menu"),
    path("search/", search.search, name="search"),
    path("search/palette/", search.palette, name="palette"),
    path("search/<uuid:search_id>/", search.found, name="found"),
    path("receipts/", receipts.receipts, name="receipts"),
    path("receipts/new/", adding.register, name="receipt_new"),
    path("receipts/check/", receipts.check_matter, name="receipts_check"),
    path("receipts/<uuid:receipt_id>/", receipt.receipt, name="receipt"),
    path("receipts/<uuid:receipt_id>/number/", receipt.reveal, name="receipt_number"),
    path("receipts/<uuid:receipt_id>/check/", receipt.check, name="receipt_check"),
    path("receipts/<uuid:receipt_id>/matter/", receipt.assign, name="receipt_assign"),
    path("receipts/<uuid:receipt_id>/letter/", receipt.letter, name="receipt_letter"),
    path("receipts/<uuid:receipt_id>/tier/", receipt.tier, name="receipt_tier"),
    path("receipts/<uuid:receipt_id>/checked/", receipt.checked, name="receipt_checked"),
    path("receipts/<uuid:receipt_id>/stop/", receipt.stop, name="receipt_stop"),
    path("receipts/<uuid:receipt_id>/resume/", receipt.resume, name="receipt_resume"),
    path("receipts/<uuid:receipt_id>/override/", receipt.override, name="receipt_override"),
    path("corrections/<uuid:override_id>/revert/", receipt.revert, name="override_revert"),
    path("calls/<uuid:query_id>/", receipt.payload, name="payload"),
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.new, name="import_new"),
    path("imports/template.csv", imports.template_csv, name="import_template"),
    path("imports/waiting/", waiting.listing, name="imports_waiting"),
    path("imports/waiting/<uuid:waiting_id>/", waiting.detail, name="import_waiting"),
    path("imports/waiting/<uuid:waiting_id>/decide/", waiting.decide, name="import_decide"),
    path("imports/<uuid:batch_id>/", imports.detail, name="import"),
    path("imports/<uuid:batch_id>/start/", imports.start, name="import_start"),
    path("imports/<uuid:batch_id>/retry/", imports.retry, name="import_retry"),
    path("imports/<uuid:batch_id>/cancel/", imports.cancel, name="import_cancel"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/<uuid:review_id>/", reviews.review, name="review"),
    path("reviews/<uuid:review_id>/resolve/", reviews.resolve, name="review_resolve"),
    path("reviews/<uuid:review_id>/decide/", reviews.decide, name="review_decide"),
    path("reviews/<uuid:review_id>/assign/", reviews.assign, name="review_assign"),
    path("settings/assistant/", assistant.assistant, name="assistant"),
    path("settings/assistant/agree/", assistant.agree, name="assistant_agree"),
    path("settings/assistant/withdraw/", assistant.withdraw, name="assistant_withdraw"),
    path("settings/assistant/again/", assistant.again, name="assistant_again"),
    path("statuses/", titles.titles, name="vocabulary"),
    path("statuses/titles/new/", titles.new, name="vocabulary_new"),
    path("statuses/titles/<slug:slug>/", titles.title, name="vocabulary_title"),
    path("statuses/titles/<slug:slug>/rule/", titles.set_rule, name="vocabulary_rule"),
    path("statuses/titles/<slug:slug>/own/", titles.drop_rule, name="vocabulary_rule_drop"),
    path("statuses/stages/", stages.stages, name="vocabulary_stages"),
    path("statuses/stages/<slug:stage_key>/", stages.stage, name="vocabulary_stage"),
    path("statuses/stages/<slug:stage_key>/move/", stages.move, name="vocabulary_stage_move"),
    path("statuses/stages/<slug:stage_key>/merge/", stages.merge, name="vocabulary_stage_merge"),
    path("statuses/stages/<slug:stage_key>/split/", stages.split, name="vocabulary_stage_split"),
    path("statuses/stages/<slug:stage_key>/regroup/", stages.regroup, name="vocabulary_stage_regroup"),
    path("statuses/draft/", moved, STAGES, name="vocabulary_draft"),
    path("statuses/draft/undo/", versions.undo, name="vocabulary_undo"),
    path("statuses/versions/", moved, STAGES, name="vocabulary_versions"),
    path("statuses/versions/<int:number>/", moved, STAGES, name="vocabulary_version"),
    path("statuses/reread/", versions.reread, name="vocabulary_reread"),
    path("statuses/reread/<uuid:rereading_id>/stop/", versions.cancel, name="vocabulary_reread_stop"),
    path("statuses/checkup/", titles.checkup, name="vocabulary_checkup"),
    path("health/", health.health, name="health"),
    path("health/polling/", health.switch, name="health_polling"),
    path("health/dial/", health.turn, name="health_dial"),
    path("health/sharing/", policies.share, name="health_sharing"),
    path("health/reset/", health.reset, name="health_reset"),
    path("health/given-up/<slug:source>/again/", health.try_again, name="given_up_again"),
    path("health/given-up/<slug:source>/seen/", health.mark_seen, name="given_up_seen"),
]
