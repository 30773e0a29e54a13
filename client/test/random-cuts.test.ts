import { afterAll, expect, test } from '@jest/globals';
import { print } from 'graphql';
import { WebSocket } from 'ws';
import { createLastingClient } from '../../test/clients/resuming.ts';
import { HistoryDocument, MessageAddedDocument, type MessageAddedSubscription } from '../../test/generated/graphql.ts';
import { type Person, people } from '../../test/support/person.ts';
import { TcpProxy } from '../../test/support/proxy.ts';
import { Random } from '../../test/support/random.ts';
import { roomOf, say } from '../../test/support/rooms.ts';
import { until } from '../../test/support/until.ts';
import type { Fault, Parley } from '../src/api.ts';
import {
  apolloAdapter,
  type OnParley,
  overApollo,
  overCore,
  overUrql,
  stockApollo,
  stockUrql,
  urqlAdapter,
} from './support/chat-clients.ts';
import { when } from './support/chatter.ts';
import { CoreRoom } from './support/core-room.ts';
import { KillableServer } from './support/killable-server.ts';
import { showInApollo, showInUrql } from './support/shown-rooms.ts';
import { unrulyClient } from './support/unruly-client.ts';

const isNightly = process.env.TEST_RANDOM === 'nightly';
const cutsPerClient = isNightly ? 100 : 5;
const kills = isNightly ? 20 : 1;
const seed = Number(process.env.SEED ?? 1);

const server = await KillableServer.start();
afterAll(() => server.close());
const { ada, grace } = await people(server.url, 'Ada', 'Grace');

/** Faults of connections that lose nothing: whoever reads single results of `messageAdded` cannot see any other one. */
const ends = { closeEvery: 20, expireTokenAfterMs: 1500 };
const resets = { ...ends, resetEvery: 4, duplicateEvery: 5 };
/** What the server makes of them, as its metrics name it. In a short run, no cursor may be lost. */
const asked = ['close', 'drop', 'duplicate', 'expire', ...(isNightly ? ['reset'] : [])];

interface Client {
  readonly name: string;
  readonly proxy: TcpProxy;
  readonly parley: Parley;
  readonly faults: Fault[];
  send(text: string): Promise<unknown>;
  close(): Promise<unknown>;
}

/** Hears single messages. */
interface Reader extends Client {
  readonly sequences: number[];
}

/** Shows a room. */
interface View extends Client {
  readonly room: { readonly texts: readonly (string | null)[] };
}

async function readerOf(name: string, make: OnParley, roomId: string): Promise<Reader> {
  const unruly = await unrulyClient({ person: grace, port: server.port, random: new Random(seed), chaos: ends });
  const { parley, proxy } = unruly;
  const client = make(parley, grace.token);
  const sequences: number[] = [];
  const results = client.follow(MessageAddedDocument, { roomId });
  const reading = (async () => {
    for await (const { messageAdded } of results) sequences.push(messageAdded.message.sequence);
  })().catch(() => {}); // disposed at the end
  const close = async () => {
    await client.close();
    await proxy.close();
    return reading;
  };
  return { name, ...unruly, sequences, close, send: (text) => parley.room(roomId).send(text).done };
}

interface Shown {
  readonly texts: readonly (string | null)[];
  send(text: string): Promise<unknown>;
  stop(): void;
}

async function viewOf<Room extends Shown>(name: string, show: (parley: Parley) => Room, chaos: object) {
  const unruly = await unrulyClient({ person: ada, port: server.port, random: new Random(seed), chaos });
  const { parley, proxy } = unruly;
  const room = show(parley);
  const close = async () => {
    room.stop();
    parley.dispose();
    await proxy.close();
  };
  return { name, ...unruly, room, close, send: (text: string) => room.send(text) };
}

/** A client that reconnects for ever and does not resume: the network alone does lose messages. */
async function stockReader(roomId: string) {
  const proxy = await TcpProxy.to(server.port);
  const client = createLastingClient({
    url: `ws://127.0.0.1:${proxy.port}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { token: grace.token },
    lazyCloseTimeout: 0,
  });
  const sequences: number[] = [];
  const payload = { query: print(MessageAddedDocument), variables: { roomId } };
  void (async () => {
    for await (const { data } of client.iterate<MessageAddedSubscription>(payload))
      sequences.push(data!.messageAdded.message.sequence);
  })();
  const close = async () => {
    await client.dispose();
    await proxy.close();
  };
  return { proxy, sequences, close };
}

/** Kills the server after so many cuts, and starts it again: as often as asked for, evenly over all cuts. */
function killer(cutsInAll: number) {
  const cutsPerKill = Math.floor(cutsInAll / (kills + 1));
  let cuts = 0;
  let killed = 0;
  let killing = Promise.resolve();
  let failure: unknown;
  const kill = async () => {
    await server.restart();
    killed += 1;
  };
  return {
    cut() {
      cuts += 1;
      if (cuts % cutsPerKill === 0 && cuts / cutsPerKill <= kills)
        killing = killing.then(kill).catch((error: unknown) => {
          failure ??= error;
        });
    },
    /** Resolves with how many servers were killed, when all have started again. */
    async done(): Promise<number> {
      await killing;
      if (failure) throw failure;
      return killed;
    },
  };
}

/** Writes messages until `isHeard` of one. */
async function sayUntil(roomId: string, text: string, isHeard: (text: string) => boolean): Promise<void> {
  for (let number = 0, last = ''; last === '' || !isHeard(last); number++) {
    last = `${text} ${number}`;
    await say(ada, roomId, last);
    const givingUpAt = Date.now() + 500; // it may be lost: then another one shows it
    await until(() => isHeard(last) || Date.now() > givingUpAt, 5);
  }
}

/** Cuts a client's connections, also before it is connected again, and lets it send meanwhile. */
async function cutOften(client: Client, random: Random, cut: () => void): Promise<Promise<unknown>[]> {
  const { proxy, parley } = client;
  const sends: Promise<unknown>[] = [];
  for (let number = 0; number < cutsPerClient; number++) {
    if (random.isTrue(0.8)) await when(parley.connection, ({ status }) => status === 'ready');
    if (random.isTrue(0.2)) proxy.loseReplyTo('sendMessage');
    sends.push(client.send(`${random.next()} ${number}`));
    if (random.isTrue(0.5)) await new Promise((resolve) => setTimeout(resolve, random.below(60)));
    proxy.cut();
    cut();
    if (random.isTrue(0.3)) sends.push(client.send(`${random.next()} ${number}`));
  }
  return sends;
}

/** Returns the messages that users have written in a room. */
async function storedIn(roomId: string) {
  const stored: { sequence: number; text: string | null }[] = [];
  for (let before: string | null | undefined; before !== null; ) {
    const { room } = await ada.ask(HistoryDocument, { roomId, last: 100, before });
    const { edges, pageInfo } = room!.messages;
    stored.unshift(...edges.flatMap(({ node }) => (node.kind === 'USER' ? [node] : [])));
    before = pageInfo.hasPreviousPage ? pageInfo.startCursor! : null;
  }
  return stored;
}

function judged(heard: readonly number[], all: readonly number[]) {
  const sequences = heard.filter((sequence) => sequence >= all[0]!);
  const seen = new Set(sequences);
  return {
    seen: seen.size,
    lost: all.filter((sequence) => !seen.has(sequence)).length,
    repeated: sequences.length - seen.size,
    outOfOrder: sequences.filter((sequence, index) => index > 0 && sequence < sequences[index - 1]!).length,
  };
}

const countOf = (faults: readonly Fault[], code: Fault['code']) => faults.filter((fault) => fault.code === code).length;

test('through cuts, killed servers, ends of tokens and faults of the server, each client shows every message once and in order', async () => {
  const roomId = await roomOf(ada, grace);
  const readers = await Promise.all([
    readerOf('core', overCore, roomId),
    readerOf('socket in Apollo', overApollo(stockApollo), roomId),
    readerOf('socket in urql', overUrql(stockUrql), roomId),
    readerOf('parleyLink', overApollo(apolloAdapter), roomId),
    readerOf(
      'parleyExchange',
      overUrql((parley) => urqlAdapter(parley)),
      roomId,
    ),
  ]);
  readers[0]!.parley.room(roomId).hold(); // checks the positions of each frame
  const core = await viewOf('room of the core', (parley) => new CoreRoom(parley, roomId), {
    ...resets,
    dropEvery: 5,
  });
  const views: View[] = [
    core,
    await viewOf('list in Apollo', (parley) => showInApollo(parley, roomId, 'messageAdded'), resets),
    await viewOf('list in urql', (parley) => showInUrql(parley, roomId, 'messageAdded'), resets),
  ];
  const stock = await stockReader(roomId);
  const clients: Client[] = [...readers, ...views];
  const hears = () => [...readers, stock].every(({ sequences }) => sequences.length > 0);
  await sayUntil(roomId, 'Does everyone hear?', () => hears() && views.every(({ room }) => room.texts.length > 0));
  const first = Math.max(...[...readers, stock].map(({ sequences }) => sequences[0]!));
  const killing = killer(clients.length * cutsPerClient);
  const sends = await Promise.all(
    clients.map((client, index) =>
      cutOften(client, new Random(seed + index), () => {
        killing.cut();
        if (index === 0) stock.proxy.cut();
      }),
    ),
  );
  const killed = await killing.done();
  await Promise.all(sends.flat());
  // A frame that the server has dropped is missed when the next one arrives.
  await sayUntil(roomId, 'The end?', (last) => views.every(({ room }) => room.texts.at(-1) === last));
  const stored = await storedIn(roomId);
  const texts = stored.map(({ text }) => text);
  const all = stored.map(({ sequence }) => sequence).filter((sequence) => sequence >= first);
  await until(() => readers.every(({ sequences }) => judged(sequences, all).seen >= all.length));

  const found = readers.map(({ name, sequences, faults }) => ({ name, ...judged(sequences, all), faults }));
  const shown = views.map(({ name, room }) => ({ name, texts: room.texts.slice(-40) }));
  const made = await server.faults();
  if (isNightly)
    console.info({
      killed,
      sent: sends.flat().length,
      made,
      found: found.map(({ faults, ...rest }) => ({ ...rest, holes: countOf(faults, 'HOLE'), faults: faults.length })),
      views: views.map(({ name, room, faults }) => ({
        name,
        shown: room.texts.length,
        holes: countOf(faults, 'HOLE'),
        repeats: countOf(faults, 'REPEAT'),
      })),
      stock: judged(stock.sequences, all),
    });
  const ideal = { seen: all.length, lost: 0, repeated: 0, outOfOrder: 0, faults: [] };
  expect(found).toEqual(readers.map(({ name }) => ({ name, ...ideal })));
  expect(shown).toEqual(views.map(({ name }) => ({ name, texts: texts.slice(-40) })));
  expect(core.room.broken).toBe(0);
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts.filter((text) => !text?.includes('?'))).toHaveLength(sends.flat().length);
  // Else this proves nothing.
  expect(killed).toBe(kills);
  expect(Object.keys(made).filter((fault) => made[fault]! > 0)).toEqual(expect.arrayContaining(asked));
  expect(judged(stock.sequences, all).lost).toBeGreaterThan(0);
  for (const client of [...clients, stock]) await client.close();
  for (const person of [ada, grace] as Person[]) await person.close();
}, 280_000);
