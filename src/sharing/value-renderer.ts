import type { ExecutionArgs } from 'graphql';
import type { Metrics } from '../base/metrics.ts';
import { executeValue } from '../execution/execute-value.ts';
import type { Mask } from '../execution/masking.ts';
import type { Context } from '../graphql/context.ts';
import { NotShareable } from '../live/rendering.ts';

interface ValueRendererOptions {
  mask: Mask;
  metrics: Pick<Metrics, 'executions'>;
  /** How long to wait before each further attempt after a fault; a few seconds in all. */
  pausesMs?: readonly number[];
}

export interface Execution {
  args: ExecutionArgs;
  /** Makes the context for a value; a context for a shared result calls `onAsked` if the result asks for its viewer. */
  contextOf: (value: unknown, onAsked: () => void) => Context;
  /** Called when a result that was meant to be shared has asked for its viewer. */
  onAsked: () => void;
}

/** Turns values of subscriptions into the bytes of their results. */
export class ValueRenderer {
  readonly #options: ValueRendererOptions;
  readonly #flawed = new WeakSet<Buffer>();

  constructor(options: ValueRendererOptions) {
    this.#options = options;
  }

  /** Returns whether a result has errors; another attempt may have none. */
  isFlawed(payload: Buffer): boolean {
    return this.#flawed.has(payload);
  }

  /**
   * Executes the operation for a value. Throws NotShareable if a shared result asked for its viewer. Throws the error of a
   * result without data: if the subscription continued, its client would miss the value.
   */
  async render({ args, contextOf, onAsked }: Execution, rootValue: unknown): Promise<Buffer> {
    const { metrics, pausesMs } = this.#options;
    let isAsked = false;
    const attempt = () => {
      metrics.executions.inc();
      return contextOf(rootValue, () => {
        isAsked = true;
      });
    };
    const result = await executeValue(
      { ...args, rootValue },
      { contextOf: attempt, pausesMs, isInVain: () => isAsked },
    );
    if (isAsked) {
      onAsked();
      throw new NotShareable('An undeclared field depends on the viewer');
    }
    return this.#payloadOf(result);
  }

  #payloadOf(result: Awaited<ReturnType<typeof executeValue>>): Buffer {
    const errors = result.errors?.map(this.#options.mask);
    if (!result.data && errors?.[0]) throw errors[0];
    const payload = Buffer.from(JSON.stringify(errors ? { ...result, errors } : result));
    if (errors) this.#flawed.add(payload);
    return payload;
  }
}
