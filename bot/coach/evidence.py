"""What is given as evidence that something works: whether it says what was seen, or only that it works. No refusal
follows from it; it is said to who verified."""

import re

from bot.coach.lexicon.table import words

WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
ASSURANCES = words(
    """
    ok okay okey k kk yes yep yeah yup y sure good great fine nice perfect alright right done finished complete
    completed ready works work worked working fixed resolved solved shipped deployed live verified verify verification
    tested test tests testing checked check confirmed confirm passed pass passes passing approved lgtm success
    successful successfully correct correctly properly expected intended problem problems issue issues ticket see above
    below manually locally prod production staging evidence none nothing na n tbd todo
    trust me us we i it it's its this that that's they everything all looks look seems is are was were been be has have
    does do did as now again still just very well so the a an and in on with to for my our by of no

    ja jo jawohl jep klar gut super prima passt stimmt richtig korrekt fertig erledigt gemacht getan geht ging läuft
    lief klappt klappte funktioniert funktionierte funktionieren tut behoben gefixt gelöst getestet geprüft überprüft
    kontrolliert verifiziert bestätigt erfolgreich bestanden ordnung erwartet gewünscht gewollt probleme problemlos
    einwandfrei lokal manuell nachweis siehe oben unten
    alles es das ist sind war wurde wurden hat haben wie und jetzt nun wieder auch sehr wir ich der die den dem ein
    eine mit zu im am auf von kein keine nichts o
    """
)
"""Words that say that it works or was looked at, in English and German, and those that bind them."""


def only_assures(evidence: str) -> bool:
    """Whether it says no more than that it works: “ok”, “works as expected”, “geht”, or a sign without words.

    A figure, an address, or any other word is taken for what was seen: the rule has no opinion on how good that is.
    """
    if any(letter.isdigit() for letter in evidence) or "://" in evidence:
        return False
    return all(word in ASSURANCES for word in WORD.findall(evidence.casefold().replace("’", "'")))
