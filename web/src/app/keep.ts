/** What the browser would not keep, because it keeps nothing or is full: it lasts as long as the page. */
const unkept = new Map<string, string>();

/** Returns a value that this browser keeps; null if there is none. */
export function kept(key: string): string | null {
  try {
    return unkept.get(key) ?? localStorage.getItem(`parley:${key}`);
  } catch {
    return null;
  }
}

/** Keeps a value in this browser, or forgets it if it is null. */
export function keep(key: string, value: string | null): void {
  unkept.delete(key);
  try {
    if (value === null) localStorage.removeItem(`parley:${key}`);
    else localStorage.setItem(`parley:${key}`, value);
  } catch {
    if (value !== null) unkept.set(key, value);
  }
}

/** Forgets all values whose names begin like this. */
export function forget(start: string): void {
  for (const key of unkept.keys()) if (key.startsWith(start)) unkept.delete(key);
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(`parley:${start}`));
    for (const key of keys) localStorage.removeItem(key);
  } catch {
    // The browser keeps nothing.
  }
}
