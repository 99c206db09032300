"""Subjects and values are read back as they were written, and written as every version before has written them."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.joined import LARGEST, YEARS, Joined
from bot.domain.messages import Live, Refresh
from bot.domain.porting.writing import Format
from bot.domain.pressed import (
    Attention,
    HistoryPage,
    ItemOnDay,
    ListPage,
    MeasuresOf,
    MenuEntry,
    MergeInto,
    MergeOf,
    NotBefore,
    OneProject,
    Rank,
    RequestAbout,
    SameAs,
    ShownToken,
    Snooze,
    ToReview,
    item_of,
    with_page,
)
from bot.domain.ritual_keys import LeadsMorningOf, MorningOf, RitualOf, morning_with, ritual_name_in
from bot.domain.subjects import (
    AskedFor,
    AskedOwner,
    CardOf,
    ChangeOf,
    GuardQuestion,
    IdeasIn,
    MadeOf,
    OwnerIn,
    PastDigest,
    PostmortemAsk,
    QuestionTo,
    RecurrenceOf,
    RequestOf,
    Subject,
    TemplateOffer,
    TicketQuestion,
    kind_of,
)
from bot.domain.surfaces import (
    AskedAbout,
    CanvasOf,
    DeployedTo,
    ExportFor,
    GuardOf,
    HomeOf,
    StepOf,
    Surface,
    TicketOf,
    WebhookTo,
    kind_and_ref,
    refresh_of,
)

MONDAY = date(2026, 11, 23)
SUBJECTS: list[tuple[Subject, Live]] = [
    (CardOf(12), Live("card:12", "C1", "card", "12")),
    (RequestOf(34), Live("request:34", "C1", "request", "34")),
    (AskedFor(34), Live("asked:34", "C1", "asked", "34")),
    (RecurrenceOf(5), Live("recurrence:5", "C1", "recurrence", "5")),
    (RecurrenceOf(5, unlinked=True), Live("recurrence:5", "C1", "recurrence", "5:unlinked")),
    (AskedOwner(12, 7, "U0PRIYA"), Live("change:7:owner", "C1", "asked-owner", "12:7:U0PRIYA")),
    (
        QuestionTo("U0PRIYA", "morning:U0PRIYA:2026-11-23"),
        Live("morning:U0PRIYA:2026-11-23", "C1", "question", "U0PRIYA:morning:U0PRIYA:2026-11-23"),
    ),
    (IdeasIn("C0INC"), Live("ideas:C0INC", "C1", "ideas", "C0INC")),
    (OwnerIn("1f3c", "U0PRIYA"), Live("meeting-owner:1f3c:U0PRIYA", "C1", "meeting-owner", "1f3c:U0PRIYA")),
    (
        TicketQuestion(12, 7, "U0PRIYA", "done"),
        Live("ticket-question:12:7:U0PRIYA:done", "C1", "ticket-question", "12:7:U0PRIYA:done"),
    ),
    (
        GuardQuestion(12, 7, "U0PRIYA"),
        Live("guard-question:12:7:U0PRIYA", "C1", "guard-question", "12:7:U0PRIYA"),
    ),
    (PastDigest(3, "2026-W48"), Live("weekly-digest:3:2026-W48", "C1", "past-digest", "3:2026-W48")),
    (TemplateOffer(5), Live("template-offer:5", "C1", "template-offer", "5")),
    (
        PostmortemAsk(3, 5, MONDAY),
        Live("postmortem-check:3:5.2026-11-23", "C1", "postmortem-ask", "3:5:2026-11-23"),
    ),
]
"""As they stood in queues before there was a module for them."""
SURFACES: list[tuple[Surface, str]] = [
    (HomeOf("U0PRIYA"), "home:U0PRIYA"),
    (CanvasOf(5), "canvas:5"),
    (StepOf("Fx0123", 12), "step:Fx0123:12"),
    (WebhookTo(1, "msg_0a1b"), "webhook:1:msg_0a1b"),
    (TicketOf(12), "ticket:12"),
    (DeployedTo(3), "deployed:3"),
    (AskedAbout(12), "asked-about:12"),
    (GuardOf(12), "guard:12"),
    (ExportFor("U0PRIYA", Format.CSV, 3, True, "trigger:12.34:ab"), "export:U0PRIYA:csv:3:1:trigger:12.34:ab"),
    (ExportFor("U0PRIYA", Format.JSONL, None, False, "trigger:12"), "export:U0PRIYA:jsonl::0:trigger:12"),
]
VALUES: list[tuple[Any, str]] = [
    (RequestAbout(12, 34), "12:34"),
    (MergeInto(12, 14), "12:14"),
    (ShownToken(7, "pagerduty"), "7:pagerduty"),
    (MergeOf(12, 345), "12:345"),
    (SameAs(5, 3), "5:3"),
    (MeasuresOf(3, "2026-10"), "3:2026-10"),
    (ItemOnDay(12, MONDAY), "12:2026-11-23"),
    (HistoryPage(12, 3), "12:3"),
    (ToReview(3, MONDAY, 0), "3:2026-11-23:0"),
    (Attention("mine", 0, MONDAY), "mine:0:2026-11-23:0"),
    (Attention("team", 3, MONDAY, 2), "team:3:2026-11-23:2"),
    (Snooze(12, date(2026, 11, 23), "monday"), "12:2026-11-23:monday"),
    (Rank(12, "quick win"), "12:quick win"),
    (NotBefore(MONDAY, "monday"), "2026-11-23:monday"),
    (MenuEntry("defer", "12"), "defer:12"),
    (OneProject(12, (14, 15)), "12:14,15"),
    (OneProject(12, ()), "12:"),
    (ListPage(20, "team Payments: EU"), "20|team Payments: EU"),
    (MorningOf("morning", "U0PRIYA", MONDAY), "morning:U0PRIYA:2026-11-23"),
    (LeadsMorningOf("morning", 3, MONDAY, "Europe/Berlin"), "lead:morning:3:2026-11-23:Europe/Berlin"),
    (RitualOf("leadership-summary", "C0LEADS", "monthly:2026-11"), "leadership-summary:C0LEADS:monthly:2026-11"),
]


@pytest.mark.parametrize(("subject", "message"), SUBJECTS)
def test_subject_is_said_and_read_as_ever(subject: Subject, message: Live) -> None:
    assert subject.live("C1") == message
    assert type(subject).read(message.ref) == subject


@pytest.mark.parametrize(("surface", "key"), SURFACES)
def test_surface_is_named_and_read_as_ever(surface: Surface, key: str) -> None:
    assert surface.key == key
    assert surface.refresh == refresh_of(key) == Refresh(key, key)
    kind, ref = kind_and_ref(key)
    assert (kind, type(surface).read(ref)) == (surface.kind, surface)


@pytest.mark.parametrize(("carried", "value"), VALUES)
def test_value_is_carried_and_read_as_ever(carried: Any, value: str) -> None:
    assert carried.value == value
    assert type(carried).read(value) == carried


def test_what_was_made_of_a_message_is_found_by_its_place() -> None:
    assert MadeOf("C0INC", "1732.000100").ref == "C0INC:1732.000100"
    assert MadeOf.read("C0INC:1732.000100") == MadeOf("C0INC", "1732.000100")


def test_keys_about_a_change_are_as_ever() -> None:
    change = ChangeOf(7)
    keys = (change.key, change.thread, change.owner, change.told("U0PRIYA"))
    assert keys == ("change:7", "change:7:thread", "change:7:owner", "change:7:U0PRIYA")
    assert [ChangeOf.read(key) for key in keys] == [change] * 4


@pytest.mark.parametrize("key", ["card:7", "change:later:owner", "change:", "weekly-digest:3:2026-W48", ""])
def test_key_about_something_else_is_no_change(key: str) -> None:
    assert ChangeOf.read(key) is None


def test_keys_about_a_request_are_as_ever() -> None:
    assert (RequestOf(34).decided, RequestOf(34).reminder) == ("request:34:decided", "request:34:reminder")


@pytest.mark.parametrize("key", ["request:34", "request:34:decided", "request:x:reminder", "change:34:reminder", ""])
def test_only_a_reminder_is_read_as_one(key: str) -> None:
    assert RequestOf.read_reminder(RequestOf(34).reminder) == RequestOf(34)
    assert RequestOf.read_reminder(key) is None


def test_morning_is_read_from_the_key_of_a_person_and_of_a_lead() -> None:
    theirs, leads = MorningOf("stale-nudge", "U0PRIYA", MONDAY), LeadsMorningOf("morning", 3, MONDAY, "Europe/Berlin")
    assert [morning_with(each.value) for each in (theirs, leads)] == [theirs, leads]
    assert [ritual_name_in(each.value) for each in (theirs, leads)] == ["stale-nudge", "morning"]


@pytest.mark.parametrize(
    "key", ["lead:morning:3", "lead:morning:x:2026-11-23:UTC", "change:7:owner", "morning:U0PRIYA"]
)
def test_key_of_no_morning_is_not_read_as_one(key: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        morning_with(key)


def test_page_of_a_list_is_that_list_s_value() -> None:
    assert with_page(ToReview(3, MONDAY, 0).review, 2) == ToReview(3, MONDAY, 2).value
    assert with_page(Attention("team", 3, MONDAY).listed, 2) == Attention("team", 3, MONDAY, 2).value


@pytest.mark.parametrize("value", ["12", "12:34", "12:2026-11-23", "12:14,15"])
def test_value_about_an_item_begins_with_it(value: str) -> None:
    assert item_of(value) == "12"


def test_kind_of_a_key_is_what_it_begins_with() -> None:
    assert [kind_of(key) for key in ("weekly-digest:3:2026-W48", "home:U1", "alone")] == [
        "weekly-digest",
        "home",
        "alone",
    ]


@pytest.mark.parametrize(
    ("of", "text"),
    [(CardOf, "twelve"), (CardOf, ""), (RequestAbout, "12"), (RequestAbout, "12:"), (ItemOnDay, "12:yesterday"),
     (AskedOwner, "12:7"), (Attention, "theirs:3:2026-11-23:0"), (MergeInto, "12:-3"), (MergeInto, "12:\u0663"),
     (MergeInto, "12:3000000000"), (ShownToken, "pagerduty"), (ShownToken, "-1:x"), (ItemOnDay, "12:9999-12-31"),
     (OneProject, "12:" + "1," * 200), (ListPage, "-1|all"),
     (MenuEntry, "defer"), (Attention, "mine:0:2026-11-23")],
)  # fmt: skip
def test_what_was_never_written_is_refused(of: type[Joined], text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 – whichever reader it is
        of.read(text)


numbers = st.integers(0, LARGEST)
days = st.dates(date(YEARS.start, 1, 1), date(YEARS.stop - 1, 12, 31))
ids = st.from_regex(r"\A[CUW][A-Z0-9]{1,12}\Z")
words = st.from_regex(r"\A[a-z-]{1,12}\Z")
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
KINDS = [
    st.builds(CardOf, numbers), st.builds(RequestOf, numbers), st.builds(AskedFor, numbers),
    st.builds(RecurrenceOf, numbers, st.booleans()), st.builds(AskedOwner, numbers, numbers, ids),
    st.builds(QuestionTo, ids, anything), st.builds(MadeOf, ids, anything), st.builds(PastDigest, numbers, anything),
    st.builds(RitualOf, words, ids, anything), st.builds(HomeOf, ids), st.builds(CanvasOf, numbers),
    st.builds(StepOf, ids, numbers), st.builds(WebhookTo, numbers, ids),
    st.builds(ExportFor, ids, st.sampled_from(Format), st.none() | numbers, st.booleans(), anything),
    st.builds(RequestAbout, numbers, numbers), st.builds(MergeInto, numbers, numbers),
    st.builds(MergeOf, numbers, numbers),
    st.builds(SameAs, numbers, numbers), st.builds(ItemOnDay, numbers, days),
    st.builds(HistoryPage, numbers, numbers), st.builds(ToReview, numbers, days, numbers),
    st.builds(Attention, st.sampled_from(["mine", "team"]), numbers, days, numbers),
    st.builds(NotBefore, days, anything),
    st.builds(Snooze, numbers, days, anything),
    st.builds(ShownToken, numbers, anything),
    st.builds(Rank, numbers, anything),
    st.builds(MenuEntry, words, anything), st.builds(ListPage, numbers, anything),
    st.builds(OneProject, numbers, st.lists(numbers, max_size=5).map(tuple)),
]  # fmt: skip


@given(st.one_of(KINDS))
def test_everything_is_read_back_as_it_was_written(said: Any) -> None:
    assert type(said).read(said.value) == said


def test_every_kind_is_tried() -> None:
    tried = {type(said) for said, _wire in [*SUBJECTS, *SURFACES, *VALUES]} | {MadeOf}
    written = {kind for base in (Joined, Subject, Surface) for kind in base.__subclasses__()} - {Subject, Surface}
    assert written <= tried
