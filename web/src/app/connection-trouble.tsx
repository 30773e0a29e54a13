import { ConnectionBar, reconnect } from '../room/connection-bar.tsx';
import { useTalk } from './talk.tsx';
import { useToldTrouble } from './told-trouble.tsx';

/** The bar about the connection, in a pane that is no room. */
export function ConnectionTrouble() {
  const { parley } = useTalk();
  const trouble = useToldTrouble();
  return trouble && <ConnectionBar trouble={trouble} mayWrite={false} onTry={() => reconnect(parley)} />;
}
