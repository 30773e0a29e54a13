import { type Context, renewedForResult, sharedContext } from '../graphql/context.ts';
import type { Batch } from '../live/batch.ts';
import type { Rendering } from '../live/rendering.ts';
import type { Source } from '../live/source.ts';
import type { RoomEvent } from '../log/events/kinds.ts';
import { KeptResults } from './kept-results.ts';
import { type Plan, planOf } from './plan.ts';
import { type Operation, resultKey } from './result-key.ts';
import type { Execution, ValueRenderer } from './value-renderer.ts';

/** A subscription to events of a room. */
export interface EventOperation extends Operation {
  source: Source<RoomEvent>;
}

/** Renders batches of events: once for all subscribers of the same operation. */
export class EventRenderings {
  readonly #renderer: ValueRenderer;
  readonly #kept: KeptResults;

  constructor(renderer: ValueRenderer) {
    this.#renderer = renderer;
    this.#kept = new KeptResults((payload) => renderer.isFlawed(payload));
  }

  /** Returns the rendering of an operation's batches, and a key that all operations with the same results share. */
  of(operation: EventOperation): { key: string; rendering: Rendering<RoomEvent> } {
    const { args, source } = operation;
    const plan = planOf(args.schema, args.document, args.operationName);
    const key = `${source.options.feed.topic} ${resultKey(plan, operation)}`;
    return { key, rendering: new EventRendering({ operation, plan, key, kept: this.#kept, renderer: this.#renderer }) };
  }
}

interface EventRenderingOptions {
  operation: EventOperation;
  plan: Plan;
  key: string;
  kept: KeptResults;
  renderer: ValueRenderer;
}

class EventRendering implements Rendering<RoomEvent> {
  readonly #options: EventRenderingOptions;
  /**
   * Whether results are shared, according to the plan at this moment: a later result may turn out to depend on the
   * viewer.
   */
  readonly #isShared: boolean;
  readonly #authorsOf: (value: unknown) => readonly string[];

  constructor(options: EventRenderingOptions) {
    const { plan, operation } = options;
    this.#options = options;
    this.#isShared = plan.dependence !== 'viewer';
    this.#authorsOf = plan.dependence === 'author' ? operation.source.options.authorsOf : () => [];
  }

  personalFor(batch: Batch<RoomEvent>): ReadonlySet<string> {
    if (batch.events.length === 0) return noAuthors;
    return new Set(this.#valuesOf(batch).flatMap(this.#authorsOf));
  }

  async render(batch: Batch<RoomEvent>, author: string | null): Promise<readonly Buffer[]> {
    const { key, kept } = this.#options;
    const shared = author === null ? null : await this.render(batch, null);
    // A result that was made while the access ended is not used again after the access was restored.
    const ends = this.#isShared ? '' : this.#options.operation.source.options.feed.ends.count;
    return kept.get(`${key} ${author ?? ''} ${batchKey(batch)} ${ends}`, () =>
      this.#renderValues(batch, this.#executionFor(batch, author), (value, index) =>
        author === null || this.#isBy(value, author) ? undefined : shared?.[index],
      ),
    );
  }

  renderForRevoked(batch: Batch<RoomEvent>): Promise<readonly Buffer[]> {
    const { args } = this.#options.operation;
    const contextOf = () => this.#ownContext(batch);
    return this.#renderValues(batch, { args, contextOf, onAsked: () => {} }, () => undefined);
  }

  /** `known`: the result of a value, if it has been rendered before. */
  async #renderValues(
    batch: Batch<RoomEvent>,
    execution: Execution,
    known: (value: unknown, index: number) => Buffer | undefined,
  ): Promise<readonly Buffer[]> {
    const contexts: Context[] = [];
    const contextOf: Execution['contextOf'] = (...asked) => {
      const context = execution.contextOf(...asked);
      contexts.push(context);
      return context;
    };
    const payloads: Buffer[] = [];
    for (const [index, value] of this.#valuesOf(batch).entries()) {
      payloads.push(known(value, index) ?? (await this.#options.renderer.render({ ...execution, contextOf }, value)));
    }
    const { context, source } = this.#options.operation;
    const hasRead = contexts.some(({ loaded }) => !loaded.isEmpty);
    if (hasRead) await context.services.log.feeds.confirm(source.options.feed.topic);
    return payloads;
  }

  #executionFor(batch: Batch<RoomEvent>, author: string | null): Execution {
    const { plan, operation } = this.#options;
    const { services, language } = operation.context;
    const reading = { services, language, roomId: operation.source.options.feed.topic, author };
    return {
      args: operation.args,
      contextOf: (value, onAsked) =>
        this.#isShared
          ? sharedContext({ ...reading, authors: new Set(this.#authorsOf(value)), onAsked })
          : this.#ownContext(batch),
      onAsked: () => {
        plan.dependence = 'viewer';
      },
    };
  }

  /** Makes the context of one subscriber. It shows nothing newer than the end of the subscriber's access. */
  #ownContext({ positionBefore }: Batch<RoomEvent>): Context {
    const { context, source } = this.#options.operation;
    const { feed, reader } = source.options;
    const accessEnd: Context['accessEnd'] = (roomId) =>
      roomId === feed.topic ? reader.endAfter(positionBefore) : null;
    return renewedForResult(context, { accessEnd });
  }

  #valuesOf(batch: Batch<RoomEvent>): readonly unknown[] {
    return this.#options.operation.source.options.values(batch);
  }

  #isBy(value: unknown, author: string): boolean {
    return this.#options.operation.source.options.authorsOf(value).includes(author);
  }
}

const noAuthors: ReadonlySet<string> = new Set();

function batchKey({ status, epoch, positionBefore, positionAfter, at, revision }: Batch<RoomEvent>): string {
  return `${status} ${epoch} ${positionBefore} ${positionAfter} ${at} ${revision}`;
}
