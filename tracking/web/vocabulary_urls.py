"""The addresses of the pages about statuses, below /statuses/. A title's words never stand in one."""

from __future__ import annotations

from django.urls import path

from tracking.web import (
    vocabulary_checkup,
    vocabulary_draft,
    vocabulary_stages,
    vocabulary_titles,
    vocabulary_versions,
)

urlpatterns = [
    path("", vocabulary_titles.titles, name="vocabulary"),
    path("titles/new/", vocabulary_titles.new, name="vocabulary_new"),
    path("titles/<slug:slug>/", vocabulary_titles.title, name="vocabulary_title"),
    path("titles/<slug:slug>/rule/", vocabulary_titles.set_rule, name="vocabulary_rule"),
    path("titles/<slug:slug>/own/", vocabulary_titles.drop_rule, name="vocabulary_rule_drop"),
    path("stages/", vocabulary_stages.stages, name="vocabulary_stages"),
    path("stages/<slug:stage_key>/", vocabulary_stages.stage, name="vocabulary_stage"),
    path("stages/<slug:stage_key>/move/", vocabulary_stages.move, name="vocabulary_stage_move"),
    path("stages/<slug:stage_key>/merge/", vocabulary_stages.merge, name="vocabulary_stage_merge"),
    path("stages/<slug:stage_key>/split/", vocabulary_stages.split, name="vocabulary_stage_split"),
    path("stages/<slug:stage_key>/regroup/", vocabulary_stages.regroup, name="vocabulary_stage_regroup"),
    path("draft/", vocabulary_draft.draft, name="vocabulary_draft"),
    path("draft/undo/", vocabulary_draft.undo, name="vocabulary_undo"),
    path("draft/publish/", vocabulary_draft.publish, name="vocabulary_publish"),
    path("draft/discard/", vocabulary_draft.discard, name="vocabulary_discard"),
    path("versions/", vocabulary_versions.versions, name="vocabulary_versions"),
    path("versions/<int:number>/", vocabulary_versions.restore, name="vocabulary_restore"),
    path("reread/", vocabulary_versions.reread, name="vocabulary_reread"),
    path("reread/<uuid:rereading_id>/stop/", vocabulary_versions.cancel, name="vocabulary_reread_stop"),
    path("checkup/", vocabulary_checkup.checkup, name="vocabulary_checkup"),
]
