import type { Base, Operation, Running } from '../base/core.ts';
import { disposed, noWebSocket, ParleyError } from '../base/errors.ts';
import { createRun, type Link, type Run } from './run.ts';
import type { Answer } from './wire-messages.ts';

/** All operations under way, over all connections. */
export interface Operations {
  readonly run: (operation: Operation) => Running;
  /** A connection is there: everything is sent. */
  readonly ready: () => void;
  /** The connection is lost. */
  readonly lost: () => void;
  /** The server takes no request of this size. */
  readonly tooLarge: (id: string | undefined) => void;
  readonly received: (answer: Answer) => void;
  /** Ends everything. */
  readonly dispose: () => void;
}

export function createOperations(base: Base, link: Link): Operations {
  const runs = new Set<Run>();
  let lastId = 0;
  const newId = () => `${++lastId}`;
  const each = (work: (run: Run) => void) => [...runs].forEach(work);

  return {
    run(operation) {
      const run = createRun(base, operation, { link, newId, forget: () => runs.delete(run) });
      runs.add(run);
      if (base.ended.aborted) run.fail(disposed());
      else if (base.options.webSocket === null) queueMicrotask(() => run.fail(noWebSocket()));
      else run.ready();
      return run;
    },
    ready: () => each((run) => run.ready()),
    lost: () => each((run) => run.lost()),
    tooLarge: (id) =>
      id && find(id)?.fail(new ParleyError({ code: 'PAYLOAD_TOO_LARGE', message: 'Too large for the server.' })),
    received: (answer) => find(answer.id)?.received(answer),
    dispose: () => each((run) => run.fail(disposed())),
  };

  function find(id: string): Run | undefined {
    for (const run of runs) if (run.id() === id) return run;
    return;
  }
}
