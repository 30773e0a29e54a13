import type { Room } from 'parley-client';
import { useStore } from 'parley-client/react';
import { type ReactNode, useMemo } from 'react';
import { useTalk } from '../app/talk.tsx';
import { Seen } from '../log/seen.tsx';
import type { Person } from '../people/person.ts';
import { constant, useWhileMember } from './use-while-member.ts';

const nobodyRead = constant<ReadonlyMap<string, number>>(new Map());

interface SeenOptions {
  people: ReadonlyMap<string, Person>;
  isDirect: boolean;
  isMember: boolean;
}

/** Returns who has seen the viewer's newest message that anybody has seen, below that message. One that is deleted says nothing. */
export function useSeen(room: Room, { people, isDirect, isMember }: SeenOptions): Map<string, ReactNode> {
  const { viewer } = useTalk();
  const readers = useWhileMember(room.readers, nobodyRead, isMember);
  const { items } = useStore(room.messages);
  return useMemo(() => {
    const read = [...readers].filter(([id]) => id !== viewer.id && people.has(id));
    const furthest = Math.max(0, ...read.map(([, sequence]) => sequence));
    const isOwn = (item: (typeof items)[number]) =>
      item.author?.id === viewer.id && item.kind === 'USER' && item.deletedAt === null;
    const last = items.findLast((item) => isOwn(item) && !item.sending && item.sequence <= furthest);
    if (!last) return new Map();
    const by = read.filter(([, sequence]) => sequence >= last.sequence).map(([id]) => people.get(id)!);
    return new Map([[last.id, <Seen key="seen" by={by} isDirect={isDirect} />]]);
  }, [readers, items, people, viewer.id, isDirect]);
}
