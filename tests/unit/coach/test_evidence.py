"""Evidence that only says that something works is told from what says what was seen, in English and German."""

import pytest

from bot.coach.evidence import only_assures


@pytest.mark.parametrize(
    "evidence",
    [
        "ok", "OK.", "Okay!", "yes", "Yep", "done", "Done.", "works", "It works", "it works now", "Works as expected",
        "works in production", "tested", "Tested and verified", "Looks good", "LGTM", "all good", "fixed", "Checked",
        "confirmed", "passed", "see ticket", "see above", "n/a", "-", "👍", "✅", "…", "none", "It’s working.",
        "everything works fine", "ja", "Ja!", "geht", "Geht wieder.", "funktioniert", "Funktioniert wie erwartet",
        "erledigt", "fertig", "passt", "läuft", "getestet", "i. O.", "alles in Ordnung", "behoben", "siehe oben",
    ],
)  # fmt: skip
def test_assurance_is_no_evidence(evidence: str) -> None:
    assert only_assures(evidence)


@pytest.mark.parametrize(
    "evidence",
    [
        "Fired in staging at 14:02, the page came at 14:07", "The page came", "The alert fired", "It fired in staging",
        "https://ci.example.com/1", "P99 fell below 500 ms", "Fired.", "Paged Priya", "ok, see https://ci.example.com/1",
        "Grafana: Checkout latency", "The regression test fails without the fix", "Run 4711", "works since 14:02",
        "No timeouts in Grafana", "Der Alarm kam um 14:07", "Der Alarm kam", "Die Seite antwortet wieder",
        "Im Dashboard sichtbar", "Ausgelöst und gemeldet", "Screenshot attached",
    ],
)  # fmt: skip
def test_what_was_seen_is_evidence_however_short(evidence: str) -> None:
    assert not only_assures(evidence)
