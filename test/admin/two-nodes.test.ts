import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { DeactivateUserDocument, RevokeApiKeyDocument, SetAdminDocument } from '../generated/graphql.ts';
import { Backend } from '../support/backend.ts';
import { take } from '../support/person.ts';
import { startRedis } from '../support/redis.ts';
import { RawSocket } from '../support/socket.ts';
import { startTwoNodes, type TwoNodes } from '../support/two-nodes.ts';
import { until } from '../support/until.ts';

const redis = await startRedis();
const describeWithRedis = redis ? describe : describe.skip; // startRedis has said why

describeWithRedis('two nodes', () => {
  let nodes: TwoNodes;
  let backend: Backend;
  beforeAll(async () => {
    // The nodes learn of changes on the other by the bus alone.
    nodes = await startTwoNodes(redis!.url, { sessionCheckMs: 1_000_000 });
    backend = await Backend.of(nodes.one);
  });
  afterAll(async () => {
    await nodes.close();
    await redis!.stop();
  });

  test('close connections of a key that is revoked on the other', async () => {
    const leaked = await Backend.of(nodes.one, 'Leaked');
    const socket = await RawSocket.ready(nodes.two.url, leaked.key);

    await backend.ask(RevokeApiKeyDocument, { input: { apiKeyId: leaked.keyId } });

    expect(await socket.next()).toMatchObject({ closed: 4403 });
  });

  test('close connections of a user who is deactivated on the other', async () => {
    const eve = await nodes.two.signIn('Eve');
    const socket = await RawSocket.ready(nodes.two.url, eve.token);

    await backend.ask(DeactivateUserDocument, { input: { userId: eve.id } });

    expect(await socket.next()).toMatchObject({ closed: 4403 });
  });

  test('let an open connection know that its user became an administrator on the other', async () => {
    const ada = await nodes.two.signIn('Ada');
    const isAdmin = async () => {
      const [viewer] = await take(ada.follow<object, object>(parse('{ viewer { isAdmin } }'), {}), 1);
      return JSON.stringify(viewer).includes('true');
    };
    expect(await isAdmin()).toBe(false);

    await backend.ask(SetAdminDocument, { input: { userId: ada.id, isAdmin: true } });

    await until(isAdmin);
  });
});
