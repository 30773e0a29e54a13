import { LocalBus } from '../../src/bus/bus.ts';
import { MemoryPresenceStore } from '../../src/presence/memory-store.ts';
import { describePresenceStore } from './store.contract.ts';

describePresenceStore('the presence of a single process', async () => {
  const bus = new LocalBus((fault) => {
    throw fault;
  });
  const store = new MemoryPresenceStore(bus);
  return { there: store, here: store, close: () => bus.close() };
});
