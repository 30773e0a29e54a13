/** Returns a value that this browser keeps; null if there is none, or the browser keeps nothing. */
export function kept(key: string): string | null {
  try {
    return localStorage.getItem(`parley:${key}`);
  } catch {
    return null;
  }
}

/** Keeps a value in this browser, or forgets it if it is null. */
export function keep(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`parley:${key}`);
    else localStorage.setItem(`parley:${key}`, value);
  } catch {
    // The browser keeps nothing, or it is full: then the value lasts as long as the page.
  }
}

/** Forgets all values whose names begin like this. */
export function forget(start: string): void {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(`parley:${start}`));
    for (const key of keys) localStorage.removeItem(key);
  } catch {
    // The browser keeps nothing.
  }
}
