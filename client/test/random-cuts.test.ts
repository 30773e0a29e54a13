import { expect, test } from '@jest/globals';
import { print } from 'graphql';
import { WebSocket } from 'ws';
import { createLastingClient } from '../../test/clients/resuming.ts';
import { HistoryDocument, MessageAddedDocument, type MessageAddedSubscription } from '../../test/generated/graphql.ts';
import type { Person } from '../../test/support/person.ts';
import { TcpProxy } from '../../test/support/proxy.ts';
import { Random } from '../../test/support/random.ts';
import { roomOf } from '../../test/support/rooms.ts';
import { until } from '../../test/support/until.ts';
import { withServer } from '../../test/support/with-server.ts';
import type { Fault, Parley } from '../src/api.ts';
import { createParleyIn } from '../src/client.ts';
import { systemClock } from '../src/clock.ts';
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
import { type ShowRoom, showInApollo, showInUrql } from './support/shown-rooms.ts';

const { server, ada, grace } = await withServer('Ada', 'Grace');
const isNightly = process.env.TEST_RANDOM === 'nightly';
const cutsPerClient = isNightly ? 100 : 12;
const seed = Number(process.env.SEED ?? 1);

interface Heard {
  readonly sequences: number[];
  readonly faults: Fault[];
}

interface Reader extends Heard {
  readonly proxy: TcpProxy;
  readonly parley: Parley;
  readonly close: () => Promise<unknown>;
}

/** A reader behind a network of its own. */
async function readerOf(person: Person, roomId: string, make: OnParley): Promise<Reader> {
  const proxy = await TcpProxy.to(Number(new URL(server.url).port));
  const url = `http://127.0.0.1:${proxy.port}/graphql`;
  // Short pauses before it reconnects: the test has many cuts.
  const environment = { clock: systemClock, random: () => Math.random() / 100 };
  const parley = createParleyIn(environment, { url, token: person.token, webSocket: WebSocket });
  const client = make(parley, person.token);
  const heard: Heard = { sequences: [], faults: [] };
  parley.onFault((fault) => heard.faults.push(fault));
  const results = client.follow(MessageAddedDocument, { roomId });
  const reading = (async () => {
    for await (const { messageAdded } of results) heard.sequences.push(messageAdded.message.sequence);
  })().catch(() => {}); // disposed at the end
  const close = async () => {
    await client.close();
    await proxy.close();
    return reading;
  };
  return { ...heard, proxy, parley, close };
}

/** A client that reconnects for ever and does not resume: the network alone does lose messages. */
async function stockReader(roomId: string) {
  const proxy = await TcpProxy.to(Number(new URL(server.url).port));
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

/** Cuts a reader's connections, also before it is connected again, and lets it send meanwhile. */
async function cutOften({ proxy, parley }: Reader, random: Random, send: (number: number) => void): Promise<void> {
  for (let number = 0; number < cutsPerClient; number++) {
    if (random.isTrue(0.8)) await when(parley.connection, ({ status }) => status === 'ready');
    if (random.isTrue(0.2)) proxy.loseReplyTo('sendMessage');
    send(number);
    if (random.isTrue(0.5)) await new Promise((resolve) => setTimeout(resolve, random.below(60)));
    proxy.cut();
    if (random.isTrue(0.3)) send(number + 0.5);
  }
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

function judged(sequences: readonly number[], all: readonly number[]) {
  const seen = new Set(sequences);
  return {
    seen: seen.size,
    lost: all.filter((sequence) => !seen.has(sequence)).length,
    repeated: sequences.length - seen.size,
    outOfOrder: sequences.filter((sequence, index) => index > 0 && sequence < sequences[index - 1]!).length,
  };
}

test(
  'through random cuts, each client shows every message once and in order',
  async () => {
    const roomId = await roomOf(ada, grace);
    const makers: [string, OnParley, ShowRoom?][] = [
      ['core', overCore],
      ['socket in Apollo', overApollo(stockApollo)],
      ['socket in urql', overUrql(stockUrql)],
      ['parleyLink', overApollo(apolloAdapter), showInApollo],
      ['parleyExchange', overUrql((parley) => urqlAdapter(parley)), showInUrql],
    ];
    const readers = await Promise.all(makers.map(([, make], index) => readerOf(index % 2 ? ada : grace, roomId, make)));
    const core = readers[0]!.parley.room(roomId);
    core.hold(); // checks the positions of each frame
    const stock = await stockReader(roomId);
    const rooms = makers.map(([, , show], index) => show?.(readers[index]!.parley, roomId, 'messageAdded'));
    await server.untilFollowed(roomId, readers.length + 2 + rooms.filter(Boolean).length);
    const sends: Promise<unknown>[] = [];

    await Promise.all(
      readers.map((reader, index) =>
        cutOften(reader, new Random(seed + index), (number) => {
          const text = `${index} ${number}`;
          if (index === 0) stock.proxy.cut();
          sends.push(rooms[index]?.send(text) ?? reader.parley.room(roomId).send(text).done);
        }),
      ),
    );
    await Promise.all(sends);
    const stored = await storedIn(roomId);
    const all = stored.map(({ sequence }) => sequence);
    await until(() => readers.every(({ sequences }) => new Set(sequences).size >= all.length));
    await when(core.messages, ({ items }) => items.at(-1)?.sequence === all.at(-1));
    await until(() => rooms.every((room) => !room || room.texts.length === all.length));

    const found = readers.map(({ sequences, faults }) => ({ ...judged(sequences, all), faults: faults.length }));
    const ideal = { seen: all.length, lost: 0, repeated: 0, outOfOrder: 0, faults: 0 };
    if (isNightly)
      console.info({
        cuts: readers.length * cutsPerClient,
        sent: sends.length,
        found,
        stock: judged(stock.sequences, all),
      });
    expect(found).toEqual(makers.map(() => ideal));
    expect(all).toHaveLength(sends.length);
    const texts = stored.map(({ text }) => text);
    for (const room of rooms) if (room) expect(room.texts).toEqual(texts);
    const inCore = core.messages.get().items.flatMap(({ kind, text }) => (kind === 'USER' ? [text] : []));
    expect(inCore.slice(-100)).toEqual(texts.slice(-100));
    expect(judged(stock.sequences, all).lost).toBeGreaterThan(0); // else this proves nothing
    for (const room of rooms) room?.stop();
    for (const reader of [...readers, stock]) await reader.close();
  },
  isNightly ? 280_000 : 60_000,
);
