import type { Outgoing } from '../api.ts';
import type { Core } from '../base/core.ts';

const everyMs = 1000;

/** Returns a function that sends how far the viewer has read: the highest number, once a second. */
export function createReadMark({ clock, userChanged }: Core, send: (upTo: number) => Outgoing): (upTo: number) => void {
  let highest = 0;
  let sent = 0;
  let isResting = false;
  const forget = () => {
    highest = sent = 0;
  };
  userChanged.add(forget);
  return function raise(upTo) {
    highest = Math.max(highest, upTo);
    if (isResting || highest === sent) return;
    sent = highest;
    // Refused, such as to a viewer who has not joined yet: the next call sends again.
    send(sent).done.catch(forget);
    isResting = true;
    clock.after(everyMs, () => {
      isResting = false;
      raise(highest);
    });
  };
}
