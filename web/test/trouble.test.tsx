/** @jest-environment jsdom */
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { Connection, Outgoing, Parley } from 'parley-client';
import { ParleyProvider } from 'parley-client/react';
import { act } from 'react';
import { useTrouble } from '../src/app/use-trouble.ts';
import { Value } from '../src/app/value.ts';
import { show } from './support/show.tsx';

function Trouble() {
  return useTrouble() ?? 'none';
}

beforeEach(() => void jest.useFakeTimers());
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});
const later = (ms: number) => act(() => jest.advanceTimersByTime(ms));

function showTrouble() {
  const connection = new Value<Connection>({ status: 'ready' });
  const outbox = new Value<readonly Outgoing[]>([]);
  const client = { connection, outbox } as Pick<Parley, 'connection'> as Parley;
  const page = show(
    <ParleyProvider client={client}>
      <Trouble />
    </ParleyProvider>,
  );
  return { page, lose: () => act(() => connection.set({ status: 'connecting', lost: false })), outbox };
}

test('a lost connection is said after two seconds', () => {
  const { page, lose } = showTrouble();

  lose();
  later(1999);
  expect(page.textContent).toBe('none');
  later(1);

  expect(page.textContent).toBe('reconnecting');
});

test('a lost connection is said at once while the browser has no network', () => {
  jest.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  const { page, lose } = showTrouble();

  lose();
  later(0);

  expect(page.textContent).toBe('offline');
});

test('a server that lets a message wait for ten seconds is called busy', () => {
  const { page, outbox } = showTrouble();
  const state = new Value({ status: 'waiting', until: 0, code: 'RATE_LIMITED' } as const);

  act(() => outbox.set([{ id: '1', state } as Pick<Outgoing, 'id' | 'state'> as Outgoing]));
  later(9999);
  expect(page.textContent).toBe('none');
  later(1);

  expect(page.textContent).toBe('busy');
});
