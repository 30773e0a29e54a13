import type { MessageItem, MessageWindow } from '../api.ts';
import { type ParleyError, parleyError } from '../base/errors.ts';
import { Value } from '../base/store.ts';
import type { MessageFields, SharedMessageFields } from '../documents.ts';
import { mergeMessage, withReply } from './message.ts';

/**
 * The messages of a room that are in memory: one run of sequences without a gap, at most `max` long. At the newest end
 * also what answers brought before its turn (`ahead`), at most as many, and the viewer's own unsent messages.
 */
export interface MessageRun {
  readonly value: Value<MessageWindow>;
  /** Returns the sequence of the newest message of the run: there is no gap before it. 0 if there is none. */
  readonly last: () => number;
  readonly first: () => number;
  readonly length: () => number;
  readonly get: (id: string) => MessageFields | undefined;
  /** Replaces the run by a page. `isNewest`: the page ends with the newest message. */
  readonly replace: (page: readonly MessageFields[], isNewest: boolean) => void;
  /** Forgets everything, as before the first page, and aborts what is loading. */
  readonly clear: () => void;
  /** Adds a page before the run, if it joins. Drops the newest messages if there are too many. */
  readonly addOlder: (page: readonly MessageFields[]) => void;
  /** Adds a page after the run, if it joins. Drops the oldest messages if there are too many. */
  readonly addNewer: (page: readonly MessageFields[], isNewest: boolean) => void;
  /**
   * Takes a message of an event or an answer: changes it in the run, or adds it at the newest end. Ignores it before the
   * first page is asked for: that page has it.
   */
  readonly put: (message: SharedMessageFields | MessageFields) => void;
  /** `shows`: returns a message as it will be once what waits is accepted. */
  readonly setPending: (
    pending: () => readonly MessageItem[],
    shows?: (message: MessageFields) => MessageFields,
  ) => void;
  /** Loads a page, until `clear`. What events bring meanwhile is applied to it afterwards. */
  readonly load: <T>(ask: (signal: AbortSignal) => Promise<T>, apply: (page: T) => void) => Promise<void>;
  /** Aborts what is loading, for good. */
  readonly abort: () => void;
  /** Shows what has changed. */
  readonly publish: () => void;
}

export function createMessageRun(max = 500): MessageRun {
  const value = new Value<MessageWindow>({ items: [], hasOlder: false, hasNewer: false, isLoading: false });
  let run: MessageFields[] = [];
  const ahead = new Map<number, MessageFields>();
  let pending: () => readonly MessageItem[] = () => [];
  let asShown: ((message: MessageFields) => MessageFields) | undefined;
  /** Whether the run ends with the newest message, so that new ones join it. */
  let isAtEdge = true;
  let hasPage = false;
  let hasOlder = false;
  /** What events brought while pages are loading: a page may be older than they are. */
  const meanwhile = new Map<string, SharedMessageFields>();
  let loads = 0;
  let error: ParleyError | undefined;
  let loading = new AbortController();

  const first = () => run[0]?.sequence ?? 0;
  const last = () => run.at(-1)?.sequence ?? 0;

  return {
    value,
    last,
    first,
    length: () => run.length,
    get: (id) => [...run, ...ahead.values()].find((message) => message.id === id),
    replace(page, isNewest) {
      const known = new Map(run.map((message) => [message.id, message]));
      run = page.map((message) => {
        const before = known.get(message.id);
        // A server that was restored from a backup numbers its events from there: the page counts.
        return mergeMessage(before && before.lastEventNumber > message.lastEventNumber ? undefined : before, message);
      });
      hasPage = true;
      isAtEdge = isNewest;
      hasOlder = first() > 1;
      ahead.clear();
      trimOldest();
    },
    abort: () => loading.abort(),
    clear() {
      loading.abort();
      loading = new AbortController();
      run = [];
      ahead.clear();
      meanwhile.clear();
      hasPage = hasOlder = false;
      isAtEdge = true;
      error = undefined;
    },
    addOlder(page) {
      const newest = page.at(-1);
      if (newest && newest.sequence !== first() - 1) return;
      run.unshift(...page);
      hasOlder = page.length > 0 && first() > 1;
      if (run.length <= max) return;
      run.length = max;
      isAtEdge = false;
      ahead.clear();
    },
    addNewer(page, isNewest) {
      if (page[0] && page[0].sequence !== last() + 1) return;
      run.push(...page);
      isAtEdge ||= isNewest;
      trimOldest();
    },
    put,
    setPending(unsent, shows) {
      pending = unsent;
      asShown = shows;
    },
    async load(ask, apply) {
      const { signal } = loading;
      loads++;
      error = undefined;
      publish();
      try {
        const page = await ask(signal);
        if (signal.aborted) return;
        apply(page);
        for (const message of meanwhile.values()) put(message);
      } catch (reason) {
        const why = parleyError(reason);
        // Nobody waits for what was aborted.
        if ((reason as Error).name !== 'AbortError') error = why;
        throw why;
      } finally {
        if (--loads === 0) meanwhile.clear();
        publish();
      }
    },
    publish,
  };

  function put(message: SharedMessageFields | MessageFields): void {
    const { id, sequence } = message;
    if (!hasPage && loads === 0) return;
    if (loads > 0) meanwhile.set(id, message);
    if (message.editedAt ?? message.deletedAt) run = run.map((item) => withReply(item, message));
    const index = sequence - first();
    if (run.length > 0 && index < 0) return;
    if (index < run.length) run[index] = mergeMessage(run[index], message);
    else if (isAtEdge) {
      ahead.set(sequence, mergeMessage(ahead.get(sequence), message));
      for (let next = ahead.get(last() + 1); next; next = ahead.get(last() + 1)) {
        ahead.delete(next.sequence);
        run.push(next);
      }
      // The stream of a room that is followed again has them all.
      if (ahead.size > max) ahead.delete(ahead.keys().next().value!);
      trimOldest();
    }
  }

  function publish(): void {
    const old = value.get();
    const known = [...run, ...[...ahead.values()].sort((a, b) => a.sequence - b.sequence)];
    const ids = new Set(known.map(({ id }) => id));
    const all: readonly MessageItem[] = [...known, ...pending().filter(({ id }) => !ids.has(id))];
    const items = asShown ? all.map(asShown) : all;
    const isSame = items.length === old.items.length && items.every((item, index) => item === old.items[index]);
    const next: MessageWindow = {
      items: isSame ? old.items : items,
      hasOlder,
      hasNewer: !isAtEdge,
      isLoading: loads > 0,
      ...(error && { error }),
    };
    const keys = ['items', 'hasOlder', 'hasNewer', 'isLoading', 'error'] as const;
    if (keys.some((key) => next[key] !== old[key])) value.set(next);
  }

  function trimOldest(): void {
    if (run.length <= max) return;
    run = run.slice(-max);
    hasOlder = true;
  }
}
