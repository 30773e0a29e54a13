/** Returns the element that a key leads to from the one at an index: an arrow, Home, End, or the first letter of its text. */
export function targetOf(key: string, items: HTMLElement[], at: number): HTMLElement | undefined {
  if (key === 'ArrowDown') return items[(at + 1) % items.length];
  if (key === 'ArrowUp') return items.at((at <= 0 ? items.length : at) - 1);
  if (key === 'Home') return items[0];
  if (key === 'End') return items.at(-1);
  if (key.length !== 1 || key === ' ') return undefined;
  const after = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  return after.find((item) => item.textContent?.toLocaleLowerCase().startsWith(key.toLocaleLowerCase()));
}
