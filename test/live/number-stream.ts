import { StateStream } from '../../src/live/state-stream.ts';

interface NumbersOptions {
  /** How many of the first readings fail. */
  failures?: number;
  snapshot?: (values: number[]) => Promise<number[]>;
}

/** A stream whose state is the last published number; each reading starts with it. */
export function numbers({ failures = 0, snapshot = async (values) => values }: NumbersOptions = {}) {
  const state = { last: 0, begun: 0, stopped: 0, released: 0, faults: 0 };
  let next: ((value: number) => void) | null = null;
  const begin = (listener: { next: (value: number) => void }) => {
    state.begun += 1;
    if (state.begun <= failures) return { snapshot: Promise.reject(new Error('away')), stop: () => {} };
    next = listener.next;
    const stop = () => {
      state.stopped += 1;
      next = null;
    };
    return { snapshot: snapshot([state.last]), stop };
  };
  const release = () => void state.released++;
  const faults = {
    isFault: (error: unknown) => (error as Error).message === 'away',
    onFault: () => void state.faults++,
    givenUp: () => new Error('away for too long'),
  };
  const stream = new StateStream<number>({ begin, topicOf: () => null, release }, faults);
  const say = (value: number) => {
    state.last = value;
    next?.(value);
  };
  return { stream, state, say };
}
