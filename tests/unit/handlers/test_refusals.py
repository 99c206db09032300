"""A refusal as its asker reads it: one harmless sentence, and the button of the step that is missing."""

from bot.blocks.parts import as_dicts
from bot.domain.errors import Refused
from bot.domain.lifecycle import Action
from handlers.gateway.asked import Answer
from handlers.gateway.router import refusal


def about_12(refused: Refused) -> Answer:
    refused.item = 12
    return refusal(refused)


def test_refusal_offers_the_step_that_is_missing() -> None:
    answer = about_12(Refused("AI-12 cannot be closed yet: nobody has verified it.", next_step=Action.VERIFY))
    _, row = as_dicts(answer.blocks)
    assert [(each["text"]["text"], each["value"]) for each in row["elements"]] == [("Verify", "12")]  # type: ignore[attr-defined]


def test_step_without_a_button_is_not_offered() -> None:
    assert len(about_12(Refused("AI-12 waits for its owner.", next_step=Action.ACCEPT)).blocks) == 1


def test_refusal_that_is_about_no_item_has_no_button() -> None:
    assert len(refusal(Refused("Say what to look for.", next_step=Action.VERIFY)).blocks) == 1


def test_refusal_that_quotes_somebody_pings_nobody() -> None:
    answer = refusal(Refused("There is no team “<!channel> *R&D*”."))
    assert "<!channel>" not in f"{answer.text} {as_dicts(answer.blocks)}"
    assert "&lt;!channel&gt;" in answer.text


def test_command_in_a_refusal_stays_code() -> None:
    assert refusal(Refused("Say which item: `/actionitem show N`.")).text == "Say which item: `/actionitem show N`."
