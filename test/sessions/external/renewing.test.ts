import { expect, test } from '@jest/globals';
import { hostToken } from '../../support/host-token.ts';
import { RawSocket } from '../../support/socket.ts';
import { withServer } from '../../support/with-server.ts';

const { server } = await withServer();
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;
const renewal = (token: string) =>
  `mutation { renewConnection(input: { token: "${token}" }) { expiresAt userErrors { code } } }`;

test('a connection continues with the next token of its issuer, in the same session', async () => {
  const socket = await RawSocket.ready(server.url, await hostToken({ sid: 'phone' }));
  const before = await socket.ask('{ viewer { session { id } } }', {}, 'before');
  await socket.next();
  const end = inSeconds(900);

  const renewed = await socket.ask(renewal(await hostToken({ sid: 'phone', exp: end })), {}, 'renewal');
  await socket.next();
  const after = await socket.ask('{ viewer { session { id } } }', {}, 'before');

  const expiresAt = new Date(end * 1000).toISOString();
  expect(renewed).toMatchObject({ payload: { data: { renewConnection: { expiresAt, userErrors: [] } } } });
  expect(after).toEqual(before);
  socket.close();
});

test('the token of another user is refused', async () => {
  const socket = await RawSocket.ready(server.url, await hostToken());

  const answer = await socket.ask(renewal(await hostToken({ sub: 'eve' })));

  expect(answer).toMatchObject({ payload: { data: { renewConnection: { userErrors: [{ code: 'FORBIDDEN' }] } } } });
  socket.close();
});

test('the server renews only tokens of its own', async () => {
  const socket = await RawSocket.ready(server.url, await hostToken());

  const answer = await socket.ask('mutation { renewSession { accessToken userErrors { code } } }');

  const renewSession = { accessToken: null, userErrors: [{ code: 'FORBIDDEN' }] };
  expect(answer).toMatchObject({ payload: { data: { renewSession } } });
  socket.close();
});

test('a connection ends with its token, although the session lasts longer', async () => {
  const socket = await RawSocket.ready(server.url, await hostToken({ sub: 'short', exp: inSeconds(5) }));
  const other = await RawSocket.ready(server.url, await hostToken({ sub: 'short' }));

  expect(await socket.next()).toMatchObject({ closed: 4403 });
  expect(await other.ask('{ viewer { id } }')).toMatchObject({ type: 'next' });
  other.close();
});
