/** The parts of the page that F6 leads round, in their order, and what gets the focus in each: the first of these there is. */
const regions = [
  { part: '.inbox', first: ['.inbox-row[tabindex="0"]', 'button'] },
  { part: '.pane-head', first: ['button'] },
  { part: '#log', first: ['article[tabindex="0"]'] },
  { part: '.composer', first: ['textarea', 'button'] },
  { part: '.members', first: ['input'] },
];

/** Moves the focus to the next part of the page, or to the one before. */
export function moveToRegion(step: 1 | -1): void {
  const present = regions.flatMap(({ part, first }) => {
    const element = document.querySelector<HTMLElement>(part);
    return element && element.offsetParent !== null ? [{ element, first }] : [];
  });
  const at = present.findIndex(({ element }) => element.contains(document.activeElement));
  const start = at < 0 ? (step > 0 ? -1 : present.length) : at;
  const next = present.at((start + step) % present.length);
  if (next) focusOn(next.element, next.first);
}

function focusOn(element: HTMLElement, first: readonly string[]): void {
  const found = first.map((selector) => element.querySelector<HTMLElement>(selector)).find(Boolean);
  (found ?? element).focus();
}
