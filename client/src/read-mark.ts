import type { Base } from './core.ts';

const everyMs = 1000;

/** Returns a function that sends how far the viewer has read: the highest number, once a second. */
export function createReadMark({ clock }: Base, send: (upTo: number) => void): (upTo: number) => void {
  let highest = 0;
  let sent = 0;
  let isResting = false;
  return function raise(upTo) {
    highest = Math.max(highest, upTo);
    if (isResting || highest === sent) return;
    sent = highest;
    send(sent);
    isResting = true;
    clock.after(everyMs, () => {
      isResting = false;
      raise(highest);
    });
  };
}
