import { useMemo } from 'react';
import { useData } from '../app/data.ts';
import { BlockedDocument } from '../documents.ts';

/** Returns the ids of the users whom the viewer has blocked: what they write is hidden. */
export function useBlocked(): ReadonlySet<string> {
  const [{ data }] = useData(BlockedDocument, {});
  const nodes = data?.viewer?.blockedUsers.nodes;
  return useMemo(() => new Set(nodes?.map(({ id }) => id)), [nodes]);
}
