import { afterAll } from '@jest/globals';
import type { Cast } from './person.ts';
import { type ServerOptions, startServer, type TestServer } from './server.ts';

type Scene<Name extends string> = { server: TestServer } & Cast<Name>;

/**
 * Starts one server for all tests of a file, signs people in, and closes everything after the last test:
 * `const { server, ada, grace } = await withServer('Ada', 'Grace')`.
 */
export function withServer<Name extends string>(...names: Name[]): Promise<Scene<Name>> {
  return withServerLike({}, ...names);
}

/** Does what `withServer` does, for a server with a configuration of its own. */
export async function withServerLike<Name extends string>(
  options: ServerOptions,
  ...names: Name[]
): Promise<Scene<Name>> {
  const server = await startServer(options);
  afterAll(() => server.close());
  return { server, ...(await server.people(...names)) };
}
