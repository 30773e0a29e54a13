// A process that stops as Parley does: prints that it is ready, and closes in the way that its argument names.
import { pino } from 'pino';
import { endOnUncaught, stopOnSignals } from '../../src/base/stopping.ts';

const ways: Record<string, () => Promise<void>> = {
  'at once': async () => {},
  never: () => new Promise(() => {}),
  'with a fault': async () => {
    throw new Error('The door is stuck');
  },
};

const [way, deadlineMs] = process.argv.slice(2);
const log = pino(pino.destination({ fd: 2, sync: true }));
endOnUncaught(log);
if (way === 'by accident') setTimeout(() => (undefined as unknown as () => void)());
else stopOnSignals({ close: ways[way!]!, log, deadlineMs: Number(deadlineMs) });
setInterval(() => {}, 1000);
console.log('Stop it with a signal');
