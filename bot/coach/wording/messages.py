"""The reason for each kind of weakness, in a sentence or two that quote the text. Never a bare “no”."""

from collections.abc import Mapping

from bot.coach.model import Kind, Reason
from bot.coach.reading import Reading
from bot.coach.wording.quoting import quoted
from bot.domain.words import _

# R9: each says what is weak in the person's own words, and what to write instead.
_TEXTS: Mapping[Kind, str] = {
    Kind.GENERIC: "{quote} does not say which one. Name the component and what will be different when it is done.",
    Kind.CHECK: "{quote} does not say what it would refuse, and where. Name both.",
    Kind.PLACEHOLDER: "{quote} stands for what is still open. Decide it first, or keep this as a future consideration.",
    Kind.PERSON: "{quote} is about a person. Anyone could have slipped; name what would catch it next time.",
    Kind.COMPARATIVE: "{quote} has no target and no means. Say what changes, or the figure it should reach.",
    Kind.NO_SIGNAL: "{quote} does not say what it watches. Name the signal and when it should fire.",
    Kind.OPEN_VALUE: "{quote} leaves the value open. Name it, so that anyone can check it.",
    Kind.JUDGEMENT: "{quote} is a judgement. Say what anyone would see once it is so.",
    Kind.RHYTHM: "{quote} does not say how often, nor who would notice if it stopped. Name both.",
    Kind.OPEN_END: "{quote} has no end that can be checked. Name the cases, or where it stops.",
    Kind.NO_PLAN: "{quote} names a topic or a hope, not yet the change. Say what will exist or behave differently.",
    Kind.DOCUMENTATION: "{quote} does not say about what, for whom and where. Name subject, readers and place.",
    Kind.INQUIRY: "{quote} promises to find out, not to change anything. Name what will come out of it.",
    Kind.EVENT: "{quote} is an event, not its result. Name what will be decided or changed by it.",
    Kind.TICKET: "A ticket to {quote} is not yet a change. Name the change, or the document the inquiry ends in.",
    Kind.QUESTION: "{quote} asks; an action item answers. Say what will be done, or where the answer will be written.",
    Kind.HEDGE: "{quote} leaves open whether it will be done. Say it plainly, or keep it as a future consideration.",
    Kind.STATUS: "{quote} reports what is done or under way; it belongs in the timeline. Say what is left to do.",
    Kind.OBSERVATION: "{quote} describes how things are. Say what will change.",
    Kind.CARE: "{quote} asks people for more care. People were already careful; name what would catch the slip.",
    Kind.BY_HAND: "{quote} works only while somebody remembers. Name what would do it, or stop it, by itself.",
    Kind.LESSON: "{quote} is passing on knowledge as the only remedy. Put a change to the system beside it.",
    Kind.GROUP: "{quote} makes a group responsible, so nobody in particular. State the action and give it one owner.",
    Kind.SEVERAL: "{quote} is a second deliverable that could be closed on its own. Make it an item of its own.",
    Kind.OPEN: "{quote} leaves open when it is done. Name the component and what anyone can see afterwards.",
    Kind.NO_CHANGE: "{quote} does not say what will be changed. Name the change, or the document it ends in.",
}


def message(reading: Reading, reason: Reason) -> str:
    """Why, in plain words, quoting the words of the text that gave rise to it."""
    return _(_TEXTS[reason.kind], quote=quoted(reading.text[reason.start : reason.end]))
