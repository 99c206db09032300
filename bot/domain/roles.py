"""Who may act on an item, and who decides about it (contract.md, Roles).

Who may not see an item is told that it does not exist.
"""

from bot.domain.errors import Refused
from bot.domain.item import By, Draft, Item
from bot.domain.person import Person
from bot.domain.queries import Viewer
from bot.domain.team import Team
from bot.domain.words import Text


def decides(user: str, person: Person | None, team: Team | None) -> bool:
    """Lead of the item's team and workspace admin: decide at once, approve, override, configure. Never an outsider."""
    # First of all: a lead may have become a guest since they were chosen (contract.md, Roles).
    if person and (person.is_guest or person.deactivated):
        return False
    return bool((team and team.lead == user) or (person and person.is_admin))


def may_act(item: Item | Draft, user: str, person: Person | None, team: Team | None) -> bool:
    """Its owner and collaborators, its team, the lead, admins. Without a team: every full member who sees it.

    `person` None: Slack does not say who they are, which is no permission. An outsider acts only on what they were
    asked to help with: they own and decide nothing.
    """
    if person and person.deactivated:  # Slack says so, whatever window they press in still
        return False
    if person and person.is_guest:
        return user in item.collaborators or bool(team and user in team.members)
    if user == item.owner or user in item.collaborators or decides(user, person, team):
        return True
    if team:
        return team.includes(user)
    return bool(person and not person.is_guest)


def may_see(item: Item, reader: Viewer) -> bool:
    """Whether the item may be shown to *reader*: the one rule, for leads as for everybody else.

    What was made in a private channel is its members', its owner's, its collaborators' and its approvers'. A lead who
    is none of these hears nothing of it. `visible_to` in `storage/visibility.py` is the same rule for a query.
    """
    if reader.only is not None:  # an outsider
        # `--outsiders-read yes`: the lead lets them read along. What is private stays so all the same.
        here = item.channel in reader.only or item.team_id in reader.teams
        return here and (not item.private or item.channel in reader.private_channels)
    if not item.private or item.channel in reader.private_channels:
        return True
    return reader.user in (item.owner, *item.collaborators, *item.approvers)


def may_be_told(item: Item, user: str) -> bool:
    """As `may_see`, where Slack cannot be asked which channels *user* is in: inside a transaction."""
    return may_see(item, Viewer(user))


def refuse_stranger(item: Item, user: str, person: Person | None, team: Team | None) -> None:
    """Raises `Refused` for a person who may see the item but not act on it; it names the people who may."""
    if may_act(item, user, person, team):
        return
    if team is None:
        raise Refused(Text("Guests see {item} and cannot change it. Ask its owner or a full member.", item=item.label))
    raise Refused(
        Text(
            "You cannot change {item}: it belongs to {team}. Its owner, its collaborators, members of {team} and "
            "admins can. Ask one of them.",
            item=item.label,
            team=team.name,
        )
    )


def refuse_unless_decides(item: Item, by: By, approver: str, team: Team | None) -> None:
    """Raises `Refused` for a person who may not decide about a request. Without a team, its *approver* may."""
    if by.decides or (team is None and by.user == approver):
        return
    if team is None:
        raise Refused(Text("Only the approver who was asked or an admin decides that about {item}.", item=item.label))
    raise Refused(
        Text("Only the lead of {team} or an admin decides that about {item}.", team=team.name, item=item.label)
    )


def refuse_unless_may_ask(item: Item, by: By) -> None:
    """Raises `Refused` for a person who neither owns the item nor decides: only they may ask to park or end it."""
    if by.user == item.owner or by.decides:
        return
    raise Refused(
        Text(
            "Only the owner of {item} can ask for that; the lead or an admin can decide it. "
            "Write it to them with `/actionitem update {number}`.",
            item=item.label,
            number=item.number,
        )
    )


def check_approver(approver: str, asker: str, person: Person | None, team: Team | None) -> None:
    """Raises `Refused` at the field when *approver* cannot approve what *asker* asks.

    An item without a team has no lead: any other full member may approve then.
    """
    if not approver:
        raise Refused("Choose who approves it.", "approver")
    if person is None or person.is_bot or person.deactivated or person.is_guest:
        raise Refused("Only a full member who is here can approve it. Choose someone else.", "approver")
    # R76 asks for a second person; a lead who may decide alone does not come here.
    if approver == asker:
        raise Refused("You cannot approve what you ask for yourself. Choose someone else.", "approver")
    if team and not decides(approver, person, team):
        raise Refused(
            Text("Only the lead of {team} or an admin can approve it. Choose one of them.", team=team.name), "approver"
        )
