import type { Wake } from '../api.ts';

/** Never wakes nor sleeps: a server, or a runtime that does not tell. */
const noWake: Wake = { onWake: () => () => {} };

/** Tells what the browser knows about its page and its network. */
export function browserWake(): Wake {
  return {
    onWake(listener) {
      const wake = () => listener();
      const seen = () => document.visibilityState === 'visible' && listener();
      return listen([
        [window, 'online', () => listener('online')],
        [window, 'pageshow', wake],
        [document, 'resume', wake],
        [document, 'visibilitychange', seen],
      ]);
    },
    onSleep(listener) {
      const hide = (event: Event) => (event as PageTransitionEvent).persisted && listener();
      return listen([
        [window, 'pagehide', hide],
        [document, 'freeze', () => listener()],
      ]);
    },
    onOffline: (listener) => listen([[window, 'offline', () => listener()]]),
    isHidden: () => document.visibilityState === 'hidden',
  };
}

/** Returns `browserWake()` where there is a document, else `noWake`. */
export function defaultWake(): Wake {
  return typeof document === 'undefined' || typeof window === 'undefined' ? noWake : browserWake();
}

function listen(entries: readonly [EventTarget, string, (event: Event) => unknown][]): () => void {
  for (const [target, name, listener] of entries) target.addEventListener(name, listener);
  return () => {
    for (const [target, name, listener] of entries) target.removeEventListener(name, listener);
  };
}
