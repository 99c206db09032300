"""Every action_id and callback_id, in one place: what Slack sends back when somebody presses or submits."""

from enum import StrEnum


class Button(StrEnum):
    """action_ids. Buttons of an item carry its number as their value."""

    START = "item.start"
    IMPLEMENT = "item.implement"
    VERIFY = "item.verify"
    CLOSE = "item.close"
    REOPEN = "item.reopen"
    UPDATE = "item.update"
    SHOW = "item.show"
    MORE = "item.more"
    LIST_PAGE = "list.page"
    ACCEPT = "item.accept"
    HAND_OVER = "item.hand_over"
    CANNOT_TAKE = "item.cannot_take"
    PROMOTE = "item.promote"
    DECLINE = "item.decline"
    MERGE_INTO = "item.merge_into"
    NEW = "item.new"
    OFFER_NEW = "offer.new"
    OFFER_IDEA = "offer.idea"
    HELP = "help"
    HOME_TEAM = "home.team"
    HOME_STATE = "home.state"
    HOME_DUE = "home.due"
    HOME_INCIDENT = "home.incident"
    HOME_MINE_EARLIER = "home.mine.earlier"
    HOME_MINE_LATER = "home.mine.later"
    HOME_THEIRS_EARLIER = "home.theirs.earlier"
    HOME_THEIRS_LATER = "home.theirs.later"
    ATTENTION_PAGE = "attention.page"
    ATTENTION_TURN = "attention.turn"
    ATTENTION_BACK = "attention.back"
    SNOOZE = "attention.snooze"
    HELD = "item.held"
    DID_NOT_HOLD = "item.did_not_hold"


class Modal(StrEnum):
    """callback_ids of modals."""

    NEW = "new"
    EDIT = "edit"
    IMPLEMENT = "implement"
    VERIFY = "verify"
    CLOSE = "close"
    REOPEN = "reopen"
    UPDATE = "update"
    ASSIGN = "assign"
    DUE = "due"
    INCIDENT = "incident"
    PROMOTE = "promote"
    DECLINE = "decline"
    CANNOT_TAKE = "cannot_take"


class Shortcut(StrEnum):
    """callback_ids of shortcuts, as `app_manifest.yml` names them."""

    NEW_FROM_MESSAGE = "new_from_message"
    NEW = "new_item"
