import { useConnection } from 'parley-client/react';
import { useCallback } from 'react';
import { useData } from '../app/data.ts';
import { useOnReady } from '../app/use-on-ready.ts';
import { OwnStatusDocument, type OwnStatusQuery } from '../documents.ts';

type Presence = NonNullable<OwnStatusQuery['viewer']>['user']['presence'];

/** Returns the viewer's presence. Null before it is known, and without a connection: for the server, they are offline then. */
export function useOwnPresence(): Presence | null {
  const [{ data }, again] = useData(OwnStatusDocument, {});
  useOnReady(useCallback(() => again({ requestPolicy: 'network-only' }), [again]));
  const isReady = useConnection().status === 'ready';
  return isReady ? (data?.viewer?.user.presence ?? null) : null;
}
