"""The remedy that is proposed from an action's wording."""

import pytest

from bot.domain.item import Remedy
from bot.domain.remedy import proposed_remedy


@pytest.mark.parametrize(
    ("wording", "remedy"),
    [
        ("Alert when checkout's error rate exceeds 2 % for 5 minutes", Remedy.MONITORING),
        ("Add a latency P99 alert for /checkout with a 500 ms threshold", Remedy.MONITORING),
        ("Page the on-call when replica lag exceeds 60 seconds", Remedy.MONITORING),
        ("Cap the retry queue of the payment worker at 10,000 messages", Remedy.GUARDRAIL),
        ("Add a circuit breaker with a 2 s timeout to the ledger client", Remedy.GUARDRAIL),
        ("Roll filter rules out to 1 %, 10 % and 100 % of traffic", Remedy.GUARDRAIL),
        ("Reject deploys to production without a rollback step in CI", Remedy.VALIDATION),
        ("Add a regression test for the retry limit", Remedy.VALIDATION),
        ("Restore last night's backup into a scratch database every day", Remedy.AUTOMATION),
        ("Rotate the signing keys by a job", Remedy.AUTOMATION),
        ("Require two approvals for changes of the schema", Remedy.PROCESS),
        ("Run a failover drill with the on-call in week 50", Remedy.PROCESS),
        ("Add the failover to the runbook of the database", Remedy.DOCUMENTATION),
        ("document the failover", Remedy.DOCUMENTATION),
        ("Train the on-call on the failover", Remedy.TRAINING),
        ("Automatisiere den Neustart des Dienstes", Remedy.AUTOMATION),
        ("– Begrenze die Warteschlange auf 10.000", Remedy.GUARDRAIL),
    ],
)
def test_wording_speaks_of_a_remedy(wording: str, remedy: Remedy) -> None:
    assert proposed_remedy(wording) is remedy


def test_what_is_made_counts_and_not_what_it_is_made_for() -> None:
    assert proposed_remedy("Add a test for the alert") is Remedy.VALIDATION
    assert proposed_remedy("Add an alert for the test") is Remedy.MONITORING


@pytest.mark.parametrize("wording", ["", " – ", "Talk to the vendor", "Latest protest against contestants"])
def test_unknown_words_propose_nothing(wording: str) -> None:
    assert proposed_remedy(wording) is None
