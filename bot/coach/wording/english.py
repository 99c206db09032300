"""Whether a text is English, as far as it shows: what is put around another language would be a text in two."""

import re

from bot.coach.lexicon.table import words

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ELSEWHERE = words(
    # Little words of German, French, Spanish, Italian, Portuguese and Dutch that are none of English
    "der das und für nicht mit wenn bei zur zum dem eine einen einer eines im vom auf ist sind wird werden damit auch "
    "le les du une et pour avec dans sur est aux qui el los las del para una que y il gli di della delle dei nel "
    "uma com não dos het een van voor met op de la"
)
_LETTERS = re.compile(r"[äöüßàâçéèêëîïôùûœáíóúñãõåæø]")
_LOANS = frozenset({"café", "cafés", "naïve", "naïvely", "façade", "façades", "résumé", "über", "déjà", "fiancé"})
_NOUN = re.compile(r"[^\W\d_]{4,}(?:ung|ungen|heit|keit|schaft)")
_VERB = re.compile(r"[^\W\d_]{3,}(?:en|ern|eln)")
_ENGLISH_ALL_THE_SAME = words(
    "broken chosen taken given driven written hidden open reopen happen tighten shorten strengthen lighten brighten "
    "weaken widen listen fasten hasten harden loosen straighten heighten frozen stolen spoken woken fallen eaten "
    "proven forgotten gotten beaten bitten shaken mistaken overridden token golden screen fullscreen children women "
    "often even seven eleven garden kitchen queen between green unseen foreseen lumen omen linen oven raven "
    "pattern patterns modern concern govern intern extern western eastern northern southern lantern discern sudden "
    "maven haven heaven siren barren alien ripen deepen flatten lengthen lessen liven quicken sharpen soften stiffen "
    "sweeten thicken threaten toughen waken worsen weren when then been seen keen hen pen zen teen canteen citizen "
    "specimen regimen acumen abdomen burden warden wooden sullen swollen fallen molten rotten gluten kitten mitten "
    "batten platen hyphen dampen unbroken unwritten rewritten overwritten handwritten autogen nitrogen hydrogen oxygen "
    "codegen keygen"
)


def is_english(text: str) -> bool:
    """False for what has words, letters or endings of another language; a name may have its own letters."""
    found = _WORD.findall(text.replace("de facto", ""))
    if any(not _is_latin(word) for word in found):
        return False
    return not any(_is_foreign(word, is_first=not at) for at, word in enumerate(found))


def _is_foreign(word: str, *, is_first: bool) -> bool:
    low = re.split("['’]", word.casefold())[0]
    if low in _ELSEWHERE and word.islower():
        return True
    # Written large within a sentence it is a name, or a German noun, which its ending shows.
    if word[:1].isupper() and not is_first:
        return bool(_NOUN.fullmatch(word))
    return (bool(_LETTERS.search(low)) and low not in _LOANS) or (
        bool(_VERB.fullmatch(low)) and low not in _ENGLISH_ALL_THE_SAME
    )


def _is_latin(word: str) -> bool:
    return all(letter < "\u0250" or "\u1e00" <= letter <= "\u1eff" for letter in word if letter.isalpha())
