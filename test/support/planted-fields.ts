import {
  GraphQLBoolean,
  type GraphQLFieldConfig,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';
import { notFound } from '../../src/base/errors.ts';
import type { Room } from '../../src/generated/prisma/client.ts';
import { type Context, requireViewer } from '../../src/graphql/context.ts';
import type { RoomUpdated } from '../../src/log/events/room-updated.ts';

/** An event of the planted schema: an event of a room with an author, who may quote a message of another author. */
export interface PlantedEvent extends RoomUpdated {
  author: string;
  quoted?: string;
}

const room: Room = {
  id: 'room',
  kind: 'CHANNEL',
  slug: 'tea',
  name: 'Tea',
  topic: null,
  avatarUrl: null,
  conversationKey: null,
  createdById: null,
  createdAt: new Date(0),
  archivedAt: null,
  postingPolicy: 'MEMBERS',
  slowModeSeconds: 0,
};

/** Returns an event of the planted schema. */
export function planted(eventNumber: number, authors: Pick<PlantedEvent, 'author' | 'quoted'>): PlantedEvent {
  const occurredAt = new Date(eventNumber);
  return { type: 'ROOM_UPDATED', roomId: room.id, room, eventNumber, occurredAt, actorId: null, ...authors };
}

/** What goes wrong in the fields that may fail, and how often they were resolved. */
export class Faults {
  /** Failures still to come. */
  left = 0;
  resolved = 0;

  strike(): string {
    this.resolved += 1;
    if (this.left === 0) return 'fine';
    this.left -= 1;
    throw new Error('the database is away');
  }
}

type Field = GraphQLFieldConfig<PlantedEvent, Context>;

const idOf = (context: Context) => requireViewer(context).userId;

/** A schema with fields of every kind that a live result may have: declared, undeclared, hidden, faulty. */
export function plantedSchema(faults: Faults): GraphQLSchema {
  const fields: Record<string, Field> = {
    eventNumber: { type: new GraphQLNonNull(GraphQLInt) },
    language: { type: GraphQLString, resolve: (_event, _args, { language }) => language },
    size: { type: GraphQLInt, args: { by: { type: GraphQLInt, defaultValue: 5 } }, resolve: (_event, { by }) => by },
    // What only an author sees.
    draft: {
      type: GraphQLString,
      extensions: { dependsOn: 'author' },
      resolve: ({ author, eventNumber }, _args, { readerIs }) => (readerIs(author) ? `draft ${eventNumber}` : null),
    },
    quotedDraft: {
      type: GraphQLString,
      extensions: { dependsOn: 'author' },
      resolve: ({ quoted = null }, _args, { readerIs }) => (readerIs(quoted) ? 'quoted draft' : null),
    },
    undeclaredDraft: {
      type: GraphQLString,
      resolve: ({ author }, _args, { readerIs }) => (readerIs(author) ? 'undeclared draft' : null),
    },
    // What depends on the viewer.
    viewer: {
      type: GraphQLString,
      extensions: { dependsOn: 'viewer' },
      resolve: (_event, _args, context) => idOf(context),
    },
    undeclared: { type: GraphQLString, resolve: (_event, _args, context) => idOf(context) },
    undeclaredBoolean: { type: GraphQLBoolean, resolve: ({ author }, _args, { viewer }) => viewer?.userId === author },
    undeclaredLater: {
      type: GraphQLString,
      resolve: async (_event, _args, context) => {
        await new Promise(setImmediate);
        return idOf(context);
      },
    },
    undeclaredAndCaught: {
      type: GraphQLString,
      resolve: (_event, _args, context) => {
        try {
          return idOf(context);
        } catch {
          return 'somebody';
        }
      },
    },
    undeclaredAndWrapped: {
      type: GraphQLString,
      resolve: (_event, _args, context) => {
        try {
          return idOf(context);
        } catch (cause) {
          throw new Error('wrapped', { cause });
        }
      },
    },
    // What fails.
    faulty: { type: new GraphQLNonNull(GraphQLString), resolve: () => faults.strike() },
    faultyNullable: { type: GraphQLString, resolve: () => faults.strike() },
    missing: {
      type: GraphQLString,
      resolve: () => {
        throw notFound('room');
      },
    },
  };
  const event = new GraphQLObjectType<PlantedEvent, Context>({ name: 'Event', fields });
  const events = { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(event))) };
  const batch = new GraphQLObjectType({ name: 'Batch', fields: { status: { type: GraphQLString }, events } });
  const root = {
    type: new GraphQLNonNull(batch),
    args: { after: { type: GraphQLString } },
    resolve: (step: unknown) => step,
  };
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { ok: { type: GraphQLBoolean } } }),
    subscription: new GraphQLObjectType({ name: 'Subscription', fields: { log: root } }),
  });
}
