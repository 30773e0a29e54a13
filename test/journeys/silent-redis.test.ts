import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MessageAddedDocument, RoomPresenceDocument } from '../generated/graphql.ts';
import { Listener } from '../support/listener.ts';
import { Person, people } from '../support/person.ts';
import { TcpProxy } from '../support/proxy.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { untilRedisIs } from '../support/two-nodes.ts';
import { until } from '../support/until.ts';

const started = await startRedis();
const redis = started as TestRedis;
const describeWithRedis = started ? describe : describe.skip; // startRedis has said why

describeWithRedis('while Redis takes all and answers nothing', () => {
  let proxy: TcpProxy;
  let server: TestServer;
  let ada: Person;
  let grace: Person;
  beforeAll(async () => {
    proxy = await TcpProxy.to(redis.port);
    server = await startServer({ redisUrl: `redis://127.0.0.1:${proxy.port}`, beatMs: 500 });
    ({ ada, grace } = await people(server.url, 'Ada', 'Grace'));
    await untilRedisIs('ok', server);
  });
  afterAll(async () => {
    await server.close();
    await proxy.close();
    await redis.stop();
  });

  test('messages are sent, subscriptions begin and presence is published, and afterwards the nodes are connected again', async () => {
    const room = await makeGroup(ada, 'Quiet', [grace]);
    proxy.swallow();

    const listener = Listener.of(grace, MessageAddedDocument, { roomId: room });
    await until(async () => {
      await say(ada, room, 'Do you hear me?'); // the subscription gets no earlier messages
      return listener.results.length > 0;
    });
    const seen = await ada.ask(RoomPresenceDocument, { id: room });
    expect(seen).toMatchObject({});
    await Person.signIn(server.url, 'Hedy');

    await untilRedisIs('unavailable', server);
    proxy.heal();
    await untilRedisIs('ok', server);
    await listener.hangUp();
  });

  test('a node starts and can be closed', async () => {
    proxy.swallow();

    const other = await startServer({ redisUrl: `redis://127.0.0.1:${proxy.port}` });
    const hedy = await Person.signIn(other.url, 'Hedy');
    expect(await say(hedy, await makeGroup(hedy, 'Alone'), 'Hi')).toMatchObject({ text: 'Hi' });
    await other.close();

    proxy.heal();
  });
});
