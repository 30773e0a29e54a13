import { expect, test } from '@jest/globals';
import { Follower } from '../support/follower.ts';
import { makeGroup, say } from '../support/rooms.ts';
import { inSeconds, withTokenUntil } from '../support/tokens.ts';
import { until } from '../support/until.ts';
import { withServer } from '../support/with-server.ts';
import { staySignedIn } from './renewing.ts';

const { server, ada, grace } = await withServer('Ada', 'Grace');

test('a client that renews its token as docs/clients.md shows it outlives the token', async () => {
  const end = inSeconds(4);
  const reader = withTokenUntil(server, grace, end);
  const roomId = await makeGroup(ada, 'Marathon', [grace]);
  const follower = await Follower.of(reader, roomId);
  const tokens: string[] = [];

  const staying = staySignedIn(reader.socket, { keep: (token) => tokens.push(token) });
  await until(() => Date.now() > end.getTime() + 300);
  await say(ada, roomId, 'Still running');
  await follower.untilHeard('Still running');

  expect(follower.texts).toEqual(['Still running']);
  expect(new Set([reader.token, ...tokens]).size).toBeGreaterThan(1);
  await reader.close();
  await staying;
});

test('a client whose session cannot be renewed learns that the user must sign in again', async () => {
  const { eve } = await server.people('Eve');
  const reader = withTokenUntil(server, eve, inSeconds(10));

  const staying = staySignedIn(reader.socket, {
    keep: () => {},
    newToken: () => Promise.reject(new Error('signed out')),
  });

  await expect(staying).rejects.toThrow('signed out');
  await reader.close();
});
