"""What Slack calls people, channels and messages: the form of an id, which says nothing of whether there is such a one.

An id is written into messages between `<` and `>`, where anything else would be read as a mark of Slack's.
"""

import re

ID = re.compile(r"[A-Z][A-Z0-9]{1,30}")
USER_ID = re.compile(r"[UW][A-Z0-9]{1,30}")
GROUP_ID = re.compile(r"S[A-Z0-9]{1,30}")
CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{1,30}")
MESSAGE_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,6}")


def is_person(text: str) -> bool:
    """Whether it has the form of a person's id, or of a group's, which people type in a person's place."""
    return bool(USER_ID.fullmatch(text) or GROUP_ID.fullmatch(text))


def is_channel(text: str) -> bool:
    """Whether it has the form of a channel's id."""
    return bool(CHANNEL_ID.fullmatch(text))
