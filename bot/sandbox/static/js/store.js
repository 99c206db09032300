/** What the page knows, in one place. Whoever draws something listens for the keys that it depends on. */

/**
 * @param {object} initial
 * @returns {{get: function(string): any, set: function(object): void, on: function(string[], function(): void): void}}
 */
export function createStore(initial) {
  const values = new Map(Object.entries(initial));
  const listeners = [];
  return {
    get: (key) => values.get(key),
    set(patch) {
      const changed = new Set();
      for (const [key, value] of Object.entries(patch)) {
        if (values.get(key) === value) continue;
        values.set(key, value);
        changed.add(key);
      }
      for (const { keys, listener } of listeners) {
        if (keys.some((key) => changed.has(key))) listener();
      }
    },
    on(keys, listener) {
      listeners.push({ keys, listener });
    },
  };
}
