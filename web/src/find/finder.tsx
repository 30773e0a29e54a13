import { useMemo, useState } from 'react';
import { useData } from '../app/data.ts';
import { showOverlay } from '../app/overlays.ts';
import { directoryPath, navigate, roomPath } from '../app/router.ts';
import { useSettled } from '../app/settled.ts';
import { useTalk } from '../app/talk.tsx';
import { useIsConnected } from '../app/told-trouble.tsx';
import { useWriteTo } from '../app/use-write-to.ts';
import { FindDocument, type FindQuery } from '../documents.ts';
import { nameOfRoom } from '../people/room-name.ts';
import { type Language, useLanguage } from '../words/language.tsx';
import { FindDialog, type Found } from './find-dialog.tsx';

/** Finds people, the viewer's rooms and public rooms, and leads to them. */
export function Finder({ onClose }: { onClose: () => void }) {
  const { viewer } = useTalk();
  const language = useLanguage();
  const [query, setQuery] = useState('');
  const wanted = useSettled(query.trim());
  const [{ data, fetching }] = useData(FindDocument, { query: wanted });
  const writeTo = useWriteTo();
  const isConnected = useIsConnected();
  const found = useMemo(
    () => foundIn(data, { viewerId: viewer.id, isConnected, language }),
    [data, viewer.id, isConnected, language],
  );
  const onChoose = (one: Found) => {
    onClose();
    if (one.type === 'person') void writeTo([one.id]);
    else navigate(found.paths.get(one.id) ?? '/');
  };
  return (
    <FindDialog
      query={query}
      people={wanted === '' ? [] : found.people}
      rooms={found.rooms}
      publicRooms={found.publicRooms}
      isLoading={!data || fetching || wanted !== query.trim()}
      onQuery={setQuery}
      onChoose={onChoose}
      onSearchPublic={() => {
        showOverlay(null);
        navigate(directoryPath(query.trim()));
      }}
      onClose={onClose}
    />
  );
}

interface Around {
  viewerId: string;
  /** Without a connection, nobody knows who is there. */
  isConnected: boolean;
  language: Language;
}

function foundIn(data: FindQuery | undefined, around: Around) {
  const { viewerId, language } = around;
  const mine = data?.viewer?.memberships.nodes.map(({ room }) => room) ?? [];
  const others = data?.rooms.nodes.filter(({ viewerMembership }) => viewerMembership?.state !== 'JOINED') ?? [];
  const members = (count: number) => language.words.directory.members(language.formats.number(count), count);
  const rooms = mine.map((room): Found => {
    const people = room.members.nodes.map(({ user }) => user).filter(({ id }) => id !== viewerId);
    const name = nameOfRoom(room.name, people, language);
    return { type: 'room', id: room.id, name, kind: room.kind, about: members(room.memberCount) };
  });
  const publicRooms = others.map(
    (room): Found => ({
      type: 'room',
      id: room.id,
      name: room.name ?? '',
      kind: room.kind,
      about: members(room.memberCount),
    }),
  );
  return {
    people: peopleIn(data, around),
    rooms,
    publicRooms,
    paths: new Map([...mine, ...others].map((room) => [room.id, roomPath(room)])),
  };
}

function peopleIn(data: FindQuery | undefined, { viewerId, isConnected }: Around): Found[] {
  const people = data?.users.nodes.filter(({ id }) => id !== viewerId) ?? [];
  return people.map((person) => ({
    type: 'person',
    id: person.id,
    name: person.displayName,
    about: `@${person.username}`,
    person,
    presence: isConnected ? person.presence.status : null,
  }));
}
