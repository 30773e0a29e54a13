import { useEffect } from 'react';
import { useTalk } from '../app/talk.tsx';

const everyMs = 2000;

/** Calls `again` soon after somebody came, went, or got another role; not more often than every two seconds. */
export function useMembershipChanges(roomId: string, again: () => void): void {
  const { parley } = useTalk();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isDue = false;
    const fetchAgain = () => {
      timer = undefined;
      if (!isDue) return;
      isDue = false;
      again();
      timer = setTimeout(fetchAgain, everyMs);
    };
    const end = parley.room(roomId).onEvent((event) => {
      if (event.__typename !== 'MembershipChangedEvent') return;
      isDue = true;
      timer ??= setTimeout(fetchAgain, 0);
    });
    return () => {
      end();
      clearTimeout(timer);
    };
  }, [parley, roomId, again]);
}
