import { afterAll, describe, expect, test } from '@jest/globals';
import { RenewConnectionDocument, RenewSessionDocument, RevokeSessionDocument } from '../generated/graphql.ts';
import { Follower } from '../support/follower.ts';
import { take } from '../support/person.ts';
import { startRedis } from '../support/redis.ts';
import { done, makeGroup, say } from '../support/rooms.ts';
import { RawSocket } from '../support/socket.ts';
import { inSeconds, withTokenUntil } from '../support/tokens.ts';
import { startTwoNodes } from '../support/two-nodes.ts';

const redis = await startRedis();
afterAll(() => redis?.stop());

(redis ? describe : describe.skip)('with a connection to one node and a token renewed at the other,', () => {
  test('the connection continues past the end of its first token, and ends with its session', async () => {
    const nodes = await startTwoNodes(redis!.url);
    const { one, two } = nodes;
    const ada = await one.signIn('Ada');
    const short = withTokenUntil(one, ada, inSeconds(3));
    const other = await RawSocket.ready(two.url, short.token);
    const reader = short.at(two.url);
    const roomId = await makeGroup(ada, 'Far away');
    const follower = await Follower.of(reader, roomId);

    const { accessToken } = done((await ada.ask(RenewSessionDocument)).renewSession);
    const [renewed] = await take(reader.follow(RenewConnectionDocument, { token: accessToken! }), 1);
    expect(await other.next()).toEqual({ closed: 4403, reason: 'Session ended' });
    await say(ada, roomId, 'Still here');
    await follower.untilHeard('Still here');

    expect(done(renewed!.renewConnection).expiresAt).not.toBeNull();
    expect(follower.texts).toEqual(['Still here']);
    await ada.ask(RevokeSessionDocument, { input: { sessionId: ada.sessionId } });
    await follower.ended.catch(() => {});
    expect(follower.frames.at(-1)?.status).toBe('ENDED');
    await reader.close();
    await nodes.close();
  });
});
