import type { Parley } from 'parley-client';
import { ParleyProvider } from 'parley-client/react';
import type { ReactNode } from 'react';
import { Provider } from 'urql';
import { dataOf } from '../../src/app/data.ts';
import { type Talk, TalkProvider } from '../../src/app/talk.tsx';

/** Puts around a part of the page what it stands on. `parley`: what the part needs of a client, with `request`. */
export function withTalk(parley: object, part: ReactNode, more: Partial<Talk> = {}): ReactNode {
  const client = parley as Parley;
  const viewer = { id: 'me', displayName: 'Me', kind: 'HUMAN', isAdmin: false } as const;
  return (
    <Provider value={dataOf(client)}>
      <ParleyProvider client={client}>
        <TalkProvider value={{ parley: client, viewer, announce: () => {}, ...more } as Partial<Talk> as Talk}>
          {part}
        </TalkProvider>
      </ParleyProvider>
    </Provider>
  );
}
