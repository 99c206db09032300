/** Where one is, as the address says it: `#/U0PRIYA/C0PAYMENTS`, `#/U0PRIYA/home`, with `?thread=TS` or `?at=TS`. */

/** @returns {{user: string|null, place: string|null, thread: string|null, at: string|null}} `at`: a message to look at */
export function readRoute(hash = location.hash) {
  const [path, search = ""] = hash.replace(/^#\/?/, "").split("?");
  const [user, place] = path.split("/").map((part) => decodeURIComponent(part) || null);
  const asked = new URLSearchParams(search);
  return { user: user ?? null, place: place ?? null, thread: asked.get("thread"), at: asked.get("at") };
}

/** The address of a place. */
export function hrefOf({ user, place, thread, at }) {
  const path = [user, place].filter(Boolean).map(encodeURIComponent).join("/");
  const search = new URLSearchParams(Object.entries({ thread, at }).filter(([, value]) => value));
  return `#/${path}${search.size ? `?${search}` : ""}`;
}
