import type { MessageItem, MessageWindow } from './api.ts';
import type { MessageFields, SharedMessageFields } from './documents.ts';
import type { ParleyError } from './errors.ts';
import { mergeMessage, withReply } from './message.ts';
import { Value } from './store.ts';

/**
 * The messages of a room that are in memory: one run of sequences without a gap, at most `max` long. At the newest end
 * also what answers brought before its turn (`ahead`), and the viewer's own unsent messages.
 */
export class MessageRun {
  readonly value = new Value<MessageWindow>({ items: [], hasOlder: false, hasNewer: false, isLoading: false });
  readonly #max: number;
  #run: MessageFields[] = [];
  readonly #ahead = new Map<number, MessageFields>();
  #pending: readonly MessageItem[] = [];
  /** Whether the run ends with the newest message, so that new ones join it. */
  #isAtEdge = true;
  #hasOlder = false;
  /** What events brought while pages are loading: a page may be older than they are. */
  readonly #meanwhile = new Map<string, SharedMessageFields>();
  #loads = 0;
  #error: ParleyError | undefined;

  constructor(max = 500) {
    this.#max = max;
  }

  /** Sequence of the newest message of the run: there is no gap before it. 0 if there is none. */
  get last(): number {
    return this.#run.at(-1)?.sequence ?? 0;
  }

  get first(): number {
    return this.#run[0]?.sequence ?? 0;
  }

  get length(): number {
    return this.#run.length;
  }

  get(id: string): MessageFields | undefined {
    return this.#run.find((message) => message.id === id) ?? [...this.#ahead.values()].find((found) => found.id === id);
  }

  /** Replaces the run by a page. `isNewest`: the page ends with the newest message. */
  replace(page: readonly MessageFields[], isNewest: boolean): void {
    const known = new Map(this.#run.map((message) => [message.id, message]));
    this.#run = page.map((message) => mergeMessage(known.get(message.id), message));
    this.#isAtEdge = isNewest;
    this.#hasOlder = this.first > 1;
    this.#ahead.clear();
    this.#trimOldest();
  }

  /** Adds a page before the run, if it joins. Drops the newest messages if there are too many. */
  addOlder(page: readonly MessageFields[]): void {
    if (page.length > 0 && page.at(-1)!.sequence !== this.first - 1) return;
    this.#run.unshift(...page);
    this.#hasOlder = page.length > 0 && this.first > 1;
    if (this.#run.length <= this.#max) return;
    this.#run.length = this.#max;
    this.#isAtEdge = false;
    this.#ahead.clear();
  }

  /** Adds a page after the run, if it joins. Drops the oldest messages if there are too many. */
  addNewer(page: readonly MessageFields[], isNewest: boolean): void {
    if (page.length > 0 && page[0]!.sequence !== this.last + 1) return;
    this.#run.push(...page);
    this.#isAtEdge ||= isNewest;
    this.#trimOldest();
  }

  /** Takes a message of an event or an answer: changes it in the run, or adds it at the newest end. */
  put(message: SharedMessageFields | MessageFields): void {
    if (this.#loads > 0) this.#meanwhile.set(message.id, message);
    if (message.editedAt ?? message.deletedAt) this.#run = this.#run.map((item) => withReply(item, message));
    const index = message.sequence - this.first;
    if (this.#run.length > 0 && index < 0) return;
    if (index < this.#run.length) this.#change(index, message);
    else if (this.#isAtEdge) this.#append(message);
  }

  setPending(pending: readonly MessageItem[]): void {
    this.#pending = pending;
  }

  /** Loads a page. What events bring meanwhile is applied to it afterwards. */
  async load<T>(ask: () => Promise<T>, apply: (page: T) => void): Promise<void> {
    this.#loads++;
    this.#error = undefined;
    this.publish();
    try {
      apply(await ask());
      for (const message of this.#meanwhile.values()) this.put(message);
    } catch (error) {
      this.#error = error as ParleyError;
      throw error;
    } finally {
      if (--this.#loads === 0) this.#meanwhile.clear();
      this.publish();
    }
  }

  /** Shows what has changed. */
  publish(): void {
    const old = this.value.get();
    const ahead = [...this.#ahead.values()].sort((a, b) => a.sequence - b.sequence);
    const ids = new Set([...this.#run, ...ahead].map(({ id }) => id));
    const items = [...this.#run, ...ahead, ...this.#pending.filter(({ id }) => !ids.has(id))];
    const isSame = items.length === old.items.length && items.every((item, index) => item === old.items[index]);
    const next: MessageWindow = {
      items: isSame ? old.items : items,
      hasOlder: this.#hasOlder,
      hasNewer: !this.#isAtEdge,
      isLoading: this.#loads > 0,
      ...(this.#error && { error: this.#error }),
    };
    const keys = ['items', 'hasOlder', 'hasNewer', 'isLoading', 'error'] as const;
    if (keys.some((key) => next[key] !== old[key])) this.value.set(next);
  }

  #change(index: number, message: SharedMessageFields): void {
    this.#run[index] = mergeMessage(this.#run[index], message);
  }

  #append(message: SharedMessageFields): void {
    this.#ahead.set(message.sequence, mergeMessage(this.#ahead.get(message.sequence), message));
    for (let next = this.#ahead.get(this.last + 1); next; next = this.#ahead.get(this.last + 1)) {
      this.#ahead.delete(next.sequence);
      this.#run.push(next);
    }
    this.#trimOldest();
  }

  #trimOldest(): void {
    if (this.#run.length <= this.#max) return;
    this.#run = this.#run.slice(-this.#max);
    this.#hasOlder = true;
  }
}
