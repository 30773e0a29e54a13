import { useMemo } from 'react';
import { useData } from '../app/data.ts';
import { BlockedDocument } from '../documents.ts';

/** Returns the ids of the users whom the viewer has blocked: what they write is hidden. Null before they are known, none if the server refuses to say. */
export function useBlocked(): ReadonlySet<string> | null {
  const [{ data, error }] = useData(BlockedDocument, {});
  const nodes = data?.viewer?.blockedUsers.nodes;
  const isKnown = data !== undefined || error !== undefined;
  return useMemo(() => (isKnown ? new Set(nodes?.map(({ id }) => id)) : null), [nodes, isKnown]);
}
