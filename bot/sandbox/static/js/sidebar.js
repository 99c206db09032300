/** The left side: who one is, the App Home, channels and direct messages. */
import { avatar, appMark } from "./message.js";
import { fill, h, icon, iconButton } from "./dom.js";
import { hrefOf } from "./route.js";
import { timeOfDay, wall } from "./time.js";

/** What kind of member somebody is, in words. */
export function roleOf(person) {
  if (person.deleted) return "deactivated";
  if (person.is_owner) return "workspace owner";
  if (person.is_admin) return "admin";
  if (person.is_restricted || person.is_ultra_restricted) return "guest";
  return "member";
}

/**
 * @param {object} app the page
 * @param {{browse: function(): void, hide: function(): void}} actions
 */
export function createSidebar(app, { browse, hide }) {
  const { store } = app;
  const select = h("select", { id: "you-are", class: "input select" });
  const about = h("p", { class: "about-me" });
  const tile = h("span", { class: "workspace-tile", "aria-hidden": "true" });
  const name = h("h1", { class: "workspace-name" });
  const places = h("nav", { class: "places", "aria-label": "Places" });
  const elsewhere = h("nav", { class: "elsewhere", "aria-label": "Beside the workspace", hidden: true });
  const node = h(
    "div",
    { class: "sidebar-top" },
    h("div", { class: "workspace" }, tile, name, iconButton("close", "Hide the list", hide, { class: "icon-button only-phone" })),
    h("div", { class: "who" }, h("label", { for: "you-are" }, "You are"), select, about),
    elsewhere,
    places,
  );

  select.addEventListener("change", () => {
    places.inert = true; // the list is still that of the person before: its links would lead back to them
    app.go({ user: select.value, thread: null });
  });

  function drawPeople() {
    const me = store.get("me");
    const workspaces = store.get("workspaces");
    const people = store.get("people").filter((one) => !one.deleted || one.id === me?.id);
    const option = (one) => h("option", { value: one.id }, one.real_name);
    const of = (workspace) => people.filter((one) => one.workspace === workspace.id);
    const groups = workspaces.length > 1 ? workspaces.map((one) => h("optgroup", { label: one.name }, of(one).map(option))) : people.map(option);
    fill(select, groups);
    if (!me) return;
    select.value = me.id;
    const workspace = workspaces.find((one) => one.id === me.workspace);
    name.textContent = workspace?.name ?? "Workspace";
    tile.textContent = (workspace?.name ?? "W").charAt(0);
    const { reader } = app;
    const clock = timeOfDay(wall(reader.now, reader.zone), { twelve: reader.twelve });
    about.textContent = `${roleOf(me)} · ${reader.zone.split("/").at(-1).replace(/_/g, " ")}, ${clock}`;
  }

  function drawPlaces() {
    const me = store.get("me");
    if (!me) return;
    const channels = store.get("channels").filter((one) => !one.archived);
    const rooms = channels.filter((one) => one.kind === "public" || one.kind === "private").sort((a, b) => a.name.localeCompare(b.name));
    const isApp = (one) => one.with === me.app?.bot_user;
    const direct = channels.filter((one) => one.kind === "im" || one.kind === "mpim").sort((a, b) => isApp(b) - isApp(a) || a.name.localeCompare(b.name));
    const focused = document.activeElement?.closest?.(".place")?.getAttribute("href");
    fill(
      places,
      h("ul", {}, placeItem({ place: "home" }, [h("span", { class: "place-icon" }, appMark()), h("span", { class: "place-name" }, "App Home")])),
      heading("Channels", iconButton("plus", "Browse channels", browse)),
      h("ul", {}, rooms.map((one) => placeItem({ place: one.id, channel: one }, roomLabel(one)))),
      heading("Direct messages"),
      h("ul", {}, direct.map((one) => placeItem({ place: one.id, channel: one }, directLabel(one, isApp(one))))),
    );
    if (focused) places.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
  }

  function drawElsewhere() {
    const links = store.get("links");
    elsewhere.hidden = !links.length;
    fill(elsewhere, links.map(({ text, href }) => h("a", { class: "link", href, target: "_blank", rel: "noreferrer" }, text, icon("out"))));
  }

  const heading = (text, more) => h("div", { class: "places-head" }, h("h2", {}, text), more);
  const roomLabel = (one) => [h("span", { class: "place-icon hash" }, "#"), h("span", { class: "place-name" }, one.name), one.kind === "private" && h("span", { class: "place-lock" }, icon("lock"))];
  const directLabel = (one, isApp) => [avatar(one.name, app.reader.person(one.with)?.color, { isApp }), h("span", { class: "place-name" }, one.name)];

  const nameOf = (channel) => (!channel ? "App Home" : channel.kind === "public" || channel.kind === "private" ? `#${channel.name}` : channel.name);

  function placeItem({ place, channel }, label) {
    const me = store.get("me");
    const here = store.get("place") === place;
    const unread = channel?.unread > 0 && !here;
    const count = unread && (channel.mentions || (channel.kind === "im" && channel.unread));
    const badge = count ? h("span", { class: "badge" }, count) : null;
    const name = [nameOf(channel), channel?.kind === "private" && "private", unread && (count ? `${count} unread` : "unread")];
    const attributes = { class: unread ? "place unread" : "place", href: hrefOf({ user: me.id, place }), "aria-current": here ? "page" : null };
    return h("li", {}, h("a", { ...attributes, "aria-label": name.filter(Boolean).join(", ") }, label, badge));
  }

  store.on(["people", "workspaces", "me", "clockOffset"], drawPeople);
  store.on(["links"], drawElsewhere);
  store.on(["channels", "me", "place", "people"], drawPlaces);
  store.on(["me"], () => (places.inert = false));
  return { node };
}
