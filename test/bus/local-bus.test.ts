import { LocalBus } from '../../src/bus/bus.ts';
import { describeBus } from './bus.contract.ts';

describeBus('the bus of a single process', async () => {
  const faults: unknown[] = [];
  const bus = new LocalBus((fault) => faults.push(fault));
  return { there: bus, here: bus, faults };
});
