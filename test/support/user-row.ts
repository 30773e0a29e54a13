import type { User } from '../../src/generated/prisma/client.ts';

/** Returns the row of a user, with these fields and otherwise those of a new guest. */
export function userRow(id: string, fields: Partial<User> = {}): User {
  return {
    id,
    username: id,
    skeleton: id,
    displayName: id,
    searchName: id,
    avatarUrl: null,
    kind: 'GUEST',
    language: null,
    externalId: null,
    chosenStatus: 'ONLINE',
    statusText: null,
    isAdmin: false,
    createdAt: new Date(0),
    lastActiveAt: null,
    deactivatedAt: null,
    ...fields,
  };
}
