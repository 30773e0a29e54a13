import { withLastingAccess } from '../execution/access-during.ts';
import { type Context, renewedForResult, sharedContext } from '../graphql/context.ts';
import { NotShareable } from '../live/rendering.ts';
import type { StateRendering } from '../live/state-pump.ts';
import { planOf } from './plan.ts';
import { type Operation, resultKey } from './result-key.ts';
import type { ValueRenderer } from './value-renderer.ts';

/**
 * How many results of one value are kept, one for each operation. The number is limited, because a value may stay current
 * for hours and clients may send many different operations.
 */
const keysPerValue = 32;

/** A subscription to a state, such as the users who are present or who type. */
export interface StateOperation extends Operation {
  /** Returns the room whose members may all see a value; null for a value that one subscriber alone sees. */
  topicOf: (value: object) => string | null;
  accessEnd?: Context['accessEnd'];
}

/** A result, or null if it depends on who reads it. */
type Result = Promise<Buffer | null>;

/** Renders values of states: once for all subscribers of the same operation. */
export class StateRenderings {
  readonly #renderer: ValueRenderer;
  /** Results of each value by operation; they are dropped with the value. */
  readonly #byValue = new WeakMap<object, Map<string, Result>>();

  constructor(renderer: ValueRenderer) {
    this.#renderer = renderer;
  }

  /**
   * Returns the rendering of an operation's values. Once a result has depended on its reader, values of that type are not
   * shared.
   */
  of(operation: StateOperation): StateRendering<object> {
    const { args, context } = operation;
    const plan = planOf(args.schema, args.document, args.operationName);
    const key = resultKey({ ...plan, dependence: 'none' }, operation);
    return {
      shared: (value) =>
        plan.personal.has(typeOf(value))
          ? notShared
          : this.#once(key, value, () => this.#renderShared(operation, value, plan.personal)),
      own: (value) => {
        const admittedTo = operation.topicOf(value) ?? undefined;
        return withLastingAccess({
          accessEnd: operation.accessEnd ?? (() => null),
          make: (accessEnd) => {
            const contextOf = () => renewedForResult(context, { admittedTo, accessEnd });
            return this.#renderer.render({ args, contextOf, onAsked: () => {} }, value);
          },
          confirm: (roomId) => context.services.log.feeds.confirm(roomId),
        });
      },
    };
  }

  async #renderShared(
    { args, context, topicOf, accessEnd }: StateOperation,
    value: object,
    personal: Set<string>,
  ): Result {
    const { services, language } = context;
    const roomId = topicOf(value);
    let hasRead = () => false;
    const contextOf = (_value: unknown, onAsked: () => void) => {
      const shared = sharedContext({ services, language, roomId, author: null, authors: noAuthors, onAsked });
      hasRead = () => !shared.loaded.isEmpty;
      return shared;
    };
    const onAsked = () => personal.add(typeOf(value));
    try {
      const payload = await this.#renderer.render({ args, contextOf, onAsked }, value);
      // Only results with room content have an end of access.
      if (accessEnd && roomId !== null && hasRead()) await services.log.feeds.confirm(roomId);
      return payload;
    } catch (error) {
      if (error instanceof NotShareable) return null;
      throw error;
    }
  }

  #once(key: string, value: object, make: () => Result): Result {
    const byKey = this.#byValue.get(value) ?? new Map<string, Result>();
    this.#byValue.set(value, byKey);
    const known = byKey.get(key);
    if (known) return known;
    if (byKey.size >= keysPerValue) byKey.clear();
    const made = make();
    byKey.set(key, made);
    const drop = () => void byKey.delete(key);
    made.then((payload) => payload && this.#renderer.isFlawed(payload) && drop(), drop);
    return made;
  }
}

const noAuthors: ReadonlySet<string> = new Set();
const notShared: Result = Promise.resolve(null);

/** Returns the type of a value. It is empty unless the values are a union, because a single type needs no name. */
function typeOf(value: object): string {
  return (value as { type?: string }).type ?? '';
}
