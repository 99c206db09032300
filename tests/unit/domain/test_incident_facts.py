"""What a form of an incident saves: what was changed in it."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.incident import kept_up, marks
from tests.builders import NOW, incident

BEGAN = NOW.replace(microsecond=0) - timedelta(hours=2)


def test_what_was_left_as_shown_stays_as_others_wrote_it_meanwhile() -> None:
    shown = incident(began_at=BEGAN + timedelta(microseconds=5), services=("search",))
    now = replace(shown, title="Search was down", services=("search", "dns"))
    typed = replace(shown, services=("cdn",), postmortem_url="https://pm.example.com/7", began_at=BEGAN)
    assert kept_up(typed, marks(shown), now) == replace(
        now, services=("cdn",), postmortem_url="https://pm.example.com/7"
    )


def test_what_was_emptied_is_empty() -> None:
    shown = incident(root_cause="A retry storm")
    assert kept_up(replace(shown, root_cause=""), marks(shown), shown) == replace(shown, root_cause="")


def test_form_that_remembers_nothing_saves_everything() -> None:
    typed = incident(title="Typed")
    assert kept_up(typed, {}, incident(title="Meanwhile")) == typed
