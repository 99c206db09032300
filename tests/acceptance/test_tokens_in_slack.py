"""Tokens of the API in Slack: admins see, make and revoke them; each is shown once, to who made it."""

import httpx
import pytest

from tests.acceptance.conftest import World, eventually
from tests.people import Button, Person, elements_of

SETTINGS = "/actionitem settings tokens"
NEW = {
    "Name": "dashboard",
    "What may it do?": ["Read items, incidents and teams"],
    "When does it end?": "After 30 days",
}


def made(admin: Person, **changes: object) -> str:
    """The secret of a new token, as its maker reads it."""
    admin.command(SETTINGS, channel="C0GENERAL")
    admin.modal_click("New token")
    assert admin.modal.fill(NEW | changes).submit("Create") == {}
    return revealed(admin)


def revealed(admin: Person) -> str:
    """What stands behind “ait_” in the modal."""
    return admin.modal.text.partition("ait_")[2].split("`")[0].split()[0]


def revoke(admin: Person, name: str) -> None:
    """Presses the button beside that token."""
    modal = admin.modal
    found = [each for each in elements_of(modal.blocks) if str(each[1].get("value")).endswith(f":{name}")]
    Button(modal, *found[0], None).click()


def asks(world: World, secret: str, path: str = "/items") -> int:
    headers = {"Authorization": f"Bearer ait_{secret}"}
    return httpx.get(f"{world.bot.url}/api/v1{path}", headers=headers).status_code


@pytest.mark.walk
def test_admin_makes_uses_and_revokes_a_token(world: World) -> None:
    aisha = world.person("U0AISHA")
    secret = made(aisha)
    assert "shown only here" in aisha.modal.text
    assert asks(world, secret) == 200
    assert asks(world, secret, "/measures") == 403

    def line() -> str:
        aisha.command(SETTINGS, channel="C0GENERAL")
        return aisha.modal.text

    assert secret not in line()
    assert eventually(lambda: "used 2 times, last" in line())
    assert "*dashboard*" in aisha.modal.text
    assert "Read items, incidents and teams" in aisha.modal.text
    [listed] = [token for token in world.bot.lines("token", "list") if token["name"] == "dashboard"]
    assert (listed["scopes"], listed["uses"]) == (["items:read"], 2)
    revoke(aisha, "dashboard")
    assert "*dashboard* is revoked" in aisha.modal.text
    assert asks(world, secret) == 401


def test_token_is_shown_to_its_maker_alone_and_once(world: World) -> None:
    aisha = world.person("U0AISHA")
    secret = made(aisha, Name="once")
    aisha.modal_click("All tokens")
    assert "*once*" in aisha.modal.text
    assert secret not in aisha.modal.text
    said = [message.text for user in ("U0AISHA", "U0PRIYA") for message in world.person(user).messages("C0GENERAL")]
    assert not any(secret in text for text in said)
    assert not any(secret in line for line in world.bot.log)


def test_name_that_is_taken_or_no_scope_is_refused_beside_its_field(world: World) -> None:
    aisha = world.person("U0AISHA")
    made(aisha, Name="taken")
    aisha.command(SETTINGS, channel="C0GENERAL")
    aisha.modal_click("New token")
    form = aisha.modal
    assert "There is a token “taken” already" in form.fill(NEW | {"Name": "taken"}).submit("Create")["Name"]
    assert "up to 25 letters" in form.fill({"Name": "§"}).submit("Create")["Name"]


def test_list_that_is_out_of_date_revokes_no_token_that_got_the_name_since(world: World) -> None:
    aisha = world.person("U0AISHA")
    made(aisha, Name="rotated")
    aisha.command(SETTINGS, channel="C0GENERAL")
    assert world.bot.command("token", "revoke", "rotated").returncode == 0
    made_anew = world.bot.command("token", "create", "rotated", "--scope", "items:read")
    assert made_anew.returncode == 0
    revoke(aisha, "rotated")
    states = [token["state"] for token in world.bot.lines("token", "list") if token["name"] == "rotated"]
    assert states == ["revoked", "active"]


def test_only_an_admin_gets_to_them(world: World) -> None:
    for user in ("U0MARCO", "U0PRIYA"):
        assert "Only an admin" in world.person(user).command(SETTINGS, channel="C0GENERAL").text
    marco = world.person("U0MARCO")
    marco.command("/actionitem settings Payments", channel="C0GENERAL")
    assert "Workspace settings" not in marco.modal.buttons
    aisha = world.person("U0AISHA")
    aisha.command("/actionitem settings Payments", channel="C0GENERAL")
    aisha.modal_click("Workspace settings")
    aisha.modal_click("API tokens")
    assert aisha.modal.title == "API tokens"


def test_what_an_admin_does_not_see_no_token_of_theirs_sees(world: World) -> None:
    """Scopes that the form does not offer are not made by changing what it sends."""
    aisha = world.person("U0AISHA")
    aisha.command(SETTINGS, channel="C0GENERAL")
    aisha.modal_click("New token")
    assert "private" not in " ".join(aisha.modal.options("What may it do?")).lower()
