import type { Outgoing, ParleyError } from 'parley-client';

/** The end of a change that nobody has refused. */
const notRefused = new Set<string>(['DISCARDED', 'SIGNED_OUT', 'DISPOSED']);

/** Calls `told` with the code of the server if it refuses a change, and gives the change up: what was is shown again. */
export function onRefusal(outgoing: Pick<Outgoing, 'done' | 'discard'>, told: (code: string) => void): void {
  outgoing.done.catch(({ code }: ParleyError) => {
    if (notRefused.has(code)) return;
    outgoing.discard();
    told(code);
  });
}
