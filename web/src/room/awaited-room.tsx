import { useIsPhone } from '../app/screen.ts';
import { useTalk } from '../app/talk.tsx';
import { useToldTrouble } from '../app/told-trouble.tsx';
import { Skeleton } from '../log/skeleton.tsx';
import { ConnectionBar, reconnect } from './connection-bar.tsx';
import { RoomHead } from './room-head.tsx';
import { RoomPane } from './room-pane.tsx';
import { goBack } from './room-top.tsx';

/** Stands in the place of a room of which nothing is known but its address. `children`: why it cannot be shown. */
export function AwaitedRoom({ name, children }: { name: string; children: React.ReactNode }) {
  const { parley } = useTalk();
  const trouble = useToldTrouble();
  const nothing = { kind: 'CHANNEL', topic: '', other: null, presence: null, hereCount: null, typing: null } as const;
  return (
    <RoomPane
      name={name}
      head={
        <RoomHead
          {...nothing}
          name={name}
          isPhone={useIsPhone()}
          areMembersOpen={false}
          isSilenced={null}
          hasEnded
          onBack={goBack}
        />
      }
      bars={trouble && <ConnectionBar trouble={trouble} mayWrite={false} onTry={() => reconnect(parley)} />}
    >
      {children ?? <Skeleton />}
    </RoomPane>
  );
}
