/** Slack's addresses of messages: here they lead to the message in this workspace, and to no Slack elsewhere. */
import { hrefOf, readRoute } from "./route.js";

const PERMALINK = /^https:\/\/[\w-]+\.slack\.com\/archives\/(\w+)\/p(\d{10})(\d{6})(?:\?(.*))?$/;

/** The address in this workspace, or null for any other address. */
export function hereOf(url, user = readRoute().user) {
  const found = PERMALINK.exec(url);
  if (!found) return null;
  const [, place, seconds, rest, search] = found;
  const thread = new URLSearchParams(search ?? "").get("thread_ts");
  return hrefOf({ user, place, thread, at: thread ? null : `${seconds}.${rest}` });
}
