import { beforeEach, expect, test } from '@jest/globals';
import { type AudienceMember, AudienceMembers } from '../../src/live/audience-members.ts';
import type { Rendering } from '../../src/live/rendering.ts';
import { type Tea, TeaLog } from '../support/tea.ts';

const own = [Buffer.from('"own"')];
const shared = [Buffer.from('"shared"')];

let log: TeaLog;
let members: AudienceMembers<Tea>;
beforeEach(() => {
  log = new TeaLog();
  members = new AudienceMembers<Tea>();
});

/** A member at the end of the log. */
function member(owner: string, hasRoom = true) {
  const received: (readonly Buffer[])[] = [];
  const dismissals = { count: 0 };
  const made: AudienceMember<Tea> = {
    reader: log.reader({ owner }),
    sink: { isOpen: true, connection: {}, hasRoomFor: () => hasRoom, send: () => {}, drained: async () => {} },
    shared: () => ({ key: owner, rendering: {} as Rendering<Tea> }),
    receive: (payloads) => void received.push(payloads),
    catchUp: () => {
      dismissals.count += 1;
      members.remove(made);
    },
    end: () => {},
  };
  return { made, received, dismissals };
}

test('owners with results of their own get those, and the others the shared ones', () => {
  const [ada, grace] = [member('ada'), member('grace')];
  for (const { made } of [ada, grace]) members.add(made, 0);

  members.send(shared, new Map([['ada', own]]));

  expect([ada.received, grace.received]).toEqual([[own], [shared]]);
});

test('a member ahead gets nothing until the audience reaches its position', () => {
  log.pour(3);
  const ahead = member('ada');
  members.add(ahead.made, 1);
  members.send(shared, new Map());
  expect([ahead.received, [...members.positionsAhead()]]).toEqual([[], [3]]);

  members.admitAt(2);
  members.admitAt(3);
  members.send(shared, new Map());

  expect([ahead.received, members.positionsAhead().size, members.has('ada')]).toEqual([[shared], 0, true]);
});

test('there is room if one member has some', () => {
  expect(members.hasRoom()).toBe(false);
  members.add(member('ada', false).made, 0);
  expect(members.hasRoom()).toBe(false);

  members.add(member('grace').made, 0);

  expect(members.hasRoom()).toBe(true);
});

test('members whose access has ended are dismissed, wherever they are', () => {
  log.pour();
  const [present, ahead, stays] = [member('ada'), member('ada'), member('grace')];
  members.add(present.made, 1);
  members.add(ahead.made, 0);
  members.add(stays.made, 1);

  members.dismissEnded((owner) => (owner === 'ada' ? { eventNumber: 2, occurredAt: new Date() } : null));

  expect([present, ahead, stays].map(({ dismissals }) => dismissals.count)).toEqual([1, 1, 0]);
  expect(members.size).toBe(1);
});
