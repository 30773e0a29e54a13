import { useMemo } from 'react';
import { useClient } from 'urql';
import { type InboxMembership, InboxPageDocument, type InboxPageQuery } from '../documents.ts';

/** Returns what the inbox has of a room, by its id or slug: it is there before the room is loaded, and without a connection. */
export function useListedRoom(name: string | null): InboxMembership['room'] | null {
  const client = useClient();
  return useMemo(() => {
    const variables = { filter: null, after: null };
    const read = client.readQuery(InboxPageDocument.query, variables, { requestPolicy: 'cache-only' });
    const rows = (read?.data as InboxPageQuery | undefined)?.viewer?.memberships.nodes;
    return rows?.find(({ room }) => room.id === name || room.slug === name)?.room ?? null;
  }, [client, name]);
}
