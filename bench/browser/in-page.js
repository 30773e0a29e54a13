// Functions that run in the page: each stands alone, because its text is sent there.

/** Resolves with the time from the navigation until an element can be used, in milliseconds. @param {string} selector */
export function sinceNavigation(selector) {
  return new Promise((resolve) => {
    const look = () => {
      const found = document.querySelector(selector);
      if (found && !(/** @type {HTMLTextAreaElement} */ (found).disabled)) return resolve(performance.now());
      requestAnimationFrame(look);
    };
    look();
  });
}

/** Resolves with the time from the next click until all elements are shown, in milliseconds. @param {string[]} selectors */
export function untilShown(selectors) {
  return new Promise((resolve) => {
    addEventListener(
      'click',
      () => {
        const clickedAt = performance.now();
        const look = () => {
          const isShown = (/** @type {string} */ selector) => document.querySelector(selector) !== null;
          if (selectors.every(isShown)) return resolve(performance.now() - clickedAt);
          requestAnimationFrame(look);
        };
        look();
      },
      { capture: true, once: true },
    );
  });
}

/** Resolves with the durations of all tasks over 50 ms within a time, in milliseconds. @param {number} forMs */
export function longTasks(forMs) {
  /** @type {number[]} */
  const durations = [];
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) durations.push(duration);
  });
  observer.observe({ type: 'longtask' });
  return new Promise((resolve) => setTimeout(resolve, forMs, durations));
}

/**
 * Scrolls a room back until nothing has come for three seconds. Resolves with how many messages were shown, the most rows
 * at a time, and how often a row in sight moved.
 */
export async function scrollToStart() {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const log = /** @type {Element} */ (document.querySelector('#log'));
  const rows = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll('article')]);
  const shown = new Set();
  let [mostRows, moves, changedAt] = [0, 0, performance.now()];
  while (performance.now() - changedAt < 3000) {
    const [before, known] = [log.scrollTop, shown.size];
    log.scrollTop -= 3000;
    const row = rows().find((one) => one.getBoundingClientRect().top > 200);
    const top = row?.getBoundingClientRect().top ?? 0;
    for (let frames = 0; frames < 2; frames++) {
      await frame();
      mostRows = Math.max(mostRows, rows().length);
      if (row?.isConnected && Math.abs(row.getBoundingClientRect().top - top) >= 1) moves += 1;
    }
    for (const { dataset } of rows()) shown.add(dataset.id);
    if (log.scrollTop !== before || shown.size > known) changedAt = performance.now();
  }
  return { messages: shown.size, mostRows, moves };
}
