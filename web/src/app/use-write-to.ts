import { useCallback } from 'react';
import { OpenConversationDocument } from '../documents.ts';
import { navigateLater, roomPath } from './router.ts';
import { useChange } from './use-change.ts';

/** Returns a function that leads to the conversation with people, and makes it if there is none. */
export function useWriteTo(): (userIds: readonly string[]) => Promise<void> {
  const open = useChange(OpenConversationDocument);
  return useCallback(
    async (userIds) => {
      const lead = navigateLater();
      const room = (await open({ input: { kind: 'DIRECT', userIds } }))?.openConversation.room;
      if (room) lead(roomPath(room));
    },
    [open],
  );
}
