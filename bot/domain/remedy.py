"""The kind of remedy that an action's wording speaks of (R12), proposed to whoever writes it down.

A proposal and no judgement: it reads single words, in English and in German. What it does not know it leaves open.
"""

import re

from bot.domain.item import Remedy

_BEGINS = {
    Remedy.AUTOMATION: "automate schedule script automatisier\\w*",
    Remedy.GUARDRAIL: "cap limit throttle block prevent forbid restrict isolate refuse roll begrenz\\w* sperr\\w*",
    Remedy.VALIDATION: "validate test verify reject assert lint teste prüf\\w*",
    Remedy.MONITORING: "alert page monitor watch track measure trace log alarmier\\w* überwach\\w*",
    Remedy.PROCESS: "require agree review escalate vereinbar\\w*",
    Remedy.DOCUMENTATION: "document describe explain dokumentier\\w* beschreib\\w*",
    Remedy.TRAINING: "train teach educate brief coach schul\\w*",
}
"""First words that say it themselves."""
_SAYS = {
    Remedy.AUTOMATION: (
        "automat\\w* script scripts job jobs cron cronjob nightly scheduled autoscal\\w* auto-\\w+ self-heal\\w* "
        "pipeline operator every\\s+(?:minute|hour|day|night|week) jede\\w*\\s+(?:stunde|tag|nacht|woche)"
    ),
    Remedy.GUARDRAIL: (
        "limit limits rate-limit\\w* quota cap guardrail\\w* circuit\\s+breaker\\w* timeout\\w* throttl\\w* backoff "
        "back-off feature\\s+flag\\w* kill\\s+switch\\w* canary canaries rollback\\w* fallback\\w* "
        "replica\\w* permission\\w* lock locks obergrenze\\w* schutzschalter"
    ),
    Remedy.VALIDATION: (
        "test tests check checks checking validat\\w* lint\\w* linter\\w* assertion\\w* regression schema\\s+check "
        "smoke-?test\\w* prüfung\\w* validierung\\w*"
    ),
    Remedy.MONITORING: (
        "alert alerts alerting alarm\\w* monitor\\w* metric\\w* dashboard\\w* page\\s+the pager\\w* logging tracing "
        "health\\s?check\\w* probe\\w* slo slos telemetry observability metrik\\w* überwachung"
    ),
    Remedy.PROCESS: (
        "process checklist\\w* approval\\w* review reviews policy policies rota rotation escalation sign-off "
        "procedure\\w* drill drills game\\s?day\\w* change\\s+window\\w* prozess\\w* checkliste\\w* freigabe\\w*"
    ),
    Remedy.DOCUMENTATION: (
        "runbook\\w* playbook\\w* readme documentation docs doc wiki guide\\w* diagram\\w* faq handbuch dokumentation"
    ),
    Remedy.TRAINING: "training\\w* workshop\\w* onboarding course schulung\\w*",
}
"""Words anywhere: the first of them counts, for what is made stands before what it is made for."""


def _pattern(words: dict[Remedy, str]) -> dict[Remedy, re.Pattern[str]]:
    return {
        remedy: re.compile(rf"(?<![\w-])(?:{'|'.join(each.split())})(?![\w-])", re.IGNORECASE)
        for remedy, each in words.items()
    }


_FIRST, _ANYWHERE = _pattern(_BEGINS), _pattern(_SAYS)
_WORD = re.compile(r"\w")


def proposed_remedy(wording: str) -> Remedy | None:
    """The remedy that *wording* speaks of, by its first word or else by the first word that says one; None: unknown."""
    begin = _WORD.search(wording)
    if begin is None:
        return None
    for remedy, pattern in _FIRST.items():
        if pattern.match(wording, begin.start()):
            return remedy
    found = {remedy: match.start() for remedy, pattern in _ANYWHERE.items() if (match := pattern.search(wording))}
    return min(found, key=found.__getitem__) if found else None
