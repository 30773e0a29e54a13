import { LocalBus } from '../../src/bus/bus.ts';
import { MemoryPresenceStore } from '../../src/presence/memory-store.ts';
import { describePresenceStore } from './store.contract.ts';

describePresenceStore('the presence of a single process', async () => {
  const onError = (error: unknown) => {
    throw error;
  };
  const bus = new LocalBus(onError);
  const store = new MemoryPresenceStore(bus, onError);
  return { there: store, here: store, close: () => bus.close() };
});
