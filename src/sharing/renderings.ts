import type { ExecutionArgs } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Metrics } from '../base/metrics.ts';
import { executeValue } from '../execution/execute-value.ts';
import type { Mask } from '../execution/masking.ts';
import { type Context, renewedForResult, sharedContext } from '../graphql/context.ts';
import type { Batch } from '../live/batch.ts';
import { NotShareable, type Rendering } from '../live/rendering.ts';
import type { Source } from '../live/source.ts';
import type { StateRendering } from '../live/state-pump.ts';
import type { RoomEvent } from '../log/events.ts';
import { type Plan, planOf } from './sharing.ts';

/**
 * Bytes of results kept, with the frames made of them, for readers who take the same batches: thousands who come back at once
 * after a cut.
 */
const keptBytes = 64 * 1024 * 1024;
/** And for how long: a name in them may have changed since, of which no event tells. */
const keptMs = 10_000;

/** Ways in which one value of a state is kept: a value may stand for hours, and clients can ask in ever other ways. */
const keysPerValue = 32;

export interface LiveOperation {
  args: ExecutionArgs;
  context: Context;
  source: Source<RoomEvent>;
}

/** An operation whose results show the values of a state. */
export interface StateOperation extends Pick<LiveOperation, 'args' | 'context'> {
  topicOf: (value: object) => string | null;
  accessEnd?: Context['accessEnd'];
}

interface RenderingsOptions {
  mask: Mask;
  metrics: Metrics;
  /** How long to wait before each further attempt at what failed for a fault; a few seconds in all. */
  pausesMs?: readonly number[];
}

/** Results of live operations: executed and serialised once for all readers who asked the same. */
export class Renderings {
  readonly #options: RenderingsOptions;
  readonly #kept = new LRUCache<string, readonly Buffer[]>({
    maxSize: keptBytes,
    sizeCalculation: (payloads, key) => payloads.reduce((sum, { length }) => sum + 2 * length, key.length),
    ttl: keptMs,
  });
  readonly #underWay = new Map<string, Promise<readonly Buffer[]>>();
  /** Values of states as the operations of some key show them; forgotten with the value. */
  readonly #states = new WeakMap<object, Map<string, Promise<Buffer | null>>>();
  /** Results with errors, which the next who asks may be spared. */
  readonly #flawed = new WeakSet<Buffer>();

  constructor(options: RenderingsOptions) {
    this.#options = options;
  }

  /** What readers of this operation may share, and the name of those who do. */
  of(operation: LiveOperation): { key: string; rendering: Rendering<RoomEvent> } {
    const { args, context, source } = operation;
    const plan = planOf(args.schema, args.document, args.operationName);
    const key = `${source.options.feed.topic} ${keyOf(plan, operation)}`;
    const isShared = plan.dependence !== 'viewer';
    const authorsOf = plan.dependence === 'author' ? source.options.authorsOf : () => [];
    const personalFor = (batch: Batch<RoomEvent>) =>
      batch.events.length === 0 ? nobody : new Set(source.options.values(batch).flatMap(authorsOf));
    const reading = { services: context.services, language: context.language, roomId: source.options.feed.topic };
    const accessEndIn = ({ positionBefore }: Batch<RoomEvent>): Context['accessEnd'] => {
      const { feed, reader } = source.options;
      return (roomId) => (roomId === feed.topic ? feed.ends.after(reader.owner, positionBefore) : null);
    };
    const render: Rendering<RoomEvent>['render'] = async (batch, author) => {
      const { status, epoch, positionBefore, positionAfter, at, revision } = batch;
      const place = `${key} ${author ?? ''} ${status} ${epoch} ${positionBefore} ${positionAfter} ${at} ${revision}`;
      const contextOf: Execution['contextOf'] = (value, onAsked) =>
        isShared
          ? sharedContext({ ...reading, author, authors: new Set(authorsOf(value)), onAsked })
          : renewedForResult(context, { accessEnd: accessEndIn(batch) });
      const onAsked = () => {
        plan.dependence = 'viewer';
      };
      const shared = author === null ? null : await render(batch, null);
      return this.#once(place, () => this.#execute({ args, source, contextOf, onAsked, author, shared }, batch));
    };
    const renderForRevoked = (batch: Batch<RoomEvent>) => {
      const contextOf = () => renewedForResult(context, { accessEnd: accessEndIn(batch) });
      return this.#execute({ args, source, contextOf, onAsked: () => {}, author: null, shared: null }, batch);
    };
    return { key, rendering: { personalFor, render, renderForRevoked } };
  }

  /**
   * What shows a value of a state to readers of this operation: rendered once for all of them, unless values of its type turn
   * out to depend on who reads.
   */
  ofState(operation: StateOperation): StateRendering<object> {
    const { args, context, topicOf, accessEnd } = operation;
    const { services, language } = context;
    const plan = planOf(args.schema, args.document, args.operationName);
    const key = keyOf({ ...plan, dependence: 'nobody' }, operation);
    const execute = async (value: object) => {
      const reading = { services, language, roomId: topicOf(value), author: null, authors: nobody };
      const contextOf = (_value: unknown, onAsked: () => void) => sharedContext({ ...reading, onAsked });
      const execution = { args, contextOf, onAsked: () => plan.personal.add(typeOf(value)) };
      return this.#executeValue(execution, value).catch((error: unknown) => {
        if (error instanceof NotShareable) return null;
        throw error;
      });
    };
    const shared = (value: object) => {
      if (plan.personal.has(typeOf(value))) return nothing;
      const byKey = this.#states.get(value) ?? new Map<string, Promise<Buffer | null>>();
      this.#states.set(value, byKey);
      const known = byKey.get(key);
      if (known) return known;
      if (byKey.size >= keysPerValue) byKey.clear();
      const made = execute(value);
      byKey.set(key, made);
      const forget = () => void byKey.delete(key);
      made.then((payload) => payload && this.#flawed.has(payload) && forget(), forget);
      return made;
    };
    const own = (value: object) => {
      const admittedTo = topicOf(value) ?? undefined;
      const contextOf = () => renewedForResult(context, { admittedTo, accessEnd });
      return this.#executeValue({ args, contextOf, onAsked: () => {} }, value);
    };
    return { shared, own };
  }

  #once(place: string, make: () => Promise<readonly Buffer[]>): Promise<readonly Buffer[]> {
    const kept = this.#kept.get(place);
    if (kept) return Promise.resolve(kept);
    const underWay = this.#underWay.get(place);
    if (underWay) return underWay;
    const made = make().then((payloads) => {
      if (!payloads.some((payload) => this.#flawed.has(payload))) this.#kept.set(place, payloads);
      return payloads;
    });
    this.#underWay.set(place, made);
    return made.finally(() => this.#underWay.delete(place));
  }

  /** `shared`: the results for everybody else, of which an author takes those that tell of others. */
  async #execute(execution: BatchExecution, batch: Batch<RoomEvent>): Promise<readonly Buffer[]> {
    const { source, author, shared } = execution;
    const payloads: Buffer[] = [];
    for (const [index, value] of source.options.values(batch).entries()) {
      const known = author !== null && !source.options.authorsOf(value).includes(author) ? shared?.[index] : undefined;
      payloads.push(known ?? (await this.#executeValue(execution, value)));
    }
    return payloads;
  }

  /** Throws NotShareable, and the error of a result without data: to go on after it would be to lose what it was about. */
  async #executeValue({ args, contextOf, onAsked }: Execution, rootValue: unknown): Promise<Buffer> {
    const { mask, metrics, pausesMs } = this.#options;
    let isAsked = false;
    const result = await executeValue(
      { ...args, rootValue },
      {
        contextOf: () => {
          metrics.executions.inc();
          return contextOf(rootValue, () => {
            isAsked = true;
          });
        },
        pausesMs,
        isInVain: () => isAsked,
      },
    );
    if (isAsked) {
      onAsked();
      throw new NotShareable('An undeclared field depends on the viewer');
    }
    const errors = result.errors?.map(mask);
    if (!result.data && errors?.[0]) throw errors[0];
    const payload = Buffer.from(JSON.stringify(errors ? { ...result, errors } : result));
    if (errors) this.#flawed.add(payload);
    return payload;
  }
}

interface Execution {
  args: ExecutionArgs;
  /** The context for a value; `onAsked` is called if a result that was to be shared asks for its reader. */
  contextOf: (value: unknown, onAsked: () => void) => Context;
  /** Called when that has happened. */
  onAsked: () => void;
}

interface BatchExecution extends Execution {
  source: Source<RoomEvent>;
  author: string | null;
  shared: readonly Buffer[] | null;
}

const nobody: ReadonlySet<string> = new Set();
const nothing = Promise.resolve(null);

function keyOf({ digest, variables, dependence }: Plan, { args, context }: Pick<LiveOperation, 'args' | 'context'>) {
  // A variable that is null is another thing than one that is left out and has its default.
  const given = args.variableValues ?? {};
  const values = variables.map((name) => (Object.hasOwn(given, name) ? [given[name]] : []));
  const who = dependence === 'viewer' ? (context.viewer?.sessionId ?? '') : '';
  return `${digest} ${JSON.stringify(values)} ${context.language} ${who}`;
}

/** Of values of a union of types; those of a single one need no tag. */
function typeOf(value: object): string {
  return (value as { type?: string }).type ?? '';
}
