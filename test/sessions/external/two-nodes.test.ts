import { afterAll, expect, test } from '@jest/globals';
import { RevokeSessionDocument } from '../../generated/graphql.ts';
import { freshDatabase } from '../../support/database.ts';
import { hostToken } from '../../support/host-token.ts';
import { ask } from '../../support/person.ts';
import { startServer } from '../../support/server.ts';

const database = await freshDatabase();
const nodes = [await startServer({ databaseUrl: database.url }), await startServer({ databaseUrl: database.url })];
afterAll(async () => {
  for (const node of nodes) await node.close();
  await database.drop();
});

interface Seen {
  viewer: { user: { id: string }; session: { id: string }; sessions: { id: string }[] };
}
const query = '{ viewer { user { id } session { id } sessions { id } } }';
const seenAt = (node: number, token: string) => ask<Seen, object>(nodes[node]!.url, query, {}, token);

test('first requests of one device on two nodes create one user and one session', async () => {
  const tokens = await Promise.all(Array.from({ length: 20 }, (_, n) => hostToken({ sub: `${n % 5}`, jti: `${n}` })));

  const answers = await Promise.all(tokens.flatMap((token) => [seenAt(0, token), seenAt(1, token)]));

  const seen = answers.map(({ data }) => data.viewer);
  expect(new Set(seen.map(({ user }) => user.id)).size).toBe(5);
  expect(new Set(seen.map(({ session }) => session.id)).size).toBe(5);
  expect(seen.every(({ sessions }) => sessions.length === 1)).toBe(true);
});

test('a device that is revoked on one node is refused on the other one, which knows its token', async () => {
  const token = await hostToken({ sub: 'grace' });
  const { data } = await seenAt(0, token);
  await seenAt(1, token);

  await ask(nodes[0]!.url, RevokeSessionDocument, { input: { sessionId: data.viewer.session.id } }, token);

  expect((await seenAt(1, token)).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
});
