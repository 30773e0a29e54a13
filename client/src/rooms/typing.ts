import { createAlarm } from '../base/clock.ts';
import type { Core } from '../base/core.ts';
import { SetTypingDocument } from '../documents.ts';

const repeatMs = 3000;
const silenceMs = 5000;

/** Tells the server that the viewer is typing: never queued, since it is of no use later. */
export interface TypingSignal {
  readonly set: (isTyping: boolean) => void;
  /** The server ends it by itself when the viewer sends a message. */
  readonly forget: () => void;
}

export function createTypingSignal({ clock, connection, execute }: Core, roomId: string): TypingSignal {
  const silence = createAlarm(clock);
  let wasTyping = false;
  let lastMs = 0;

  return {
    set,
    forget() {
      silence();
      wasTyping = false;
    },
  };

  function set(isTyping: boolean): void {
    const now = clock.now();
    const isKnown = isTyping ? wasTyping && now - lastMs < repeatMs : !wasTyping;
    wasTyping = isTyping;
    silence();
    if (isTyping) silence(silenceMs, () => set(false));
    if (isKnown) return;
    lastMs = now;
    if (connection.get().status === 'ready')
      execute(SetTypingDocument, { input: { roomId, isTyping } }).catch(() => {});
  }
}
