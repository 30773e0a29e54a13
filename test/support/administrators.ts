import { innerId } from '../../src/base/ids.ts';
import type { Person } from './person.ts';
import type { TestServer } from './server.ts';

/** Makes users administrators, from their next request and connection on. */
export async function makeAdmin({ app }: TestServer, ...people: Pick<Person, 'id'>[]): Promise<void> {
  const where = { id: { in: people.map(({ id }) => innerId('User', id)) } };
  await app.services.prisma.user.updateMany({ where, data: { isAdmin: true } });
}
