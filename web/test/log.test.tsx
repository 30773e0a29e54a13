/** @jest-environment jsdom */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type MessageWindow, type Outbox, type Outgoing, ParleyError, type Room } from 'parley-client';
import { act, useState } from 'react';
import { Value } from '../src/app/value.ts';
import { itemsOf, type NewFrom } from '../src/log/items.ts';
import { JumpButton } from '../src/log/jump-button.tsx';
import { focusBeside, onLogKey } from '../src/log/log-keys.ts';
import { LogScroll } from '../src/log/log-scroll.tsx';
import { LogState } from '../src/log/log-state.ts';
import { type LogEvent, LogView } from '../src/log/log-view.tsx';
import type { Message, OwnState, Reply } from '../src/log/message.ts';
import { MessageMenu } from '../src/log/message-menu.tsx';
import { actsOn, type Rights } from '../src/log/rights.ts';
import { useRefusedChanges } from '../src/log/use-refused-changes.ts';
import { useToldSent } from '../src/log/use-told-sent.ts';
import { en } from '../src/words/en.ts';
import { buttons, press, rerender, show } from './support/show.tsx';

const message: Message = {
  id: '1',
  author: { id: 'noor', displayName: 'Noor Haddad' },
  kind: 'USER',
  text: 'x',
  createdAt: new Date().toISOString(),
  editedAt: null,
  deletedAt: null,
  replyTo: null,
  reactionGroups: [],
  systemEvent: null,
};

const logOf = (messages: Message[], newFrom: NewFrom | null = null) => {
  const rest = { viewerId: null, now: Date.now(), quickEmoji: [], mayReact: false, mayReply: false };
  return { room: 'Room', items: itemsOf(messages, newFrom), ...rest };
};

function Unfolding({ messages }: { messages: Message[] }) {
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const onAct = ({ act, messageId }: LogEvent) => act === 'unfold' && setUnfolded(new Set([messageId]));
  return <LogView {...logOf(messages)} unfolded={unfolded} onAct={onAct} />;
}

/** A long message that can be unfolded, whose sending was refused, and one after it. */
function Going() {
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const [isDiscarded, setDiscarded] = useState(false);
  const onAct = (event: LogEvent) => (event.act === 'unfold' ? setUnfolded(new Set(['1'])) : setDiscarded(true));
  const messages = [
    { ...message, text: 'x\n'.repeat(20) },
    { ...message, id: '2' },
  ];
  const states = new Map<string, OwnState>([['1', { type: 'failed', why: 'Why' }]]);
  return <LogView {...logOf(messages.slice(isDiscarded ? 1 : 0))} {...{ states, unfolded, onAct }} />;
}

function Told({ states, announce }: { states: ReadonlyMap<string, OwnState>; announce: (text: string) => void }) {
  useToldSent(states, announce);
  return null;
}

function Refused({ outbox, told }: { outbox: Outbox; told: (code: string) => void }) {
  useRefusedChanges(outbox, told);
  return null;
}

test('each system message that only newer servers know has their text', () => {
  const systemEvent = { type: 'UNKNOWN' as const, subject: null };
  const told = { ...message, author: null, kind: 'SYSTEM' as const, systemEvent };
  const texts = ['Painted.', 'Cleaned.'];
  const page = show(<LogView {...logOf(texts.map((text, index) => ({ ...told, id: `${index}`, text })))} />);

  const lines = [...page.querySelectorAll('.system')].map(({ textContent }) => textContent);
  expect(lines).toEqual(texts.map((text) => expect.stringContaining(text)));
});

test('the keys of a message do nothing for one that is hidden', () => {
  const keys = { act: jest.fn(), focused: jest.fn(), typed: jest.fn() };
  const rows = logOf([message, { ...message, id: '2', isHidden: true }]);
  const page = show(<LogView {...rows} onKeyDown={(event) => onLogKey(event, keys)} />);
  const [seen, hidden] = page.querySelectorAll('article');

  for (const row of [hidden, seen])
    act(() => void row!.dispatchEvent(new KeyboardEvent('keydown', { key: 'c', bubbles: true })));

  expect(keys.act.mock.calls).toEqual([['copy', seen]]);
});

test('the entries of a menu stay where they are while it is open', () => {
  const props = { message, anchor: document.createElement('button'), onAct: jest.fn(), onClose: jest.fn() };
  const page = show(<MessageMenu {...props} may={new Set(['markRead', 'delete'])} />);

  rerender(<MessageMenu {...props} may={new Set(['delete'])} />);

  expect(buttons(page)).toEqual(['Mark as read', 'Delete message']);
});

test('deleting a message asks first, and can be left', () => {
  const [onAct, onClose] = [jest.fn(), jest.fn()];
  const anchor = document.createElement('button');
  const props = { message, may: new Set(['delete'] as const), anchor, onAct, onClose };
  const page = show(<MessageMenu {...props} />);

  press(page, 'Delete message');

  expect(page.textContent).toBe('Delete for everyone?DeleteCancel');
  expect(onAct).not.toHaveBeenCalled();
  press(page, 'Cancel');
  expect(onClose).toHaveBeenCalledTimes(1);
  press(page, 'Delete');
  expect(onAct).toHaveBeenCalledWith('delete');
});

describe('with a clock,', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());
  const later = (ms: number) => act(() => jest.advanceTimersByTime(ms));

  test('a finger that rests on a message opens its menu, which its click does not close; one that moves scrolls', () => {
    const onAct = jest.fn();
    const page = show(<LogView {...logOf([message])} onAct={onAct} />);
    const row = page.querySelector('article')!;
    const touch = (type: string, clientY: number) => {
      // jsdom has no events of pointers.
      const event = new MouseEvent(type, { bubbles: true, clientX: 9, clientY });
      act(() => void row.dispatchEvent(Object.assign(event, { pointerType: 'touch', isPrimary: true })));
    };

    touch('pointerdown', 100);
    touch('pointermove', 120);
    later(1000);
    expect(onAct).not.toHaveBeenCalled();
    touch('pointerdown', 100);
    later(399);
    expect(onAct).not.toHaveBeenCalled();
    later(1);

    expect(onAct).toHaveBeenCalledWith(expect.objectContaining({ act: 'menu', messageId: message.id, at: row }));

    const onClick = jest.fn();
    row.addEventListener('click', onClick);
    act(() => row.click()); // browsers may report one when the finger leaves
    expect(onClick).not.toHaveBeenCalled();
    act(() => row.click());
    expect(onClick).toHaveBeenCalledTimes(1);
  });

  test('the focus goes from a deleted message to the next one, or else to the one before', () => {
    const page = show(<LogView {...logOf([message, { ...message, id: '2' }])} />);
    const [first, second] = page.querySelectorAll('article');

    expect(focusBeside(first!)).toBe('2');
    later(20);
    expect(document.activeElement).toBe(second);
    expect(focusBeside(second!)).toBe(message.id);
    expect(focusBeside(null)).toBeNull();
  });
});

test('a message that had to wait is said to be sent once it is, and a refused one why', () => {
  const announce = jest.fn();
  const states = (...entries: [string, OwnState][]) => <Told states={new Map(entries)} announce={announce} />;
  const queued: OwnState = { type: 'queued', count: 1 };
  show(states(['a', queued], ['b', { type: 'sending' }]));

  rerender(states(['a', { type: 'sending' }]));
  expect(announce).not.toHaveBeenCalled();
  rerender(states(['c', { type: 'failed', why: 'You are muted here.' }]));

  expect(announce.mock.calls).toEqual([[en.log.sent], [en.log.notSent('You are muted here.'), 'assertive']]);
});

test.each([
  [true, ['Try again', 'Edit', 'Discard']],
  [false, ['Try again', 'Discard']],
])('a refused message can be edited only where there is a composer: %s', (mayReply, expected) => {
  const states = new Map<string, OwnState>([[message.id, { type: 'failed', why: 'You are muted here.' }]]);
  const page = show(<LogView {...logOf([message])} states={states} mayReply={mayReply} />);

  expect(buttons(page.querySelector('.state')!)).toEqual(expected);
});

test('refused changes are given up and said, a refused message stays', () => {
  const told = jest.fn();
  const outbox = new Value<readonly Outgoing[]>([]);
  const failed = (kind: Outgoing['kind'], code: 'EDIT_WINDOW_CLOSED' | 'MUTED') => {
    const state = new Value({ status: 'failed', why: new ParleyError({ code }) } as const);
    const discard = () => {
      outbox.set(outbox.get().filter((one) => one !== entry));
      return true;
    };
    const entry: Outgoing = { id: kind, kind, state, discard, retry: () => true, done: Promise.resolve() as never };
    return entry;
  };
  const [message, edit, reaction] = [
    failed('send', 'MUTED'),
    failed('edit', 'EDIT_WINDOW_CLOSED'),
    failed('react', 'MUTED'),
  ];
  outbox.set([message, edit]); // they have failed before the page was loaded
  show(<Refused outbox={outbox as Partial<Outbox> as Outbox} told={told} />);

  act(() => outbox.set([...outbox.get(), reaction]));

  expect(told.mock.calls).toEqual([['EDIT_WINDOW_CLOSED'], ['MUTED']]);
  expect(outbox.get()).toEqual([message]);
});

test('a message can be marked as read only if there is something unread', () => {
  const options = { isOwn: true, rights: new Set<'REACT'>() as Rights, now: 0, editSeconds: null };

  expect(actsOn(message, { ...options, hasUnread: true }).has('markRead')).toBe(true);
  expect(actsOn(message, { ...options, hasUnread: false }).has('markRead')).toBe(false);
});

test('the number behind eight kinds of reactions shows the others', () => {
  const reactionGroups = [...'🍎🍐🍊🍋🍌🍉🍇🍓🫐🍈'].map((emoji) => ({ emoji, count: 1, viewerHasReacted: false }));
  const page = show(<Unfolding messages={[{ ...message, reactionGroups }]} />);
  const kinds = () => page.querySelectorAll('[data-emoji]').length;
  expect(kinds()).toBe(8);

  press(page, '+2');

  expect(kinds()).toBe(10);
  expect(buttons(page)).not.toContain('+2');
});

test('the Tab key stops at the buttons of the row that the keyboard is at', () => {
  const replyTo = { id: '0', author: message.author, text: 'Before', deletedAt: null };
  const reactionGroups = [...'🍎🍐🍊🍋🍌🍉🍇🍓🫐'].map((emoji) => ({ emoji, count: 1, viewerHasReacted: false }));
  const long = { ...message, text: 'x\n'.repeat(20), replyTo, reactionGroups };
  const page = show(<LogView {...logOf([long, { ...long, id: '2' }])} stopId="2" />);
  const stops = (row: Element) => [...row.querySelectorAll<HTMLElement>('button')].filter((one) => one.tabIndex === 0);
  const [other, current] = page.querySelectorAll('article');

  expect(stops(other!)).toEqual([]);
  expect(stops(current!).map(({ textContent }) => textContent)).toEqual(
    expect.arrayContaining(['Noor HaddadBefore', 'Show more', '+1']),
  );
});

test.each<[string, string, string | undefined]>([
  ['unfold', 'Show more', '1'],
  ['discard', 'Discard', '2'],
])('the focus stays in the log when a button goes that was pressed: %s', async (_act, button, expected) => {
  const page = show(<Going />);
  const pressed = [...page.querySelectorAll('button')].find(({ textContent }) => textContent === button)!;
  pressed.focus();

  act(() => pressed.click());
  await act(() => new Promise((resolve) => requestAnimationFrame(() => resolve(undefined))));

  expect(document.activeElement?.getAttribute('data-id')).toBe(expected);
});

test('the button to the newest messages leaves its focus to the log', () => {
  const page = show(
    <>
      <LogView {...logOf([message])} />
      <JumpButton count={2} onPress={() => {}} />
    </>,
  );

  press(page, '2 new');

  expect(document.activeElement).toBe(page.querySelector('.log'));
});

test('the label of a row has the whole text, and whether it was sent, but not whom a blocked person is', () => {
  const replyTo = {
    id: '0',
    author: { id: 'max', displayName: 'Max' },
    text: 'Hidden',
    deletedAt: null,
    isHidden: true,
  };
  const label = (more: Partial<Message>, states = new Map<string, OwnState>()) =>
    show(<LogView {...logOf([{ ...message, ...more }])} states={states} />).querySelector('article')!.ariaLabel;

  expect(label({ text: `${'x'.repeat(3000)} end` })).toMatch(/ end$/);
  expect(label({ replyTo })).not.toContain('Max');
  expect(label({}, new Map([['1', { type: 'failed', why: 'You are muted here.' }]]))).toMatch(
    /Not sent\. You are muted here\.$/,
  );
});

test('a deleted message is not said to be edited', () => {
  const at = new Date().toISOString();
  const page = show(<LogView {...logOf([{ ...message, text: null, editedAt: at, deletedAt: at }])} />);

  expect(page.querySelector('article')!.ariaLabel).toMatch(/Message deleted$/);
});

test('a reply says that what it replies to is deleted, but not if that is only unknown', () => {
  const quotation = (reply: Partial<Reply>) => {
    const replyTo = { id: '0', author: null, text: null, deletedAt: null, ...reply };
    return show(<LogView {...logOf([{ ...message, replyTo }])} />).querySelector('.reply')!.textContent;
  };

  expect(quotation({ deletedAt: new Date().toISOString() })).toBe('Message deleted');
  expect(quotation({})).toBe('…');
});

test('what is sent without a connection is shown at once, though the newest messages cannot come', async () => {
  let connect = () => {};
  const connected = new Promise<void>((resolve) => {
    connect = resolve;
  });
  const messages = new Value<MessageWindow>({ items: [], hasOlder: true, hasNewer: true, isLoading: false });
  const room: Partial<Room> = { id: '1', messages, toNewest: () => connected };
  const log = new LogState(room as Room, 'noor');

  log.sent();

  expect(log.takeTarget()).toEqual({ type: 'end' });
  expect(log.takeTarget()).toBeNull();
  connect();
  await act(() => connected);
  expect(log.takeTarget()).toEqual({ type: 'end' });
});

test('a jump that waits for the connection gives way to the end, where one has gone meanwhile', async () => {
  let connect = () => {};
  const connected = new Promise<void>((resolve) => {
    connect = resolve;
  });
  const around = { ...message, sequence: 5 } as MessageWindow['items'][number];
  const messages = new Value<MessageWindow>({ items: [], hasOlder: true, hasNewer: false, isLoading: false });
  const toNewest = jest.fn(async () => {});
  const jumpTo = async () => {
    await connected;
    messages.set({ items: [around], hasOlder: true, hasNewer: true, isLoading: false });
  };
  const log = new LogState({ id: '1', messages, jumpTo, toNewest } as Partial<Room> as Room, 'noor');

  const jump = log.jump(5);
  log.sent();
  connect();
  await act(() => jump);

  expect(toNewest).toHaveBeenCalledTimes(1);
  expect(log.takeTarget()).toEqual({ type: 'end' });
  expect(log.value.get().markedId).toBeNull();
});

test('nothing is inserted above while what a finger has set in motion goes on', async () => {
  const frame = () => act(() => new Promise((resolve) => requestAnimationFrame(() => resolve(undefined))));
  Object.assign(globalThis, {
    ResizeObserver: class {
      observe() {}
      disconnect() {}
    },
  }); // jsdom has none
  Object.defineProperty(HTMLElement.prototype, 'onscrollend', { value: null, configurable: true });
  let scroll: LogScroll | undefined;
  const page = show(
    <LogScroll hasMoreBelow={false} takeTarget={() => null} onMoved={(moved) => (scroll = moved)}>
      {(attach) => <div ref={attach} className="log" />}
    </LogScroll>,
  );
  const happen = (...types: string[]) => {
    for (const type of types) page.querySelector('.log')!.dispatchEvent(new Event(type));
  };

  happen('touchstart', 'touchend');
  await frame();
  expect(scroll!.isBusy).toBe(false);
  happen('touchstart', 'scroll', 'touchend');
  await frame();
  expect(scroll!.isBusy).toBe(true);
  happen('scrollend');

  expect(scroll!.isBusy).toBe(false);
});

test.each([
  [0, true],
  [40, false],
])('the buttons of a row stand inside it where they would be cut off: %d px below the edge', (top, isInside) => {
  const page = show(<LogView {...logOf([message])} />);
  const row = page.querySelector('article')!;
  row.getBoundingClientRect = () => new DOMRect(0, top, 100, 24);

  act(() => void row.dispatchEvent(new MouseEvent('mouseover', { bubbles: true })));

  expect(row.querySelector('.toolbar')!.classList.contains('inside')).toBe(isInside);
});

test('the line above new messages says that there are more than the server counts', () => {
  const lines = (at: string, isCapped: boolean) => {
    const messages = [{ ...message, id: '0', createdAt: at }, message];
    const page = show(<LogView {...logOf(messages, { messageId: message.id, count: 100, isCapped })} />);
    return page.querySelector('.line.new')!.textContent;
  };
  const longAgo = new Date(0).toISOString();

  expect(lines(message.createdAt, true)).toBe('100+ new messages');
  expect(lines(message.createdAt, false)).toBe('100 new messages');
  expect(lines(longAgo, true)).toBe('Today, 100+ new');
});

test('a message says that a program has written it, also to screen readers', () => {
  const author = { id: 'deploy', displayName: 'Deploy', kind: 'BOT' as const };
  const page = show(<LogView {...logOf([{ ...message, author }])} />);

  expect(page.querySelector('.message-head')!.textContent).toMatch(/^DeployBot/);
  expect(page.querySelector('article')!.ariaLabel).toMatch(/^Deploy, Bot, /);
});

test('the name of somebody else opens what there is about them; one’s own, and names in the widget, are no buttons', () => {
  const nameIn = (more: object) => show(<LogView {...logOf([message])} {...more} />).querySelector('.author')!.tagName;

  expect(nameIn({ opensPeople: true })).toBe('BUTTON');
  expect(nameIn({ opensPeople: true, viewerId: 'noor' })).toBe('SPAN');
  expect(nameIn({})).toBe('SPAN');
});
