import { setTimeout as pause } from 'node:timers/promises';
import { ChatError } from '../base/errors.ts';
import type { Feed } from './feed.ts';
import type { Numbered, Position } from './log.ts';

interface Confirming<Event extends Numbered> {
  feed: Pick<Feed<Event>, 'eventNumber' | 'tryRepair'>;
  /** Looks up where the feed's log ends; null if there is no log any more. */
  head: () => Promise<Position | null>;
}

const pausesMs = [100, 250, 500, 1000];

/**
 * Resolves when the feed has all events that were committed before this call. Throws INTERNAL if the log does not answer
 * for a few seconds.
 */
export async function confirm<Event extends Numbered>({ feed, head }: Confirming<Event>): Promise<void> {
  for (const pauseMs of pausesMs) {
    const found = await head().catch(() => undefined);
    if (found === null || (found && found.eventNumber <= feed.eventNumber)) return;
    if (found && (await feed.tryRepair())) return;
    await pause(pauseMs);
  }
  throw new ChatError('INTERNAL', 'The server could not read the log of the room. Resume.');
}
