"""Standard items: for which incidents they are offered, each once, and never again when they are there."""

import pytest

from bot.domain.errors import Refused
from bot.domain.item import TITLE_LIMIT
from bot.domain.template import MOST_ITEMS, OFFERED, Template, checked, mark_of, offered
from tests.builders import incident

RESTORE, FAIL_OVER = "Restore the newest backup on staging", "Fail over to the second region on purpose"
DATABASE = Template("Database", (RESTORE,), service="postgres")
CRITICAL = Template("Critical", (FAIL_OVER, RESTORE), severity="SEV1")
ANY = Template("Any", ("Write down the timeline",))
ALL = (DATABASE, CRITICAL, ANY)


def test_items_of_every_template_that_fits_are_offered_each_once() -> None:
    bad = incident(severity="SEV1 – critical", services=("Postgres", "checkout"))
    assert offered(ALL, bad, ()) == [RESTORE, FAIL_OVER, "Write down the timeline"]


@pytest.mark.parametrize(
    ("facts", "texts"),
    [
        ({}, ["Write down the timeline"]),
        ({"severity": "SEV2"}, ["Write down the timeline"]),
        ({"severity": "sev1"}, [FAIL_OVER, RESTORE, "Write down the timeline"]),
        ({"services": ("postgres",)}, [RESTORE, "Write down the timeline"]),
    ],
)
def test_template_is_for_its_severity_and_its_service(facts: dict[str, object], texts: list[str]) -> None:
    assert offered(ALL, incident(**facts), ()) == texts


def test_what_is_there_already_is_not_offered() -> None:
    assert offered(ALL, incident(severity="SEV1"), ["  fail over to THE second region on purpose"])[0] == RESTORE


def test_no_more_is_offered_than_a_form_takes() -> None:
    many = [Template(f"T{at}", tuple(f"Item {at} {one}" for one in range(MOST_ITEMS))) for at in range(3)]
    assert len(offered(many, incident(), ())) == OFFERED


def test_mark_of_a_text_is_the_same_however_it_is_spaced() -> None:
    assert mark_of(RESTORE) == mark_of(f" {RESTORE.upper()} ") != mark_of(FAIL_OVER)
    assert 0 <= mark_of(RESTORE) < 2**31


@pytest.mark.parametrize(
    "wrong",
    [
        Template("", ("x",)), Template("x" * 81, ("x",)), Template("a", ()), Template("a", (" ",)),
        Template("a", tuple(map(str, range(MOST_ITEMS + 1)))), Template("a", ("x" * (TITLE_LIMIT + 1),)),
        Template("a", ("x",), severity="x" * 33), Template("a", ("x",), service="x" * 81),
    ],
)  # fmt: skip
def test_template_that_cannot_be_meant_is_refused(wrong: Template) -> None:
    with pytest.raises(Refused):
        checked(wrong)


def test_template_is_kept_on_lines_each_item_once() -> None:
    given = Template("  Data\tbase ", (" Restore  it ", "Restore it"), " SEV1 ", " postgres ")
    assert checked(given) == Template("Data base", ("Restore it",), "SEV1", "postgres")
