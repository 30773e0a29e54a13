import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SetTypingDocument, TypingChangedDocument, TypingUsersDocument } from '../generated/graphql.ts';
import { type Deployment, deployments, endDeployments } from '../support/deployments.ts';
import { Listener } from '../support/listener.ts';
import { type Person, people } from '../support/person.ts';
import { leave, makeGroup, say } from '../support/rooms.ts';
import { listen } from '../support/sse.ts';
import { until } from '../support/until.ts';

/** Says whether a person types; answers with the payload. */
async function type(person: Person, roomId: string, isTyping = true) {
  return (await person.ask(SetTypingDocument, { input: { roomId, isTyping } })).setTyping;
}

const namesIn = ({ typingChanged }: { typingChanged: { users: { displayName: string }[] } }) =>
  typingChanged.users.map(({ displayName }) => displayName).sort();

afterAll(endDeployments);

describe.each(deployments)('typing, on %s', (_name, start) => {
  let deployment: Deployment;
  let ada: Person;
  let grace: Person;
  let edsger: Person;
  beforeAll(async () => {
    deployment = await start({ typingMs: 60_000 }); // longer than any test waits
    ({ ada, grace } = await people(deployment.here.url, 'Ada', 'Grace'));
    ({ edsger } = await people(deployment.there.url, 'Edsger'));
  });
  afterAll(async () => {
    await Promise.all([ada.close(), grace.close(), edsger.close()]);
    await deployment.close();
  });

  test('is told as a whole list: who begins, who stops, and until a message is sent', async () => {
    const roomId = await makeGroup(ada, 'Keys', [grace, edsger]);
    const [near, far] = [
      Listener.of(ada, TypingChangedDocument, { roomId }),
      Listener.of(edsger, TypingChangedDocument, { roomId }),
    ];
    await Promise.all([near.heard((now) => namesIn(now).length === 0), far.heard((now) => namesIn(now).length === 0)]);

    expect(await type(grace, roomId)).toEqual({ expiresInMs: 60_000, userErrors: [] });
    await type(edsger, roomId);
    await Promise.all([near, far].map((one) => one.heard((now) => namesIn(now).join() === 'Edsger,Grace')));
    expect((await ada.ask(TypingUsersDocument, { id: roomId })).room!.typingUsers).toHaveLength(2);

    expect(await type(grace, roomId, false)).toEqual({ expiresInMs: null, userErrors: [] });
    await Promise.all([near, far].map((one) => one.heard((now) => namesIn(now).join() === 'Edsger')));
    const heard = [near, far].map(({ results }) => results.length);
    await say(edsger, roomId, 'Done');
    await Promise.all([near, far].map((one, index) => one.heard((now) => namesIn(now).length === 0, heard[index])));

    await Promise.all([near.hangUp(), far.hangUp()]);
  });

  test('ends by itself when its time is up', async () => {
    const brief = await start({ typingMs: 1000 });
    const { hedy } = await brief.here.people('Hedy');
    const { radia } = await brief.there.people('Radia');
    const roomId = await makeGroup(hedy, 'Distracted', [radia]);
    const listener = Listener.of(radia, TypingChangedDocument, { roomId });
    expect(await type(hedy, roomId)).toEqual({ expiresInMs: 1000, userErrors: [] });
    await listener.heard((now) => namesIn(now).join() === 'Hedy');

    await listener.heard((now) => namesIn(now).length === 0, listener.results.length);
    await listener.hangUp();
    await brief.close();
  });

  test('of somebody who sends by another node ends too', async () => {
    const roomId = await makeGroup(ada, 'Roaming', [grace, edsger]);
    const listener = Listener.of(edsger, TypingChangedDocument, { roomId });
    await type(edsger, roomId);
    await listener.heard((now) => namesIn(now).length === 1);

    const heard = listener.results.length;
    const elsewhere = Object.assign(Object.create(Object.getPrototypeOf(edsger)), edsger, { url: deployment.here.url });
    await say(elsewhere, roomId, 'From over there');
    await listener.heard((now) => namesIn(now).length === 0, heard);

    expect(listener.results.slice(heard).map(namesIn)).toEqual([[]]);
    await listener.hangUp();
  });

  test('may be said every two seconds', async () => {
    const roomId = await makeGroup(ada, 'Hasty', []);
    await type(ada, roomId);

    expect(await type(ada, roomId)).toMatchObject({ expiresInMs: null, userErrors: [{ code: 'RATE_LIMITED' }] });
    expect(await type(ada, roomId, false)).toMatchObject({ userErrors: [] });
    expect(await type(ada, roomId, false)).toMatchObject({ userErrors: [] });
  });

  test('is followed by Server-Sent Events too', async () => {
    const roomId = await makeGroup(ada, 'By curl', [grace]);
    const listener = new Listener(listen(ada, TypingChangedDocument, { roomId }));
    await listener.heard((now) => namesIn(now).length === 0);

    await type(grace, roomId);
    await listener.heard((now) => namesIn(now).join() === 'Grace');
    await listener.hangUp();
  });

  test('ends for who leaves, and is not for strangers', async () => {
    const roomId = await makeGroup(ada, 'Private keys', [grace]);
    const listener = Listener.of(grace, TypingChangedDocument, { roomId });
    await listener.heard(() => true);

    await leave(grace, roomId);
    await listener.ended;
    await expect(Listener.of(grace, TypingChangedDocument, { roomId }).ended).rejects.toMatchObject({
      extensions: { code: 'NOT_FOUND' },
    });
    expect(await type(edsger, roomId)).toMatchObject({
      userErrors: [{ code: 'NOT_FOUND', path: ['input', 'roomId'] }],
    });
    await until(() => listener.isOver);
  });
});
