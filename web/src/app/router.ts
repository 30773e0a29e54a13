import { useSyncExternalStore } from 'react';

export type Route =
  | { name: 'inbox' | 'profile' }
  /** `query`: what is looked for at first. */
  | { name: 'directory'; query: string }
  /** `at`: the sequence of a message to show. */
  | { name: 'room'; slug: string | null; id: string | null; at: number | null };

/** Returns what an address of the page shows. */
function routeOf(path: string, search: string): Route {
  const params = new URLSearchParams(search);
  if (path === '/rooms') return { name: 'directory', query: params.get('q') ?? '' };
  if (path === '/me') return { name: 'profile' };
  const [, kind, name] = /^\/([rc])\/([^/]+)$/.exec(path) ?? [];
  if (!kind || !name) return { name: 'inbox' };
  const at = Number(params.get('m'));
  const decoded = decode(name);
  const which = kind === 'r' ? { slug: decoded, id: null } : { slug: null, id: decoded };
  return { name: 'room', ...which, at: Number.isSafeInteger(at) && at > 0 ? at : null };
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Returns the address of a room: by its slug if it has one. */
export function roomPath({ id, slug }: { id: string; slug: string | null }): string {
  return slug === null ? `/c/${encodeURIComponent(id)}` : `/r/${encodeURIComponent(slug)}`;
}

/** Returns the address of the public rooms that are found for a text. */
export function directoryPath(query: string): string {
  return `/rooms?${new URLSearchParams({ q: query })}`;
}

const changed = 'parley:moved';
let isFirst = true;

/** Whether the page still shows the address at which it was loaded. */
export const isFirstAddress = () => isFirst;

/** Shows another address, as a link does. `replace`: without a way back to the present one. */
export function navigate(to: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push') history.pushState(null, '', to);
  else history.replaceState(null, '', to);
  dispatchEvent(new Event(changed));
}

/** Returns a function that shows another address later, unless the user has gone elsewhere by then. */
export function navigateLater(): (to: string) => void {
  const from = location.pathname;
  return (to) => {
    if (location.pathname === from) navigate(to);
  };
}

/** Follows links to parts of the page without loading it anew, until the returned function is called. */
export function followLinks(): () => void {
  const onClick = (event: MouseEvent) => {
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    const link = (event.target as Element).closest?.('a');
    if (event.defaultPrevented || !isPlain || !link || link.target === '_blank' || link.hasAttribute('download'))
      return;
    if (link.origin !== location.origin || link.pathname === '/graphql' || link.hash !== '') return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  };
  document.addEventListener('click', onClick);
  return () => document.removeEventListener('click', onClick);
}

function subscribe(listener: () => void): () => void {
  const onMove = () => {
    isFirst = false;
    listener();
  };
  addEventListener('popstate', onMove);
  addEventListener(changed, onMove);
  return () => {
    removeEventListener('popstate', onMove);
    removeEventListener(changed, onMove);
  };
}

let known: { address: string; route: Route } | null = null;

function currentRoute(): Route {
  const { pathname, search } = location;
  const address = pathname + search;
  if (known?.address !== address) known = { address, route: routeOf(pathname, search) };
  return known.route;
}

export function useRoute(): Route {
  return useSyncExternalStore(subscribe, currentRoute);
}
