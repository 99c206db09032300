"""Says when a verb only passes knowledge on: “Share learnings”, “Walk the team through X”, “Tell support how …”."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from bot.coach.lexicon import nouns, verbs
from bot.coach.lexicon.table import words
from bot.coach.phrases import Phrase
from bot.coach.tagging import Tag, Token


class _Said(NamedTuple):
    """What the verbs ask about: the phrase, the people in it, the words of its object."""

    phrase: Phrase
    people: Sequence[Token]
    objects: frozenset[str]
    lesson: bool


def tells(verb: Token, phrase: Phrase, people: Sequence[Token]) -> bool:
    """The verb passes something on to people, and nothing else comes of it."""
    test = _TESTS.get(verb.base)
    objects = frozenset(token.low for token in phrase.object)
    return test is not None and any(one(_Said(phrase, people, objects, names_lesson(phrase.object))) for one in test)


def names_lesson(tokens: Sequence[Token]) -> bool:
    return any(
        token.low in nouns.LESSONS | {"knowledge", "findings", "experience", "postmortem", "post-mortem"}
        for token in tokens
    )


def _circulates(said: _Said) -> bool:
    return said.lesson or bool(said.people)


def _publishes(said: _Said) -> bool:
    return said.lesson and bool(said.people)


def _tells_how(said: _Said) -> bool:
    condition = said.phrase.condition
    return bool(said.people) or (bool(condition) and condition[0].low in {"how", "what", "that", "why"})


def _brings_together(said: _Said) -> bool:
    """“Pair new joiners with …”, “Introduce new hires to …”, “Pair someone with Nick on …”."""
    met = bool(said.phrase.object) and said.phrase.object[-1].low in nouns.PEOPLE | {"someone", "somebody"}
    return met and any(token.low in {"with", "to"} for token in said.phrase.extent)


def _writes_to_teach(said: _Said) -> bool:
    teaches = any(token.base in verbs.TEACHING and token.tag is Tag.VERB for token in said.phrase.purpose)
    return teaches and bool(said.objects & {"blog", "article", "video", "deck"})


def _walks_through(said: _Said) -> bool:
    return any(token.low == "through" for token in said.phrase.core)


def _speaks_to(said: _Said) -> bool:
    """“Explain to customer care how …”, “Explain what counts as a Sev1”."""
    asks = not said.phrase.core and bool(said.phrase.condition)
    return asks or any(token.low == "to" for token in said.phrase.core[:3])


def _brings_up_to_speed(said: _Said) -> bool:
    return "speed" in {token.low for token in said.phrase.core} and bool(said.people)


def _gives_introduction(said: _Said) -> bool:
    return bool(said.objects & {"introduction", "intro", "overview", "briefing"}) and bool(said.people)


def _through_media(said: _Said) -> bool:
    return bool({token.low for token in said.phrase.extent} & {"newsletter", "all-hands", "standup", "meeting"})


def _shows_how(said: _Said) -> bool:
    """“Show the night shift how to drain a node”."""
    condition = said.phrase.condition
    return bool(condition) and condition[0].low == "how" and bool(said.phrase.object) and not said.phrase.extent


def _is_taught(said: _Said) -> bool:
    """“Staff to be reminded of …”."""
    return any(token.base in verbs.TEACHING and token.tag is Tag.PAST for token in said.phrase.all[:3])


def _shares(said: _Said) -> bool:
    spreads = bool(said.objects & {"knowledge", "word"})
    return said.lesson or spreads or any(token.low not in {"users", "customers", "clients"} for token in said.people)


def _messages(said: _Said) -> bool:
    """“Send a reminder …”, “Post a note to all teams”; a template is no message."""
    if "template" in said.objects or said.phrase.condition:
        return False
    reminds = bool(said.objects & {"reminder", "psa", "announcement"})
    return bool(said.objects & _MESSAGES) and (bool(said.people) or reminds)


def _makes_known(said: _Said) -> bool:
    return bool(said.people) and any(token.low in _KNOWING for token in said.phrase.all)


def _updates(said: _Said) -> bool:
    return bool(said.objects & _LISTENERS) and not said.phrase.purpose


def _keeps_informed(said: _Said) -> bool:
    return _updates(said) and bool(said.objects & {"informed", "updated", "posted"})


def _promotes(said: _Said) -> bool:
    return not said.people and bool(said.objects & {"use", "usage", "awareness"})


def _preaches(said: _Said) -> bool:
    return bool(said.objects & {"importance", "need", "value"})


def _addresses(said: _Said) -> bool:
    return bool(said.people)


def _presents(said: _Said) -> bool:
    return said.lesson or bool(said.people)


_Tests = tuple[Callable[[_Said], bool], ...]
_TESTS: Mapping[str, _Tests] = {
    **dict.fromkeys(("circulate", "distribute", "disseminate"), (_circulates,)),
    "publish": (_publishes, _writes_to_teach),
    "tell": (_tells_how,),
    **dict.fromkeys(("pair", "introduce"), (_brings_together,)),
    **dict.fromkeys(("prepare", "record"), (_writes_to_teach,)),
    "walk": (_walks_through,),
    **dict.fromkeys(("inform", "brief"), (lambda _: True,)),
    "be": (_is_taught,),
    **dict.fromkeys(("share", "spread", "socialise", "socialize"), (_shares,)),
    **dict.fromkeys(("write", "post"), (_messages, _writes_to_teach)),
    "send": (_messages,),
    "give": (_messages, _gives_introduction),
    **dict.fromkeys(("make", "ensure", "let"), (_makes_known,)),
    "update": (_updates,),
    "keep": (_keeps_informed,),
    "promote": (_promotes,),
    **dict.fromkeys(("emphasise", "emphasize", "stress", "highlight", "reinforce", "underline"), (_preaches,)),
    "explain": (_speaks_to, _presents),
    **dict.fromkeys(("announce", "present"), (_presents, _through_media)),
    **dict.fromkeys(("get", "bring"), (_brings_up_to_speed,)),
    "show": (_shows_how,),
    **dict.fromkeys(("email", "e-mail", "message", "ping"), (_addresses,)),
}
_LISTENERS = frozenset({"team", "teams", "stakeholders", "management", "colleagues", "everyone", "leadership", "staff"})
_KNOWING = words("aware know knows trained familiar understand understands educated informed")
_MESSAGES = words("email e-mail mail message announcement reminder note psa memo notice newsletter")
