"""What the component tags say, to people and to screen readers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template
from django.test import RequestFactory
from lxml import html  # type: ignore[import-untyped]  # ships no types

from legist.core.states import Toned
from legist.core.web.icons import ICONS, known
from legist.core.web.pagination import Page
from legist.core.web.parts import TONE_ICONS
from legist.practice.models import User
from tests.support.simulator import ROOT
from workflows.states import DraftState

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


class MatterForm(forms.Form):
    title = forms.CharField(help_text="Seen by everybody.")
    channel = forms.ChoiceField(choices=[("mail", "Mail")], widget=forms.RadioSelect)
    urgent = forms.BooleanField(required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def render(source: str, **context: object) -> html.HtmlElement:
    text = Template("{% load ui %}" + source).render(Context({"now": NOW, "today": NOW.date(), **context}))
    return html.fragment_fromstring(text, create_parent="div")


def words(source: str, **context: object) -> str:
    return " ".join(render(source, **context).text_content().split())


def test_a_badge_names_its_status_in_a_word_and_hides_its_icon() -> None:
    badge = render("{% status_badge 'Denied' 'bad' %}")

    assert badge.text_content().strip() == "Denied"
    assert badge.xpath(".//svg/@aria-hidden") == ["true"]


def test_a_state_has_its_own_word_tone_and_icon() -> None:
    kept = render('{% state_badge "returned" "DraftState" %}')

    assert kept.text_content().strip() == "Sent back"
    assert kept.xpath(".//@data-tone") == ["action"]
    assert kept.xpath(".//use/@href")[0].endswith("#corner-up-left")
    assert html.tostring(kept) == html.tostring(render("{% state_badge state %}", state=DraftState.RETURNED))


def test_every_state_that_is_shown_has_one_of_the_five_tones_and_a_known_icon() -> None:
    for state in (state for kind in Toned.__subclasses__() for state in kind):
        assert state.tone in TONE_ICONS
        assert known(state.icon or TONE_ICONS[state.tone])


def test_every_kind_of_state_that_a_template_names_is_one() -> None:
    names = re.compile(r'{% state_badge \S+ "(\w+)"')
    named = {
        name for path in (ROOT / "templates").rglob("*.html") for name in names.findall(path.read_text())
    }
    kinds = [kind.__name__ for kind in Toned.__subclasses__()]

    assert named
    assert named <= set(kinds)
    assert len(set(kinds)) == len(kinds)


def test_an_icon_that_the_one_file_does_not_hold_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="nowhere"):
        render("{% icon 'nowhere' %}")


def test_the_file_of_icons_holds_what_templates_name_and_nothing_unused() -> None:
    sources = [
        path.read_text()
        for app in ("legist", "tracking", "workflows", "portal", "templates")
        for path in (ROOT / app).rglob("*.*")
        if path.suffix in {".py", ".html", ".json"} and path.name != "icons.py"
    ]
    named = {name for text in sources for name in re.findall(r'(?:icon |icon=)"([^"{]+)"', text)}

    assert named <= ICONS
    assert {name for name in ICONS if not any(f'"{name}"' in text for text in sources)} == set()


def test_freshness_says_how_old_and_from_where() -> None:
    at = NOW - timedelta(minutes=4)

    assert words("{% freshness at 'USCIS' now=now %}", at=at) == "read 4 min ago · USCIS"
    assert words("{% freshness None 'manual' tone='bad' %}") == "never read · manual"


def test_a_number_is_grouped_and_copied_as_a_whole() -> None:
    shown = render(
        "{% receipt_number number whole=True %}", number=SimpleNamespace(canonical="ABC0912345678")
    )

    assert shown.text_content().strip() == "ABC 091 234 5678"
    assert shown.xpath(".//button/@data-copy") == ["ABC0912345678"]


def test_a_number_is_masked_unless_asked_for_and_cannot_be_copied() -> None:
    shown = render("{% receipt_number 'ABC0912345678' %}")

    assert shown.text_content().strip() == "ABC•••••••678"
    assert "ABC0912345678" not in html.tostring(shown, encoding="unicode")


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("{% due_date day today=today %}", "Mar 14, 2026 (in 12 days)"),
        ("{% due_date day today=today done=True %}", "Mar 14, 2026"),
        ("{% due_date None %}", "no date"),
    ],
)
def test_a_due_date_says_how_far_it_is(tag: str, said: str) -> None:
    assert words(tag, day=date(2026, 3, 14)) == said


def test_a_button_becomes_a_link_when_it_leads_somewhere() -> None:
    assert render("{% button 'Open' '/matters/' look='primary' %}").xpath(".//a/@href") == ["/matters/"]
    assert render("{% button 'Send' %}").xpath(".//button/@type") == ["submit"]
    assert render("{% button 'Ask' type='button' data_dialog_open='x' %}").xpath(
        "//button/@data-dialog-open"
    ) == ["x"]


def test_text_is_escaped() -> None:
    assert "<script>" not in html.tostring(
        render("{% status_badge label %}", label="<script>"), encoding="unicode"
    )


def test_a_field_ties_its_label_help_and_error_to_the_control() -> None:
    form = MatterForm({"title": ""})
    field = render("{% field form.title %}", form=form)

    control = field.get_element_by_id("id_title")
    described = control.get("aria-describedby").split()
    assert field.xpath(".//label/@for") == ["id_title"]
    assert [field.get_element_by_id(name) is not None for name in described] == [True, True]
    assert control.get("aria-invalid") == "true"


def test_choices_stand_in_a_fieldset() -> None:
    assert (
        render("{% field form.channel %}", form=MatterForm()).xpath("string(.//fieldset/legend)") == "Channel"
    )


def test_a_form_shows_every_field_once() -> None:
    form = render("{% form_fields form %}", form=MatterForm())

    assert form.xpath("//input/@name") == ["title", "channel", "urgent", "token"]


def test_an_error_summary_leads_to_each_field() -> None:
    summary = render("{% error_summary form %}", form=MatterForm({"title": "", "channel": "mail"}))

    assert summary.xpath(".//a/@href") == ["#id_title"]
    assert "Title: This field is required." in summary.text_content()


def test_an_error_summary_is_silent_when_all_is_well() -> None:
    assert words("{% error_summary form %}", form=MatterForm()) == ""


def test_an_error_summary_takes_the_errors_of_a_use_case() -> None:
    assert "Too late." in words("{% error_summary None errors %}", errors={"due": ["Too late."]})


def test_load_more_keeps_the_filters(rf: RequestFactory) -> None:
    page: Page[User] = Page(items=[], next_cursor="abc")
    link = render(
        "{% load_more page '#rows' %}", page=page, request=rf.get("/receipts/?form=I-485&cursor=old")
    )

    assert link.xpath(".//a/@href") == ["/receipts/?form=I-485&cursor=abc"]
    assert link.xpath(".//a/@hx-target") == ["#rows"]


def test_load_more_is_gone_at_the_end(rf: RequestFactory) -> None:
    assert not render("{% load_more page '#rows' %}", page=Page([], ""), request=rf.get("/")).xpath(".//a")


def test_progress_says_count_and_time_left() -> None:
    said = words("{% progress 188 1412 'Importing' left=left %}", left=timedelta(minutes=2))

    assert said == "Importing 188 of 1,412 · about 2 min left"


def test_the_current_step_is_marked_for_everybody() -> None:
    steps = render("{% stepper steps 2 %}", steps=["Upload", "Check", "Import"])

    assert [step.get("aria-current") for step in steps.xpath(".//li")] == [None, "step", None]


def test_a_code_block_shows_data_as_json() -> None:
    assert words("{% code_block value %}", value={"status": "Recibido é"}) == '{ "status": "Recibido é" }'


def test_a_diff_marks_what_was_added_and_removed() -> None:
    diff = render("{% diff_view 'one two' 'one three' %}")

    assert (diff.xpath("string(.//del)"), diff.xpath("string(.//ins)")) == ("two", "three")


@pytest.mark.parametrize(
    ("tags", "tone"), [("success", "good"), ("extra error", "bad"), ("", "neutral"), ("debug", "neutral")]
)
def test_djangos_messages_have_a_tone(tags: str, tone: str) -> None:
    assert words("{{ tags|message_tone }}", tags=tags) == tone


def test_block_components_keep_what_they_wrap() -> None:
    assert words("{% card title='Facts' %}<b>inside</b>{% endcard %}") == "Facts inside"
    assert words("{% empty_state 'Nothing yet' %} {% endempty_state %}") == "Nothing yet"
    assert render("{% dialog 'ask' 'Sure?' %}x{% enddialog %}").xpath(".//dialog/@aria-labelledby") == [
        "ask-title"
    ]
