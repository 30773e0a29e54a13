import { expect, test } from '@jest/globals';
import { edit } from '../../../src/log/changes/edit.ts';
import { changeKinds } from '../../../src/log/changes/kinds.ts';
import { send } from '../../../src/log/changes/send.ts';
import { ChangeQueue, groupChanges } from '../../../src/log/writer/change-queue.ts';
import { type QueuedChange, queued } from '../../../src/log/writer/queued-change.ts';

const promise = { resolve: () => {}, reject: () => {} };
const always = { isHeld: () => false, setAside: () => false };

function sending(actorId: string, id: string): QueuedChange {
  return queued(send, { roomId: 'tea', actorId, id, text: id, clientMessageId: id, replyToId: null }, promise);
}

function editing(actorId: string, text: string): QueuedChange {
  return queued(edit, { roomId: 'tea', actorId, messageId: 'one', text }, promise);
}

function queueOf(changes: readonly QueuedChange[]): ChangeQueue {
  const queue = new ChangeQueue({ kinds: changeKinds });
  for (const change of changes) queue.add(change);
  return queue;
}

test('finding groups for an author whose changes need a group each costs as much for each of many as for few', () => {
  const count = 4000;
  const changes = Array.from({ length: count }, (_, at) =>
    at % 2 ? sending('ada', `${at}`) : editing('ada', `${at}`),
  );
  let looks = 0;
  for (const change of changes) {
    const { keys } = change;
    const look = () => {
      looks += 1;
      return keys;
    };
    Object.defineProperty(change, 'keys', { get: look });
  }
  const queue = queueOf(changes);

  const groups: QueuedChange[][] = [];
  while (queue.length > 0) groups.push(queue.takeGroup(always));

  expect(groups.flat()).toEqual(changes);
  expect(looks).toBeLessThan(4 * count);
});

test('an author with many changes does not keep others waiting', () => {
  const many = Array.from({ length: 1000 }, (_, at) => sending('ada', `${at}`));
  const queue = queueOf([...many, sending('grace', 'mine')]);

  const [first, second] = [queue.takeGroup(always), queue.takeGroup(always)];

  expect(first).toEqual(many.slice(0, groupChanges));
  expect(second[0]).toMatchObject({ author: 'tea grace' });
});

test('changes that are put in front come before the others of their author, and before other authors', () => {
  const queue = queueOf([sending('ada', 'one'), sending('grace', 'two')]);
  const [again, both] = [sending('grace', 'zero'), sending('grace', 'also')];

  queue.addFirst([again, both]);

  const texts = queue.takeGroup(always).map(({ steps }) => (steps[0]?.change as { id?: string } | undefined)?.id);
  expect(texts).toEqual(['zero', 'also', 'two', 'one']);
  expect([queue.length, queue.bytes]).toEqual([0, 0]);
});

test('if a room is locked, all changes of its authors are set aside, in order', () => {
  const queue = queueOf([sending('ada', 'one'), sending('grace', 'two'), sending('ada', 'three')]);
  const aside: QueuedChange[] = [];

  const group = queue.takeGroup({ isHeld: () => false, setAside: (change) => aside.push(change) > 0 });

  expect([group.length, aside.length, queue.length, queue.bytes]).toEqual([0, 3, 0, 0]);
});

test('a change that waits for an earlier one of its author is not set aside in front of that one', () => {
  const queue = queueOf([sending('ada', 'two')]);
  const aside: QueuedChange[] = [];

  const group = queue.takeGroup({ isHeld: () => true, setAside: (change) => aside.push(change) > 0 });

  expect([group.length, aside.length, queue.length]).toEqual([0, 0, 1]);
});
