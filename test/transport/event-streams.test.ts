import { afterEach, expect, test } from '@jest/globals';
import type { Plugin } from 'graphql-yoga';
import { openHttp } from '../support/http-server.ts';
import { otherEnd } from '../support/other-end.ts';
import { RawConnection } from '../support/raw-http.ts';
import { until } from '../support/until.ts';

let server: Awaited<ReturnType<typeof openHttp>>;
afterEach(async () => {
  server.streams.close();
  await server.connections.drain(0);
});

const ticks = (characters: number, accept = 'text/event-stream') => {
  const query = encodeURIComponent(`subscription { ticks(characters: ${characters}) }`);
  return `GET /graphql?query=${query} HTTP/1.1\r\nHost: x\r\nAccept: ${accept}\r\n\r\n`;
};

/** What subscriptions wait for until `open` is called. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

test('a subscription whose reader hangs up before its stream starts is released, and the others continue', async () => {
  const { open, opened } = gate();
  server = await openHttp({ pingMs: 5, onceSubscribed: () => opened });
  const hasty = await RawConnection.open(server.url);
  hasty.send(ticks(5));
  await until(() => server.seen.subscribed === 1);
  const end = otherEnd(hasty.socket);
  hasty.socket.resetAndDestroy();
  await until(() => end.destroyed);

  open();
  await until(() => server.seen.ended === 1);
  const patient = await RawConnection.open(server.url);
  patient.send(ticks(5));

  await patient.untilReceived('"xxxxx"');
  await until(() => patient.received.split('\n:\n\n').length > 3);
  expect(server.seen).toMatchObject({ ended: 1, faults: [] });
  patient.socket.destroy();
  await until(() => server.seen.ended === 2);
});

test('a subscription whose reader does not accept streams is refused and ends', async () => {
  server = await openHttp();
  const peer = await RawConnection.open(server.url);

  peer.send(ticks(5, 'application/json').repeat(2));
  await until(() => peer.received.split('HTTP/1.1 406').length === 3);

  await until(() => server.seen.ended === 2);
  expect(server.seen.subscribed).toBe(2);
  peer.socket.destroy();
});

test('a stream that starts while the server stops ends immediately, without `complete`', async () => {
  const { open, opened } = gate();
  server = await openHttp({ onceSubscribed: () => opened });
  const peer = await RawConnection.open(server.url);
  peer.send(ticks(5));
  await until(() => server.seen.subscribed === 1);

  server.streams.close();
  const drained = server.connections.drain(60_000);
  open();
  await Promise.all([drained, peer.closed]);

  expect(peer.received).toMatch(/^HTTP\/1.1 200 .*\r\n0\r\n\r\n$/s);
  expect(peer.received).not.toContain('complete');
  await until(() => server.seen.ended === 1);
});

/** Starts a subscription of this name whose only result cannot be written. */
const unwritable: Plugin = {
  onSubscribe: ({ args, setSubscribeFn }) => {
    if (args.operationName !== 'Unwritable') return;
    setSubscribeFn(async function* () {
      yield {
        stringify: () => {
          throw new Error('Unwritable');
        },
      };
    });
  },
};

test('a stream that fails is cut and reported, and the others continue', async () => {
  server = await openHttp({ plugins: [unwritable] });
  const lucky = await RawConnection.open(server.url);
  const unlucky = await RawConnection.open(server.url);
  lucky.send(ticks(5));
  await lucky.untilReceived('"xxxxx"');

  unlucky.send(ticks(5).replace('query=subscription', 'operationName=Unwritable&query=subscription%20Unwritable'));
  await unlucky.closed;

  expect(server.seen.faults).toMatchObject([{ message: 'Unwritable' }]);
  const { length } = lucky.received;
  await until(() => lucky.received.length > length);
  lucky.socket.destroy();
});
