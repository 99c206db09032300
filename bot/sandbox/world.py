"""What a new sandbox holds: the small world of the tests, or hardly anything."""

from bot.sandbox.state import State

NEW_YORK = "America/New_York"


def empty_world(state: State) -> None:
    """One workspace, `T0ACME`, with the bot and #general."""
    team = state.add_team("Acme", team="T0ACME")
    state.add_channel(team.id, "general", members=[state.installation(team.id).bot_user], channel="C0GENERAL")


def connected_world(state: State) -> None:
    """The small world as part of an Enterprise, with a sibling workspace and a channel shared with another company."""
    small_world(state)
    state.teams["T0ACME"].enterprise = "E0ACME"
    north = state.add_team("Acme North", team="T0NORTH", install=False, enterprise="E0ACME").id
    globex = state.add_team("Globex", team="T0GLOBEX", install=False).id
    nora = state.add_user(north, "Nora Lund", user="W0NORA", name="nora").id
    olga = state.add_user(globex, "Olga Petrov", user="U0OLGA", name="olga").id
    bot = state.installation("T0ACME").bot_user
    for channel, name, team, person in (
        ("C0PARTNER", "ext-globex", globex, olga),
        ("C0NORTH", "acme-north", north, nora),
    ):
        made = state.add_channel("T0ACME", name, members=["U0PRIYA", "U0MARCO", bot], channel=channel)
        made.shared_with = [team]
        # After the channel is shared, as in Slack Connect; before that nobody of theirs can be in it.
        made.members.append(person)


def small_world(state: State) -> None:
    """The workspace that docs/sandbox.md describes."""
    team = state.add_team("Acme", team="T0ACME").id
    bot = state.installation(team).bot_user
    priya = state.add_user(team, "Priya Raman", user="U0PRIYA", name="priya").id
    marco = state.add_user(team, "Marco Rossi", user="U0MARCO", name="marco").id
    aisha = state.add_user(team, "Aisha Okafor", user="U0AISHA", name="aisha", tz=NEW_YORK, is_admin=True).id
    lena = state.add_user(team, "Lena Vogel", user="U0LENA", name="lena", is_owner=True).id
    # A guest in the incident's channel: what is said there must be fit for outsiders (P4, P5).
    gil = state.add_user(team, "Gil Torres", user="U0GIL", name="gil", is_restricted=True).id
    state.add_channel(team, "general", members=[lena, priya, marco, aisha, bot], channel="C0GENERAL")
    state.add_channel(team, "payments", members=[marco, priya, aisha, lena, bot], channel="C0PAYMENTS")
    state.add_channel(team, "inc-2041-checkout", members=[priya, marco, gil, bot], channel="C0INC")
    # Without Aisha, who is an admin: admins see no private channel that they are not in (docs/visibility.md).
    state.add_channel(team, "inc-2042-vault", "private", members=[marco, priya, bot], channel="C0VAULT")
    state.add_channel(team, "random", members=[priya, lena], channel="C0RANDOM")
    # Without the bot: it must not know that this one exists.
    state.add_channel(team, "board", "private", members=[aisha, lena], channel="C0BOARD")
    for person in (priya, marco, aisha, lena, gil):
        state.direct(person, bot)
