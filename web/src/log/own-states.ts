import type { MessageItem } from 'parley-client';
import type { Words } from '../words/en.ts';
import type { OwnState } from './message.ts';

/** A message that was sent this long ago, and is not stored yet, says so. */
export const sendingShownMs = 1000;

interface Situation {
  isConnected: boolean;
  now: number;
  words: Words;
}

/** Returns what is shown below the viewer's own unsent messages, by their ids. */
export function ownStates(items: readonly MessageItem[], situation: Situation): Map<string, OwnState> {
  const states = new Map<string, OwnState>();
  const waiting: string[] = [];
  for (const item of items) {
    const state = stateOf(item, situation);
    if (!state) continue;
    states.set(item.id, state);
    if (state.type === 'queued') waiting.push(item.id);
  }
  const last = waiting.at(-1);
  if (last) states.set(last, { type: 'queued', count: waiting.length });
  return states;
}

function stateOf({ sending, createdAt }: MessageItem, { isConnected, now, words }: Situation): OwnState | null {
  if (!sending || sending.status === 'sent') return null;
  if (sending.status === 'failed') return { type: 'failed', why: faultText(sending.why.code, words) };
  const isLong = now - Date.parse(createdAt) >= sendingShownMs;
  if (!isLong) return null;
  return isConnected ? { type: 'sending' } : { type: 'queued', count: null };
}

/** Returns why something was refused, in words. */
export function faultText(code: string, { faults }: Words): string {
  return code in faults ? faults[code as keyof typeof faults] : faults.other;
}
