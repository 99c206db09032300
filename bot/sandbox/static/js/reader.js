/** How names, channels and dates look to the person who reads. */
import { hrefOf } from "./route.js";

/** @returns the reader that `mrkdwn.js`, `blocks.js` and the fields ask */
export function createReader(store) {
  const person = (id) => store.get("people").find((one) => one.id === id);
  const me = () => store.get("me");
  const app = () => me()?.app;
  return {
    get zone() {
      return me()?.tz || "UTC";
    },
    get now() {
      return Date.now() / 1000 + store.get("clockOffset");
    },
    get twelve() {
      return /-(US|CA|AU|IN|PH)$/.test(me()?.locale ?? "");
    },
    person,
    isMe: (id) => id === me()?.id,
    /** The name shown for a person or the app; null for a stranger. */
    personName: (id) => person(id)?.display_name || person(id)?.real_name || (app()?.bot_user === id ? app().name : null),
    /** The people of the reader's workspace who are still there, by name. */
    colleagues: () =>
      store
        .get("people")
        .filter((one) => one.workspace === me()?.workspace && !one.deleted)
        .sort((a, b) => a.real_name.localeCompare(b.real_name)),
    channels: () => store.get("channels"),
    channel: (id) => store.get("channels").find((one) => one.id === id && one.kind !== "im"),
    channelHref: (id) => hrefOf({ user: me()?.id, place: id }),
    groupHandle(id) {
      const group = store.get("usergroups").find((one) => one.id === id);
      return group ? `@${group.handle}` : null;
    },
  };
}
