import { expect, test } from '@jest/globals';
import { innerId } from '../../src/base/ids.ts';
import { accessEndsTopic } from '../../src/log/topics.ts';
import { causes } from '../support/ends-of-access.ts';
import { lockTable } from '../support/locked-table.ts';
import { ask } from '../support/person.ts';
import { makeChannel, makeGroup, say } from '../support/rooms.ts';
import { startServer } from '../support/server.ts';
import { RawSocket } from '../support/socket.ts';
import { withServer } from '../support/with-server.ts';

const { server, ada } = await withServer('Ada');

/** A query that has found the room, and waits for its newest message while the reader's access ends. */
async function queryDuring(cause: string) {
  const reader = await server.signIn('Grace');
  const roomId = await makeGroup(ada, 'Secret', [reader]);
  const query = `{ room(id: "${roomId}") { name latestMessage { text reactionGroups { count } } } }`;
  const socket = await RawSocket.ready(server.url, reader.token);
  const reactions = await lockTable(server, 'Reaction');
  const answers = [ask(server.url, query, {}, reader.token), socket.ask(query)] as const;
  await reactions.untilWaitedFor();
  await causes[cause]!.end({ roomId, reader, owner: ada, node: server });
  await say(ada, roomId, 'Said later');
  await reactions.release();
  const [overHttp, overSocket] = await Promise.all(answers);
  socket.close();
  return { overHttp, overSocket };
}

test('a query during which the access to a room ends shows nothing of the room', async () => {
  const { overHttp, overSocket } = await queryDuring('removal');

  // On a busy machine, the wait for the lock may end with an error before the access ends.
  expect(JSON.stringify([overHttp, overSocket])).toMatch(/"room":null|RATE_LIMITED/);
  expect(JSON.stringify([overHttp, overSocket])).not.toContain('Said later');
});

test('a query during which the session ends is refused', async () => {
  const { overHttp, overSocket } = await queryDuring('revoked session');

  expect(JSON.stringify(overHttp)).toMatch(/UNAUTHENTICATED|RATE_LIMITED/);
  expect(JSON.stringify([overHttp, overSocket])).not.toContain('Said later');
});

test('a query of one moment during which the session ends is refused', async () => {
  const reader = await server.signIn('Grace');
  const roomId = await makeGroup(ada, 'Secret', [reader]);
  await say(ada, roomId, 'Said before');
  const query = `{ room(id: "${roomId}") { syncCursor latestMessage { reactionGroups { count } } } }`;
  const reactions = await lockTable(server, 'Reaction');
  const answer = ask(server.url, query, {}, reader.token);
  await reactions.untilWaitedFor();

  await causes['revoked session']!.end({ roomId, reader, owner: ada, node: server });
  await reactions.release();

  expect(await answer).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
});

test('a query during which the access to rooms ends again and again is refused after some executions', async () => {
  let executions = 0;
  let reader: string | null = null;
  const busy = await startServer({
    onStatement: (sql) => {
      if (!reader || !sql.includes('ORDER BY u."username"')) return;
      executions += 1;
      busy.app.services.bus.publish(accessEndsTopic, reader);
    },
  });
  const { id, token } = await busy.signIn('Grace');
  reader = innerId('User', id);

  const { errors } = await ask(busy.url, '{ users(first: 1) { nodes { id } } }', {}, token);
  await busy.close();

  expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryable: true } }]);
  expect(executions).toBe(5);
});

/** A mutation that has changed a message, and whose payload waits for the newest message while the access ends. */
async function editDuring(cause: string, kind: 'private' | 'public' = 'private') {
  const reader = await server.signIn('Grace');
  const roomId =
    kind === 'private' ? await makeGroup(ada, 'Secret', [reader]) : await makeChannel(ada, 'Open', [reader]);
  const { id } = await say(reader, roomId, 'Helo');
  const mutation = `mutation { editMessage(input: { messageId: "${id}", text: "Hello" }) {
    message { text lastEventNumber reactionGroups { count } room { name latestMessage { text reactionGroups { count } } } }
    userErrors { message }
  } }`;
  const reactions = await lockTable(server, 'Reaction');
  const answer = ask(server.url, mutation, {}, reader.token);
  await reactions.untilWaitedFor();
  await causes[cause]!.end({ roomId, reader, owner: ada, node: server });
  await say(ada, roomId, 'Said later');
  await reactions.release();
  return answer;
}

test('the payload of a mutation during which the access to a room ends shows nothing later of the room', async () => {
  for (const [cause, kind] of [
    ['removal', 'private'],
    ['ban', 'public'],
    ['revoked session', 'private'],
  ] as const) {
    const answer = await editDuring(cause, kind);
    expect(JSON.stringify(answer)).not.toContain('Said later');
  }
});
