import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { UsersDocument } from '../generated/graphql.ts';
import { databaseWith, type TestDatabase } from '../support/database.ts';
import type { Person } from '../support/person.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** A database with the locale of bytes, and one whose lower case of I is ı. */
const locales = [
  ['C', `TEMPLATE template0 LOCALE 'C' ENCODING 'UTF8'`],
  ['Turkish', `TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'tr' LOCALE 'C' ENCODING 'UTF8'`],
];

describe.each(locales)('on a database with the locale %s, users are found', (_name, options) => {
  let database: TestDatabase;
  let server: TestServer;
  let ada: Person;
  beforeAll(async () => {
    database = await databaseWith(options);
    server = await startServer({ databaseUrl: database.url });
    ada = await server.signIn('Ada');
  });
  afterAll(async () => {
    await server.close();
    await database.drop();
  });

  async function found(query: string): Promise<string[]> {
    const { users } = await ada.ask(UsersDocument, { query });
    return users.edges.map(({ node }) => node.displayName);
  }

  test.each([
    ['in another case', 'İREM', 'irem'],
    ['in another case, by I', 'INGRID', 'ingrid'],
    ['in another case of other letters', 'Élodie', 'éLODIE'],
    ['in another case of another script', 'Дмитрий', 'ДМИТ'],
    ['with accents apart', 'Jos\u00e9', 'jose\u0301'],
    ['with accents composed', 'Zoe\u0308', 'ZO\u00cb'],
    ['in wide letters', 'Ｗｉｄｅ', 'wide'],
    ['with a sharp s', 'Straße', 'STRASSE'],
    ['with a sign of patterns', '100% Max', '100%'],
  ])('%s', async (_how, displayName, query) => {
    await server.signIn(displayName);
    await server.signIn('Somebody else');

    expect(await found(query)).toEqual([displayName]);
  });
});
