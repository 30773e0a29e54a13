import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** What the GraphQL over HTTP specification says a server MUST, SHOULD and MAY do. */
const audits = new Map(serverAudits({ url: () => server.url, fetchFn: fetch }).map((audit) => [audit.name, audit]));

test.each([...audits.keys()])('GraphQL over HTTP: %s', async (name) => {
  expect(await audits.get(name)?.fn()).toMatchObject({ status: 'ok' });
});
