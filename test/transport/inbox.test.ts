import { beforeEach, expect, test } from '@jest/globals';
import { Inbox } from '../../src/transport/inbox.ts';
import { until } from '../support/until.ts';

let taken: string[];
let isReading: boolean;
let hasRoom: boolean;
let drain: () => void;
let onTake: (text: string) => void;
let inbox: Inbox;
beforeEach(() => {
  taken = [];
  isReading = true;
  hasRoom = true;
  drain = () => {};
  onTake = () => {};
  const outbox = {
    hasRoomFor: () => hasRoom,
    drained: () =>
      new Promise<void>((resolve) => {
        drain = resolve;
      }),
  };
  const webSocket = {
    pause: () => {
      isReading = false;
    },
    resume: () => {
      isReading = true;
    },
  };
  const take = (text: string) => {
    taken.push(text);
    onTake(text);
  };
  inbox = new Inbox({ webSocket, outbox, take });
});

function receive(...messages: string[]): void {
  for (const message of messages) inbox.receive(Buffer.from(message));
}

/** Lets the peer read, and resolves when everything that follows has happened. */
async function peerReads({ room = true } = {}): Promise<void> {
  hasRoom = room;
  drain();
  await new Promise(setImmediate);
}

test('messages are accepted at once while the peer reads its answers', () => {
  receive('a', 'b');

  expect(taken).toEqual(['a', 'b']);
  expect(isReading).toBe(true);
});

test('while it does not, the socket is paused, and messages that have arrived wait', async () => {
  hasRoom = false;
  receive('a', 'b');
  expect([taken, isReading]).toEqual([[], false]);

  await peerReads();

  expect([taken, isReading]).toEqual([['a', 'b'], true]);
});

test('an answer that fills the room again makes the next message wait again', async () => {
  hasRoom = false;
  receive('a', 'b', 'c');
  onTake = (text) => {
    hasRoom = text === 'c';
  };

  await peerReads();
  expect([taken, isReading]).toEqual([['a'], false]);
  await peerReads();
  expect([taken, isReading]).toEqual([['a', 'b'], false]);
  await peerReads();

  expect([taken, isReading]).toEqual([['a', 'b', 'c'], true]);
});

test('the inbox waits again for a peer that has read too little', async () => {
  hasRoom = false;
  receive('a');

  await peerReads({ room: false });
  expect([taken, isReading]).toEqual([[], false]);
  await peerReads();

  expect([taken, isReading]).toEqual([['a'], true]);
});

test('after a message that was much work, the next waits for another turn of the event loop', async () => {
  onTake = () => inbox.rest();

  receive('a', 'b', 'c');
  expect([taken, isReading]).toEqual([['a'], false]);
  await until(() => isReading);

  expect(taken).toEqual(['a', 'b', 'c']);
});

test('a rest alone does not pause the socket', async () => {
  inbox.rest();
  await new Promise(setImmediate);

  receive('a');

  expect([taken, isReading]).toEqual([['a'], true]);
});

test('a closed inbox accepts nothing, and drops the messages that wait', async () => {
  hasRoom = false;
  receive('a');

  inbox.close();
  receive('b');
  await peerReads();
  receive('c');

  expect(taken).toEqual([]);
});
