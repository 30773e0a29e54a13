import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import { PeopleByIdsDocument, type PeopleByIdsQuery } from '../documents.ts';
import type { Person } from '../people/person.ts';

const idsAtOnce = 100;

/** Returns people by their ids, in the order of their names. Asks for those who are not among `known`. */
export function useNamesOf(ids: readonly string[], known: ReadonlyMap<string, { user: Person }>): Person[] {
  const client = useClient();
  const [asked, setAsked] = useState<ReadonlyMap<string, Person>>(new Map());
  const missing = ids.filter((id) => !known.has(id) && !asked.has(id)).slice(0, idsAtOnce);
  const key = missing.join(' ');
  useEffect(() => {
    if (key === '') return;
    let isWanted = true;
    const answer = client.query<PeopleByIdsQuery>(PeopleByIdsDocument.query, { ids: key.split(' ') });
    void answer.toPromise().then(({ data }) => {
      if (!isWanted || !data) return;
      const people = data.nodes.flatMap((node) => (node && 'displayName' in node ? [[node.id, node] as const] : []));
      setAsked((before) => new Map([...before, ...people]));
    });
    return () => {
      isWanted = false;
    };
  }, [client, key]);
  const found = ids.flatMap((id) => known.get(id)?.user ?? asked.get(id) ?? []);
  return found.sort((a, b) => a.displayName.localeCompare(b.displayName));
}
