"""Merging items into another open one, through a form that lists what will end; and “Undo” for a day."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from slack_sdk.models.views import View

from bot.blocks import merge as blocks
from bot.blocks.ids import Button, Modal
from bot.blocks.text import escape
from bot.deps import Deps
from bot.domain import merge as rule
from bot.domain.accept import must_accept
from bot.domain.assign import assign
from bot.domain.errors import Refused, Unavailable
from bot.domain.item import TEXT_LIMIT, Item, check_length
from bot.domain.lifecycle import Action
from bot.domain.merge import AT_ONCE, Staying
from bot.domain.messages import Post
from bot.domain.person import check_owner
from bot.domain.pressed import MergeInto
from bot.domain.sentence import plain
from bot.domain.words import Text
from bot.services.notifications_of_merges import messages_about_merge, without_owner_message
from handlers.gateway.asked import Answer, Asked
from handlers.gateway.forms import Form
from handlers.gateway.numbers import number_and_rest
from handlers.gateway.router import Router
from handlers.shared.acting import load, metadata_for
from handlers.shared.item_change import ItemChange, ItemLook, item_change, item_look
from storage.people import list_names

USAGE = "merge N INTO"
HANDED_OVER = "Others were merged into it"
"""Why it changes hands, in its history."""


@dataclass(frozen=True)
class Merged:
    """What came of a form: the one that stays, what ended, who was told, and the line that tells of it."""

    into: Item
    ends: Sequence[Item]
    told: Sequence[str]
    taken_in: int


def register(router: Router, deps: Deps) -> None:
    """`merge N INTO`, the entry “Merge”, the button “Add to this one instead”, and their forms."""
    merge = partial(_merge, deps)
    router.subcommand("merge", merge, USAGE, "ends it as merged into another open item")
    router.more(Action.MERGE, merge)
    router.button(Button.MERGE_INTO, partial(_merge_into, deps))
    router.modal(Modal.MERGE_INTO, partial(_chosen, deps))
    router.modal(Modal.MERGE, partial(submitted, deps))


def _merge(deps: Deps, asked: Asked) -> None:
    number, rest = number_and_rest(asked.value or asked.text, USAGE)
    if rest:
        # `merge 12 into 14`: people say the word.
        into, why = number_and_rest(rest.removeprefix("into").strip(), USAGE)
        asked.open(form_for(deps, asked, into, [number], plain(why)))
        return
    with item_look(deps, asked, number) as look:
        look.check_possible(Action.MERGE)
    asked.open(blocks.merge_into_form(look.item, metadata_for(asked, look.item)))


def _merge_into(deps: Deps, asked: Asked) -> Answer | None:
    both = MergeInto.read(asked.value)
    try:
        asked.open(form_for(deps, asked, both.into, [both.number]))
    except Unavailable:
        raise
    except Refused as refused:
        if not any(load(deps, asked, each).is_over for each in (both.number, both.into)):
            raise
        # One of the two has ended since: the question goes, with a button that would do nothing any more.
        return Answer(escape(refused.reason), replaces=True)
    return None


def _chosen(deps: Deps, asked: Asked, form: Form) -> View:
    into, why = form.number("into"), form.text("why")
    if into is None:
        raise Refused("Choose the item that goes on.", "into")
    return form_for(deps, asked, into, [asked.metadata["number"]], why)


def form_for(deps: Deps, asked: Asked, into: int, numbers: Sequence[int], why: str = "") -> View:
    """The form that merges *numbers* into the other one. What cannot be merged is left out of it, and said.

    Raises `Refused` when nothing can, `NotFound` for an item that the asker may not see.
    """
    check_length("why", why, TEXT_LIMIT, Text("Shorten it, or link to a document."))
    with item_look(deps, asked, into, and_more=True, also=numbers[:AT_ONCE]) as look:
        look.check(lambda _by: rule.check_takes_in(look.item))
        ends, kept = _offered(look, numbers[:AT_ONCE])
        known = list_names(look.session, asked.workspace, {item.owner for item in ends})
    metadata = json.loads(metadata_for(asked, look.item)) | {"marks": rule.marks(rule.kept_of(look.item))}
    return blocks.merge_form(look.item, ends, lambda user: known.get(user, user), json.dumps(metadata), why, kept)


def _offered(look: ItemLook, numbers: Sequence[int]) -> tuple[list[Item], list[Refused]]:
    """What can be merged, and why the rest cannot. Raises `Refused` when nothing can."""
    ends, kept = list[Item](), list[Refused]()
    for number in numbers:
        try:
            other = look.of(number)
            other.check(partial(rule.check_merge, other.item, into=look.item))
        except Refused as refused:
            if len(numbers) == 1:
                raise
            kept.append(blocks.stays(look.others[number], refused))
        else:
            ends.append(other.item)
    if not ends:
        raise kept[0]
    return ends, kept


def submitted(deps: Deps, asked: Asked, form: Form) -> None:
    numbers, into, why = _ticked(form), asked.metadata["number"], form.text("why")
    check_length("why", why, TEXT_LIMIT, Text("Shorten it, or link to a document."))
    typed = _typed(deps, asked, into, form)
    seen = asked.metadata["marks"]
    asks = rule.marks(typed)["owner"] != seen.get("owner") and _must_accept(deps, asked, into, typed.owner)
    with item_change(deps, asked, into, also=numbers) as change:
        kept = rule.kept_up(typed, seen, rule.kept_of(change.item))
        done = _done(change, numbers, kept, why, asks=asks)
    names = deps.directory.names(asked.workspace, set(done.told))
    asked.open(blocks.merged_view(done.into, done.ends, list(map(names, done.told)), done.taken_in, change.by.at))


def _typed(deps: Deps, asked: Asked, into: int, form: Form) -> Staying:
    """The one that stays as the form says. Of an idea, it asks for neither an owner nor a day."""
    title, effort = " ".join(form.text("title").split()), form.scale("effort")
    if not (form.has("owner") or form.has("due")):
        idea = load(deps, asked, into)
        return Staying(title, idea.owner, idea.due, effort)
    owner = form.required_user("owner", "Choose one person who answers for it.")
    return Staying(title, owner, form.required_day("due", "Choose a due date."), effort)


def _ticked(form: Form) -> list[int]:
    """The items that end. Raises `Refused` when none does."""
    numbers = form.numbers(blocks.ENDS)[:AT_ONCE]
    if not numbers:
        raise Refused("Tick what is merged, or cancel.", blocks.ENDS)
    return numbers


def _must_accept(deps: Deps, asked: Asked, into: int, owner: str) -> bool:
    """Whether a new owner of the one that stays is asked first; Slack is asked before anything is locked."""
    check_owner(owner, deps.directory.person(asked.workspace, owner))
    channel = load(deps, asked, into).channel
    there = channel is not None and owner in deps.directory.members(asked.workspace, channel)
    return must_accept(owner, asked.user, owner_was_there=there)


def _done(change: ItemChange, numbers: Sequence[int], kept: Staying, why: str, *, asks: bool) -> Merged:
    """All of it, or a refusal that names the item that cannot be merged."""
    before, at = change.item, change.by.at
    others = [change.of(number) for number in numbers]
    for other in others:  # before the first line is written, so that a refusal is about what was there
        rule.check_merge(other.item, other.by, before)
    taken_in = change.record(rule.take_in(before, change.by, kept, len(numbers), why, change.today)).last_change_id
    # One moment for all of it: by that, “Undo” finds them.
    ends = [other.record(rule.merge(other.item, replace(other.by, at=at), before, why, taken_in)) for other in others]
    told = {post.to: post for post in _told(change, before, ends, kept.owner, asks=asks)}
    change.say(list(told.values()))
    is_told = {*told, kept.owner} if kept.owner != before.owner else {*told}
    return Merged(change.item, ends, sorted(is_told - {change.by.user}), taken_in)


def _told(change: ItemChange, before: Item, ends: Sequence[Item], owner: str, *, asks: bool) -> list[Post]:
    """Hands the one that stays over, where it gets another *owner*; and what is said of all of it, once to each."""
    handed, works_on_it = owner != before.owner, owner in {item.owner for item in ends}
    if handed:
        # Whoever owns a part of it has accepted that work, and reads of the rest in the same message.
        change.record(assign(change.item, change.by, owner, HANDED_OVER, asks=asks and not works_on_it))
        if works_on_it:
            change.messages[:] = without_owner_message(change.messages, change.item.last_change_id)
    posts = messages_about_merge(change.session, change.item, ends, {before.owner, owner}, change.by.user, Action.MERGE)
    return [post for post in posts if not handed or works_on_it or post.to != owner]
