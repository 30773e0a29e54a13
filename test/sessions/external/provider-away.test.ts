import { expect, test } from '@jest/globals';
import { IdentityProvider } from '../../support/identity-provider.ts';
import { ask } from '../../support/person.ts';
import { startServer } from '../../support/server.ts';
import { RawSocket } from '../../support/socket.ts';
import { until } from '../../support/until.ts';

test('a server starts although the provider is away, and accepts its tokens once it is back', async () => {
  const provider = await IdentityProvider.start();
  provider.mood = 'away';
  const server = await startServer({ provider: provider.config });
  const askAs = (token: string) => ask(server.url, '{ viewer { id } }', {}, token);
  const token = await provider.token();
  const early = await askAs(token);
  const socket = await RawSocket.open(server.url, { token });

  expect(await socket.next()).toEqual({ closed: 1013, reason: 'Try again later' });
  provider.mood = 'well';
  await until(async () => (await askAs(token)).errors === undefined);

  expect(early.errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfterMs: 1000 } }]);
  await server.close();
  await provider.close();
});
