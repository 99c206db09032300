"""How a text is read, stage by stage: what is stripped, which word is the head, what belongs to it."""

import pytest

from bot.coach.clauses import clauses
from bot.coach.concreteness import content, names
from bot.coach.head import Form
from bot.coach.normalise import normalise
from bot.coach.phrases import phrases
from bot.coach.tagging import Token, tokenise


def text_of(tokens: tuple[Token, ...] | list[Token]) -> str:
    return " ".join(token.text for token in tokens)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("- [ ] Add an index", "Add an index"),
        ("* [x] @sam: move the cert now", "move the cert now"),
        ("1. Enable the log", "Enable the log"),
        ("AI: add a timeout (OPS-12)", "add a timeout"),
        ("[P1] Add a quota #881", "Add a quota"),
        ("OPS-7 Replace the disk", "Replace the disk"),
        ("Add a timeout (Owner: Alice, Due: Feb 5)", "Add a timeout"),
        ("See [the runbook](https://example.org/x) for it", "See the runbook for it"),
        ("Spike: replace the queue", "Spike: replace the queue"),
        ("first line\nsecond line", "first line; second line"),
    ],
)
def test_what_surrounds_an_item_is_stripped(written: str, read: str) -> None:
    assert normalise(written) == read


@pytest.mark.parametrize(
    ("text", "form", "head"),
    [
        ("Add an alert", Form.COMMAND, "Add"),
        ("Adding an alert", Form.COMMAND, "Adding"),
        ("To add an alert", Form.COMMAND, "add"),
        ("Sam to add an alert", Form.COMMAND, "add"),
        ("Need to add an alert", Form.COMMAND, "add"),
        ("Backup the database", Form.COMMAND, "Backup"),
        ("Backup strategy for the database", Form.NOUNS, None),
        ("Tool to drain a rack", Form.NOUNS, None),
        ("We should add an alert", Form.OBLIGATION, "add"),
        ("Let's add an alert", Form.OBLIGATION, "add"),
        ("Mirror admins should switch to TLS", Form.OBLIGATION, "switch"),
        ("Outages, even if they are short, should page", Form.OBLIGATION, "page"),
        ("Deploys must wait", Form.OBLIGATION, "wait"),
        ("We added an alert", Form.PAST, "added"),
        ("The limit has been raised", Form.PAST, "raised"),
        ("Reduced the number of workers", Form.PAST, "Reduced"),
        ("Automated tests of the importer", Form.NOUNS, None),
        ("The alert is noisy", Form.PRESENT, None),
        ("API logs the query", Form.PRESENT, "logs"),
        ("Dashboards used in the incident", Form.NOUNS, None),
        ("Should we add an alert?", Form.QUESTION, None),
        ("Why did it fail", Form.QUESTION, None),
        ("Hourly snapshots of the ledger", Form.NOUNS, None),
    ],
)
def test_the_form_and_head_of_a_sentence(text: str, form: Form, head: str | None) -> None:
    clause = clauses(text)[0]
    assert clause.form is form
    if head is not None:
        assert clause.head is not None
        assert clause.head.text == head


@pytest.mark.parametrize(
    ("text", "opener"),
    [
        ("In future, add a canary", "In future ,"),
        ("When a pod is stuck, restart it", "When a pod is stuck ,"),
        ("Detection: page on 5xx", "Detection :"),
        ("Also add a canary", "Also"),
        ("Add a canary", ""),
    ],
)
def test_what_stands_before_the_main_clause(text: str, opener: str) -> None:
    assert text_of(clauses(text)[0].opener) == opener


def test_a_phrase_is_cut_into_object_extent_purpose_and_condition() -> None:
    phrase = phrases(clauses("Add a check in the pipeline to reject tags when the build is dirty")[0])[0]
    assert text_of(phrase.object) == "a check"
    assert text_of(phrase.extent) == "in the pipeline"
    assert text_of(phrase.purpose) == "to reject tags"
    assert text_of(phrase.condition) == "when the build is dirty"


@pytest.mark.parametrize(
    ("text", "verbs"),
    [
        ("Fix the race in the payment queue, add a test, verify in staging", ["Fix", "add", "verify"]),
        ("Review and update the runbook", ["Review", "update"]),
        ("Document how to stop the job and restart the queue", ["Document"]),
        ("Add metrics and alerts for Redis", ["Add"]),
    ],
)
def test_coordinated_verbs_are_split(text: str, verbs: list[str]) -> None:
    assert [phrase.verb.text for phrase in phrases(clauses(text)[0]) if phrase.verb] == verbs


def test_sentences_do_not_end_at_abbreviations_or_inside_brackets() -> None:
    assert len(clauses("Cap the queue (e.g. at 100. Or less) for tenants. Add an alert")) == 2


@pytest.mark.parametrize(
    "text", ["/checkout", "`max_conns`", "P99", "us-east-1", "api.example.org", "GitHub", "42 ms", "“Fritz”"]
)
def test_names_pin_a_text_down(text: str) -> None:
    assert names(tokenise(f"in {text}"))


@pytest.mark.parametrize("text", ["the bug", "our documentation", "better processes", "the API", "some tests"])
def test_generic_words_pin_nothing_down(text: str) -> None:
    assert not names(tokenise(text))
    assert not [token for token in content(tokenise(text)) if token.low != "api"]


def test_tokens_keep_their_place_in_the_text() -> None:
    text = "Add “P99” alerts for /checkout/stage, don't page"
    assert all(text[token.start : token.end] == token.text for token in tokenise(text))
