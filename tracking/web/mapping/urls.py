"""The addresses of the pages about statuses, below /statuses/. A title's words never stand in one."""

from __future__ import annotations

from django.urls import path

from tracking.web.mapping import checkup, draft, stages, titles, versions

urlpatterns = [
    path("", titles.titles, name="vocabulary"),
    path("titles/new/", titles.new, name="vocabulary_new"),
    path("titles/<slug:slug>/", titles.title, name="vocabulary_title"),
    path("titles/<slug:slug>/rule/", titles.set_rule, name="vocabulary_rule"),
    path("titles/<slug:slug>/own/", titles.drop_rule, name="vocabulary_rule_drop"),
    path("stages/", stages.stages, name="vocabulary_stages"),
    path("stages/<slug:stage_key>/", stages.stage, name="vocabulary_stage"),
    path("stages/<slug:stage_key>/move/", stages.move, name="vocabulary_stage_move"),
    path("stages/<slug:stage_key>/merge/", stages.merge, name="vocabulary_stage_merge"),
    path("stages/<slug:stage_key>/split/", stages.split, name="vocabulary_stage_split"),
    path("stages/<slug:stage_key>/regroup/", stages.regroup, name="vocabulary_stage_regroup"),
    path("draft/", draft.draft, name="vocabulary_draft"),
    path("draft/undo/", draft.undo, name="vocabulary_undo"),
    path("draft/publish/", draft.publish, name="vocabulary_publish"),
    path("draft/discard/", draft.discard, name="vocabulary_discard"),
    path("versions/", versions.versions, name="vocabulary_versions"),
    path("versions/<int:number>/", versions.restore, name="vocabulary_restore"),
    path("reread/", versions.reread, name="vocabulary_reread"),
    path("reread/<uuid:rereading_id>/stop/", versions.cancel, name="vocabulary_reread_stop"),
    path("checkup/", checkup.checkup, name="vocabulary_checkup"),
]
