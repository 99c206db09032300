/** Where one is, as the address says it: `#/U0PRIYA/C0PAYMENTS`, `#/U0PRIYA/home`, with `?thread=TS`. */

/** @returns {{user: string|null, place: string|null, thread: string|null}} */
export function readRoute(hash = location.hash) {
  const [path, search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [user, place] = path.split("/").map((part) => decodeURIComponent(part) || null);
  return { user: user ?? null, place: place ?? null, thread: new URLSearchParams(search).get("thread") };
}

/** The address of a place. */
export function hrefOf({ user, place, thread }) {
  const path = [user, place].filter(Boolean).map(encodeURIComponent).join("/");
  return `#/${path}${thread ? `?thread=${encodeURIComponent(thread)}` : ""}`;
}
