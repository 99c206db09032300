"""Finds hedges: “maybe …”, “could …”, “it would be nice to …”."""

from collections.abc import Sequence

from bot.coach.head import Form
from bot.coach.lexicon import closed, qualities, verbs
from bot.coach.model import Kind, Label, Reason
from bot.coach.reading import Reading, reason, said
from bot.coach.tagging import Tag, Token


def _because(kind: Kind, tokens: Sequence[Token]) -> Reason:
    return reason(Label.NOT_AN_ACTION, kind, tokens)


_LABELS = frozenset(
    {
        "idea",
        "optional",
        "stretch",
        "question",
        "suggestion",
        "wishlist",
        "someday",
        "later",
        "eventually",
        "possible",
        "possibly",
        "potential",
        "maybe",
        "wish",
        "nice-to-have",
    }
)
_AT_THE_END = ("maybe", "perhaps", "possibly")
_AT_THE_START = ("(maybe", "(possibly", "(optional")


def hedge(reading: Reading) -> Reason | None:
    said_first = _modal(reading) or _adverb(reading)
    if said_first is not None:
        return _because(Kind.HEDGE, [said_first])
    if reading.low.endswith(_AT_THE_END) or reading.low.startswith(_AT_THE_START):
        return _because(Kind.HEDGE, reading.main.tokens[-1:])
    verb, after = reading.first.verb, reading.first.all[:1]
    if (
        verb is not None
        and verb.base in {"suggest", "recommend", "propose"}
        and after
        and (after[0].tag is Tag.ING or after[0].low == "using")
    ):
        return _because(Kind.HEDGE, [verb, after[0]])
    where = said(reading.low, qualities.HEDGE_PHRASES)
    # “Add the index; it may be worth caching too” is promised all the same.
    if where is None or _committed_before(reading, where[0]):
        return None
    return Reason(Label.NOT_AN_ACTION, Kind.HEDGE, *where)


def _modal(reading: Reading) -> Token | None:
    """“could”, “might” as the main verb's modal, or standing first."""
    main = reading.main
    at = len(main.opener) + len(main.subject) if main.form is Form.OBLIGATION else 0
    finite = main.tokens[at : at + 1] if main.form in {Form.OBLIGATION, Form.COMMAND} else ()
    return finite[0] if finite and finite[0].low in closed.HEDGING_MODALS else None


def _adverb(reading: Reading) -> Token | None:
    main = reading.main
    label = main.opener[0] if main.opener and main.opener[-1].text == ":" else None
    if label is not None and label.low in _LABELS:
        return label
    if main.form is Form.NOUNS and main.tokens[0].low in {"possible", "potential", "would"}:
        return main.tokens[0]
    spoken = [token for token in (*main.opener, *main.tokens[:6]) if token.low in qualities.HEDGES]
    if spoken and not _hedges_a_part(reading, spoken[0]):
        return spoken[0]
    likely = [token for token in main.tokens[:4] if token.low in {"likely", "probably"}]
    return likely[0] if likely and main.form is Form.OBLIGATION else None


def _hedges_a_part(reading: Reading, hedge: Token) -> bool:
    """“Remove the cron and possibly …”: what stands before the hedge is still promised."""
    verb = reading.first.verb
    return verb is not None and verb.start < hedge.start and reading.main.form is Form.COMMAND


def _committed_before(reading: Reading, at: int) -> bool:
    """A plain command first, the hedge in a later sentence or a clause that explains."""
    verb = reading.first.verb
    return reading.main.form is Form.COMMAND and verb is not None and verb.end < at and verb.base not in verbs.INQUIRY
