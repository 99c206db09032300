"""The state of a ticket as one of ours: by the kind of its status, its resolution and its times.

Done there is closed here, at the time it was done: an export tells what is past, and the measures of past months need
its end. A ticket that is done while the bot runs is another matter: it is never closed by the tracker (contract.md,
Trackers).
"""

from collections.abc import Mapping
from enum import Enum, auto

from bot.domain.lifecycle import State


class Category(Enum):
    """The kinds of status that all four trackers have, whatever people call them."""

    TO_DO = auto()
    ACTIVE = auto()
    BLOCKED = auto()
    DONE = auto()
    DROPPED = auto()
    DUPLICATE = auto()


_WORDS = {
    Category.TO_DO: (
        "to do|todo|open|new|backlog|triage|selected for development|ready|ready for development|planned|unstarted|"
        "not started|reopened|created|submitted|next|up next|accepted|zu erledigen|offen|neu|à faire|por hacer"
    ),
    Category.ACTIVE: (
        "in progress|doing|started|in review|review|code review|in development|in test|testing|in testing|qa|in qa|"
        "active|wip|work in progress|under review|ready for review|ready to merge|in arbeit|in bearbeitung|en cours|"
        "en curso"
    ),
    Category.BLOCKED: "blocked|on hold|waiting|waiting for support|waiting for customer|impeded|blockiert",
    Category.DONE: (
        "done|closed|resolved|complete|completed|fixed|released|deployed|shipped|merged|finished|verified|fertig|"
        "erledigt|geschlossen|gelöst|terminé|terminé(e)|listo|finalizada"
    ),
    Category.DROPPED: (
        "canceled|cancelled|won't do|wont do|won’t do|won't fix|wontfix|wont fix|won’t fix|rejected|declined|"
        "not planned|not_planned|abandoned|obsolete|invalid|cannot reproduce|can't reproduce|incomplete|not a bug|"
        "works as designed|not applicable|abgelehnt|verworfen"
    ),
    Category.DUPLICATE: "duplicate|duplicated|duplikat",
}
_CATEGORY = {word: category for category, words in _WORDS.items() for word in words.split("|")}
OVER = frozenset({Category.DONE, Category.DROPPED, Category.DUPLICATE})


def category_named(status: str) -> Category | None:
    """The kind of a status that is called so; None for a name that says nothing."""
    words = " ".join(status.casefold().split())
    return _CATEGORY.get(words) or _CATEGORY.get(words.replace("-", " "))


def category_of(status: str, kind: str, resolution: str) -> Category | None:
    """The kind of a ticket's status. *kind* is what the tracker itself calls it, *resolution* how it ended."""
    by_kind, by_name, by_end = category_named(kind), category_named(status), category_named(resolution)
    # “Rejected” is a status of the kind Done, “Blocked” one of the kind In progress: the name says more.
    narrower = by_kind is not None and by_name in _NARROWER[by_kind in OVER]
    said = by_name if narrower else by_kind or by_name
    # A resolution can stay on a ticket that was reopened: it counts where nothing says that the ticket goes on.
    if by_end in _NARROWER[True] and (said is None or said in OVER):
        return by_end
    return said or by_end


_NARROWER = {True: (Category.DROPPED, Category.DUPLICATE), False: (Category.BLOCKED,)}
"""What a name says beyond a kind that is over, and beyond one that is not."""
ENDS: Mapping[Category, State] = {
    Category.DONE: State.CLOSED,
    Category.DROPPED: State.WONT_DO,
    Category.DUPLICATE: State.MERGED,
}
"""What has ended there."""
