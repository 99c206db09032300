"""Text that is not English gets no suggestion: it would be a text in two languages."""

import pytest

from bot.coach import review
from bot.coach.wording.english import is_english

ELSEWHERE = [
    "Monitoring verbessern", "Monitoring einrichten", "Dokumentation aktualisieren", "Training für alle",
    "Verbesserung der Überwachung", "Bessere Überwachung", "Améliorer la surveillance", "Mejorar el monitoreo",
    "Migliorare il monitoraggio", "Melhorar a monitoração", "Verbeter de monitoring", "監視を改善する",
    "Улучшить мониторинг", "Βελτίωση παρακολούθησης",
]  # fmt: skip
ENGLISH = [
    "Improve monitoring", "Retrain Müller", "Shorten the timeout of José's proxy", "Harden the golden image",
    "Test that the pattern between the tokens is broken", "Monitor the de facto standard", "De-risk the über service",
    "Often listen to what the children say", "Add an alert for the café's till",
]  # fmt: skip


@pytest.mark.parametrize("text", ELSEWHERE)
def test_text_of_another_language_is_known_and_gets_no_suggestion(text: str) -> None:
    assert not is_english(text)
    assert [finding.suggestion for finding in review(text) if finding.suggestion] == []


@pytest.mark.parametrize("text", ENGLISH)
def test_names_and_loans_do_not_make_a_text_foreign(text: str) -> None:
    assert is_english(text)


def test_english_keeps_its_suggestion() -> None:
    assert "alert when" in review("Improve monitoring")[0].suggestion
