import { type ExecutionArgs, execute } from 'graphql';
import { LRUCache } from 'lru-cache';
import { type Context, sharedContext } from '../context.ts';
import type { RoomEvent } from '../events.ts';
import { NotShareable, type Rendering } from '../live/rendering.ts';
import type { Source } from '../live/source.ts';
import type { Step } from '../live/step.ts';
import type { Metrics } from '../metrics.ts';
import type { Mask } from './masking.ts';
import { type Plan, planOf } from './sharing.ts';

/** Bytes of results kept for readers who take the same steps: thousands who come back at once after a cut. */
const keptBytes = 64 * 1024 * 1024;

export interface LiveOperation {
  args: ExecutionArgs;
  context: Context;
  source: Source<RoomEvent>;
}

/** Results of live operations: executed and serialised once for all readers who asked the same. */
export class Renderings {
  readonly #mask: Mask;
  readonly #kept = new LRUCache<string, readonly Buffer[]>({
    maxSize: keptBytes,
    sizeCalculation: (payloads, key) => payloads.reduce((sum, { length }) => sum + length, key.length),
  });
  readonly #underWay = new Map<string, Promise<readonly Buffer[]>>();

  readonly #metrics: Metrics;

  constructor(mask: Mask, metrics: Metrics) {
    this.#mask = mask;
    this.#metrics = metrics;
  }

  /** What readers of this operation may share, and the name of those who do. */
  of(operation: LiveOperation): { key: string; rendering: Rendering<RoomEvent> } {
    const { args, context, source } = operation;
    const plan = planOf(args.schema, args.document, args.operationName);
    const key = keyOf(plan, operation);
    const isShared = plan.dependence !== 'viewer';
    const ownersApart = (step: Step<RoomEvent>) => (plan.dependence === 'author' ? authorsOf(step, source) : nobody);
    const reading = { services: context.services, language: context.language, roomId: source.options.feed.topic };
    const render: Rendering<RoomEvent>['render'] = async (step, author) => {
      const place = `${key} ${author ?? ''} ${step.status} ${step.epoch} ${step.positionBefore} ${step.positionAfter}`;
      const contextOf = () => (isShared ? sharedContext({ ...reading, author }) : { ...context });
      const shared = author === null ? null : await render(step, null);
      return this.#once(place, () => this.#execute({ args, source, plan, contextOf, author, shared }, step));
    };
    return { key, rendering: { ownersApart, render } };
  }

  #once(place: string, make: () => Promise<readonly Buffer[]>): Promise<readonly Buffer[]> {
    const kept = this.#kept.get(place);
    if (kept) return Promise.resolve(kept);
    const underWay = this.#underWay.get(place);
    if (underWay) return underWay;
    const made = make().then((payloads) => {
      this.#kept.set(place, payloads);
      return payloads;
    });
    this.#underWay.set(place, made);
    return made.finally(() => this.#underWay.delete(place));
  }

  /** `shared`: the results for everybody else, of which an author takes those that tell of others. */
  async #execute(execution: Execution, step: Step<RoomEvent>): Promise<readonly Buffer[]> {
    const { source, author, shared } = execution;
    const payloads: Buffer[] = [];
    for (const [index, value] of source.options.values(step).entries()) {
      const known = author !== null && !source.options.authorsOf(value).includes(author) ? shared?.[index] : undefined;
      payloads.push(known ?? (await this.#executeValue(execution, value)));
    }
    return payloads;
  }

  async #executeValue({ args, plan, contextOf }: Execution, rootValue: unknown): Promise<Buffer> {
    this.#metrics.executions.inc();
    const result = await execute({ ...args, rootValue, contextValue: contextOf() });
    if (result.errors?.some(({ originalError }) => originalError instanceof NotShareable)) {
      plan.dependence = 'viewer';
      throw new NotShareable('An undeclared field depends on the viewer');
    }
    const shown = result.errors ? { ...result, errors: result.errors.map(this.#mask) } : result;
    return Buffer.from(JSON.stringify(shown));
  }
}

interface Execution {
  args: ExecutionArgs;
  source: Source<RoomEvent>;
  plan: Plan;
  contextOf: () => Context;
  author: string | null;
  shared: readonly Buffer[] | null;
}

const nobody: ReadonlySet<string> = new Set();

function authorsOf(step: Step<RoomEvent>, { options }: Source<RoomEvent>): ReadonlySet<string> {
  return step.events.length === 0 ? nobody : new Set(options.values(step).flatMap(options.authorsOf));
}

function keyOf({ digest, variables, dependence }: Plan, { args, context, source }: LiveOperation): string {
  // A variable that is null is another thing than one that is left out and has its default.
  const given = args.variableValues ?? {};
  const values = variables.map((name) => (Object.hasOwn(given, name) ? [given[name]] : []));
  const who = dependence === 'viewer' ? (context.viewer?.sessionId ?? '') : '';
  return `${source.options.feed.topic} ${digest} ${JSON.stringify(values)} ${context.language} ${who}`;
}
