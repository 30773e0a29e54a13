import type { OperationVariables } from '@apollo/client';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Parley } from '../src/api.ts';
import { apolloAdapter, urqlAdapter } from './support/chat-clients.ts';
import { settle } from './support/fake-clock.ts';
import { eventsDocument, sendDocument } from './support/shown-rooms.ts';
import { Trial } from './support/trial.ts';

const made: Trial[] = [];
afterEach(() => {
  for (const { parley } of made.splice(0)) parley.dispose();
});

const variables = { input: { roomId: 'r', text: 'hi' } };
const follow = { query: eventsDocument, variables: { roomId: 'r' } };

/** What an app does with its own client; each resolves to the message of the error. */
interface App {
  send(): Promise<string | undefined>;
  follow(): Promise<string | undefined>;
}

function inApollo(parley: Parley): App {
  const client = apolloAdapter(parley);
  const messageOf = ({ message }: Error) => message;
  return {
    send: () =>
      client
        .mutate<unknown, OperationVariables>({ mutation: sendDocument, variables })
        .then(() => undefined, messageOf),
    follow: () =>
      new Promise((resolve) => {
        client.subscribe(follow).subscribe(({ error }) => resolve(error?.message));
      }),
  };
}

function inUrql(parley: Parley): App {
  const client = urqlAdapter(parley);
  const messageOf = ({ error }: { error?: Error | undefined }) => error?.message;
  return {
    send: () => client.mutation(sendDocument, variables).toPromise().then(messageOf),
    follow: () => client.subscription(follow.query, follow.variables).toPromise().then(messageOf),
  };
}

describe.each([
  ['Apollo Client', inApollo],
  ['urql', inUrql],
])('%s', (_name, appOf) => {
  async function signedIn() {
    let token: string | null = 'token';
    const requests: unknown[] = [];
    const fetch = async (_url: unknown, init?: RequestInit) => {
      requests.push(JSON.parse(init?.body as string).variables);
      return Response.json({ data: { viewer: null } });
    };
    const trial = await new Trial({ token: () => token, fetch }).connected({ userId: 'ada' });
    made.push(trial);
    const becomeAnonymous = async () => {
      token = null;
      await trial.connected();
      await settle();
    };
    return { trial, app: appOf(trial.parley), requests, becomeAnonymous };
  }

  test('hears at once that a message cannot be sent after a sign-out, and it is not sent later', async () => {
    const { trial, app, requests, becomeAnonymous } = await signedIn();
    await trial.parley.signOut();

    expect(await app.send()).toContain('Signed out before it was sent.');
    await becomeAnonymous();

    expect(trial.parley.session.get().status).toBe('anonymous');
    expect(requests).not.toContainEqual(expect.objectContaining({ parleyInput: expect.anything() }));
  });

  test.each(['discard', 'keep'] as const)(
    'hears that a message which waits is not sent before the sign-out (%s), nor later as nobody',
    async (unsent) => {
      const { trial, app, requests, becomeAnonymous } = await signedIn();
      const sending = app.send();
      await settle();
      await trial.parley.signOut({ unsent });

      expect(await sending).toContain('Signed out before it was sent.');
      await becomeAnonymous();
      expect(requests).not.toContainEqual(expect.objectContaining({ parleyInput: expect.anything() }));
    },
  );

  test('hears at once that a client is disposed', async () => {
    const { trial, app } = await signedIn();
    trial.parley.dispose();

    expect(await app.send()).toContain('The client is disposed of.');
    expect(await app.follow()).toContain('The client is disposed of.');
  });
});
