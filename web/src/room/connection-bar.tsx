import type { Parley } from 'parley-client';
import type { Trouble } from '../app/use-trouble.ts';
import { Icon } from '../style/icon.tsx';
import { useLanguage } from '../words/language.tsx';

interface ConnectionBarProps {
  trouble: Trouble;
  /** There is a composer. */
  mayWrite: boolean;
  onTry?: () => void;
}

/** Connects at once, and not when it would be time to. */
export function reconnect(parley: Pick<Parley, 'connect' | 'disconnect'>): void {
  parley.disconnect();
  parley.connect();
}

/** Says quietly that the connection is gone, and what happens with what is written meanwhile. */
export function ConnectionBar({ trouble, mayWrite, onTry }: ConnectionBarProps) {
  const { words } = useLanguage();
  const { connection } = words;
  const isOffline = trouble === 'offline';
  const keep = isOffline ? connection.offlineKeep : connection.keepWriting;
  return (
    <div className="net">
      {isOffline ? <Icon name="alert" size={16} /> : <span className="spinner" />}
      <span className="grow cut">
        {isOffline ? connection.offline : trouble === 'busy' ? connection.busy : connection.reconnecting}
        {trouble !== 'busy' && mayWrite && <span> {keep}</span>}
      </span>
      {trouble !== 'busy' && (
        <button type="button" onClick={onTry}>
          {connection.tryNow}
        </button>
      )}
    </div>
  );
}
