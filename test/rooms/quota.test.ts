import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { innerId } from '../../src/base/ids.ts';
import {
  AddMembersDocument,
  CreateRoomDocument,
  type CreateRoomInput,
  OpenConversationDocument,
} from '../generated/graphql.ts';
import { type Deployment, deployments, endDeployments } from '../support/deployments.ts';
import { ban, mute, unban, unmute } from '../support/moderating.ts';
import { ask, type Person } from '../support/person.ts';
import { add, done, leave, makeChannel, makeGroup } from '../support/rooms.ts';

afterAll(endDeployments);

describe.each(deployments)('a user opens at most 3 new conversations an hour, on %s', (_name, start) => {
  let deployment: Deployment;
  const guests: Person[] = [];
  beforeAll(async () => {
    deployment = await start({ conversationsPerHour: 3 });
    for (let number = 0; number < 8; number += 1) guests.push(await deployment.here.signIn(`Guest ${number}`));
  });
  afterAll(() => deployment.close());

  async function open(url: string, caller: Person, guest: Person, kind: 'DIRECT' | 'SUPPORT' = 'SUPPORT') {
    const input = { kind, userIds: [guest.id] };
    return (await ask(url, OpenConversationDocument, { input }, caller.token)).data.openConversation;
  }

  test('in calls at the same time too', async () => {
    const { here, there } = deployment;
    const ada = await here.signIn('Ada');
    const urls = [here.url, there.url];
    const answers = await Promise.all(guests.map((guest, index) => open(urls[index % 2]!, ada, guest)));

    const refused = answers.filter(({ room }) => room === null);
    expect(refused).toHaveLength(5);
    const rateLimited = { code: 'RATE_LIMITED', message: 'You can open 3 new conversations per hour.' };
    for (const { userErrors } of refused) expect(userErrors).toMatchObject([rateLimited]);
  });

  test('not counting those that exist', async () => {
    const { url } = deployment.here;
    const grace = await deployment.here.signIn('Grace');
    for (const guest of guests.slice(0, 3)) done(await open(url, grace, guest));

    expect((await open(url, grace, guests[0]!, 'DIRECT')).userErrors).toMatchObject([{ code: 'RATE_LIMITED' }]);
    expect(done(await open(url, grace, guests[0]!)).isNew).toBe(false);
  });
});

describe.each(deployments)('a user creates at most 3 rooms an hour, on %s', (_name, start) => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await start({ roomsPerHour: 3, additionsPerHour: 1 });
  });
  afterAll(() => deployment.close());

  const create = async (url: string, creator: Person, input: Partial<CreateRoomInput> = {}) =>
    (await ask(url, CreateRoomDocument, { input: { kind: 'GROUP', name: 'Mine', ...input } }, creator.token)).data
      .createRoom;

  test('in calls at the same time too', async () => {
    const ada = await deployment.here.signIn('Ada');
    const urls = [deployment.here.url, deployment.there.url];
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => create(urls[index % 2]!, ada)));

    const refused = answers.filter(({ room }) => room === null);
    expect(refused).toHaveLength(5);
    const rateLimited = { code: 'RATE_LIMITED', message: 'You can create 3 rooms per hour.' };
    for (const { userErrors } of refused) expect(userErrors).toMatchObject([rateLimited]);
  });

  test('not counting those that were refused for another reason', async () => {
    const { url } = deployment.here;
    const { ada, grace, hedy } = await deployment.here.people('Ada', 'Grace', 'Hedy');
    for (let round = 0; round < 4; round += 1) {
      const taken = await create(url, ada, { kind: 'CHANNEL', slug: 'general' });
      expect(taken.userErrors).toMatchObject([{ code: 'CONFLICT' }]);
      const tooMany = await create(url, ada, { memberIds: [grace.id, hedy.id] });
      expect(tooMany.userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
    }

    for (let round = 0; round < 3; round += 1) done(await create(url, ada));
    expect((await create(url, ada)).userErrors).toMatchObject([{ code: 'RATE_LIMITED' }]);
  });

  test('not counting those that are later than the present, as the clock of the database was set back', async () => {
    const { url, app } = deployment.here;
    const ada = await deployment.here.signIn('Ada');
    for (let round = 0; round < 3; round += 1) done(await create(url, ada));
    await app.services.prisma.$executeRaw`
      UPDATE "RoomQuota" SET "times" = ARRAY(SELECT time + interval '5 hours' FROM unnest("times") AS time)
      WHERE "userId" = ${innerId('User', ada.id)}::uuid`;

    for (let round = 0; round < 3; round += 1) done(await create(url, ada));
    expect((await create(url, ada)).userErrors).toMatchObject([{ code: 'RATE_LIMITED' }]);
  });
});

describe.each(deployments)('a user adds at most 3 users an hour, on %s', (_name, start) => {
  let deployment: Deployment;
  let sql: pg.Client;
  const guests: Person[] = [];
  beforeAll(async () => {
    deployment = await start({ additionsPerHour: 3 });
    sql = new pg.Client({ connectionString: deployment.here.databaseUrl });
    await sql.connect();
    for (let number = 0; number < 12; number += 1) guests.push(await deployment.here.signIn(`Guest ${number}`));
  });
  afterEach(() => sql.query('DELETE FROM "AdditionQuota"'));
  afterAll(async () => {
    await sql.end();
    await deployment.close();
  });

  const limited = {
    userErrors: [{ __typename: 'RateLimitedError', code: 'RATE_LIMITED', retryAfterMs: expect.any(Number) }],
  };

  async function adding(person: Person, roomId: string, added: readonly Person[]) {
    const userIds = added.map(({ id }) => id);
    return (await person.ask(AddMembersDocument, { input: { roomId, userIds } })).addMembers;
  }

  /** Lets time pass for what a user has added. */
  async function pass(person: Person, minutes: number): Promise<void> {
    const earlier = `SELECT time - make_interval(mins => $2) FROM unnest("times") AS time`;
    const statement = `UPDATE "AdditionQuota" SET "times" = ARRAY(${earlier}) WHERE "userId" = $1`;
    await sql.query(statement, [innerId('User', person.id), minutes]);
  }

  test('and the answer says when the next one is possible', async () => {
    const ada = await deployment.here.signIn('Ada');
    const roomId = await makeGroup(ada, 'Mine', guests.slice(0, 1));
    await pass(ada, 59);
    done(await add(ada, roomId, guests.slice(1, 3)));

    const { userErrors } = await adding(ada, roomId, [guests[3]!]);
    const [error] = userErrors as { retryAfterMs?: number }[];

    expect(userErrors).toMatchObject(limited.userErrors);
    expect(error?.retryAfterMs).toBeGreaterThan(0);
    expect(error?.retryAfterMs).toBeLessThanOrEqual(60_000);
    expect(await adding(ada, roomId, guests.slice(3, 5))).toMatchObject(limited);
    await pass(ada, 1);
    done(await add(ada, roomId, [guests[3]!]));
  });

  test('in calls at the same time too', async () => {
    const ada = await deployment.here.signIn('Ada');
    const grace = await deployment.there.signIn('Grace');
    const roomId = await makeGroup(ada, 'Mine');
    const urls = [deployment.here.url, deployment.there.url];
    const answers = await Promise.all(
      guests.map(async ({ id }, index) => {
        const input = { roomId, userIds: [id] };
        return (await ask(urls[index % 2]!, AddMembersDocument, { input }, ada.token)).data.addMembers;
      }),
    );

    expect(answers.filter(({ userErrors }) => userErrors.length === 0)).toHaveLength(3);
    done(await add(grace, await makeGroup(grace, 'Hers'), guests.slice(0, 3)));
  });

  test('in new rooms of all kinds too', async () => {
    const ada = await deployment.there.signIn('Ada');
    await makeChannel(ada, 'Open', guests.slice(0, 2));

    const memberIds = guests.slice(2, 4).map(({ id }) => id);
    const { createRoom } = await ada.ask(CreateRoomDocument, { input: { kind: 'GROUP', name: 'Mine', memberIds } });

    expect(createRoom).toMatchObject({ room: null, userErrors: [{ code: 'RATE_LIMITED' }] });
    await makeGroup(ada, 'Small', [guests[4]!]);
  });

  test('not counting those who were members, and additions that were refused', async () => {
    const ada = await deployment.here.signIn('Ada');
    const roomId = await makeGroup(ada, 'Mine', guests.slice(0, 2));
    const old = await makeGroup(guests[5]!, 'Old');
    for (let round = 0; round < 4; round += 1) {
      done(await add(ada, roomId, guests.slice(0, 2)));
      const { createRoom } = await ada.ask(CreateRoomDocument, {
        input: { kind: 'CHANNEL', name: 'General', slug: 'general', memberIds: [guests[3]!.id] },
      });
      expect(createRoom.userErrors).toMatchObject([{ code: 'CONFLICT' }]);
      expect((await adding(ada, old, [guests[4]!])).userErrors).toHaveLength(1);
    }

    done(await add(ada, roomId, [guests[2]!]));
    await leave(guests[2]!, roomId);
    expect(await adding(ada, roomId, [guests[2]!])).toMatchObject(limited);
  });

  test('and a refusal is the same if the reserved additions cannot be given back', async () => {
    const ada = await deployment.here.signIn('Ada');
    await sql.query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$;
      CREATE TRIGGER refuse BEFORE UPDATE ON "AdditionQuota" FOR EACH ROW EXECUTE FUNCTION refuse()`);
    const memberIds = [guests[3]!.id];
    const input = { kind: 'CHANNEL', name: 'General', slug: 'general', memberIds } as const;

    const { createRoom } = await ada.ask(CreateRoomDocument, { input });
    await sql.query('DROP FUNCTION refuse CASCADE');

    expect(createRoom.userErrors).toMatchObject([{ code: 'CONFLICT' }]);
  });

  test('more at once are refused for ever', async () => {
    const ada = await deployment.here.signIn('Ada');

    const { userErrors } = await adding(ada, await makeGroup(ada, 'Mine'), guests.slice(0, 4));

    expect(userErrors).toMatchObject([{ code: 'INVALID_INPUT', constraint: 'additionsPerHour' }]);
  });

  test('unless they are an administrator', async () => {
    const ada = await deployment.here.signIn('Ada');
    await sql.query('UPDATE "User" SET "isAdmin" = true WHERE "id" = $1', [innerId('User', ada.id)]);

    done(await add(ada, await makeGroup(ada, 'All', guests.slice(0, 5)), guests));
  });
});

describe.each(deployments)('a user bans and mutes former members at most 3 times an hour, on %s', (_name, start) => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await start({ formerMembersPerHour: 3 });
  });
  afterAll(() => deployment.close());

  test('in all these ways together, so that reasons do not become messages', async () => {
    const [ada, grace] = [await deployment.here.signIn('Ada'), await deployment.here.signIn('Grace')];
    const target = { roomId: await makeGroup(ada, 'Mine', [grace]), user: grace };
    await leave(grace, target.roomId);
    for (const act of [ban, unban, mute]) done(await act(ada, { ...target, terms: { reason: 'Hello' } }));

    const refusals = [];
    for (const act of [unmute, ban, mute])
      refusals.push((await act(ada, { ...target, terms: { reason: 'You' } })).userErrors);

    const message = 'You can ban, unban, mute or unmute former members 3 times per hour.';
    expect(refusals).toMatchObject(refusals.map(() => [{ code: 'RATE_LIMITED', message }]));
  });

  test('not counting members, strangers, and requests that change nothing', async () => {
    const [ada, grace] = [await deployment.there.signIn('Ada'), await deployment.there.signIn('Grace')];
    const roomId = await makeChannel(ada, 'Open', [grace]);
    const stranger = { roomId, user: await deployment.here.signIn('Edsger') };
    for (const act of [mute, unmute, mute, unmute, mute, ban]) done(await act(ada, { roomId, user: grace }));
    for (const act of [ban, unban, ban, unban]) done(await act(ada, stranger));
    for (let round = 0; round < 4; round += 1) done(await ban(ada, { roomId, user: grace }));

    done(await unban(ada, { roomId, user: grace }));
  });
});
