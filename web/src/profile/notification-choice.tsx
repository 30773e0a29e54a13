import { useNotificationState } from '../app/browser-notifications.ts';
import { useLanguage } from '../words/language.tsx';

/** Says whether this browser tells about new messages, and turns it on and off. */
export function NotificationChoice() {
  const { words } = useLanguage();
  const { profile, notifications } = words;
  const { state, ask, turnOff } = useNotificationState();
  if (state === 'unsupported') return null;
  return (
    <section>
      <h2>{profile.notifications}</h2>
      {state === 'on' && (
        <>
          <p className="help">{profile.notificationsOn}</p>
          <button type="button" className="button outlined small" onClick={turnOff}>
            {notifications.off}
          </button>
        </>
      )}
      {state === 'denied' && <p className="help">{profile.notificationsDenied}</p>}
      {state === 'off' && (
        <>
          <p className="help">{notifications.ask}</p>
          <button type="button" className="button outlined small" onClick={ask}>
            {notifications.on}
          </button>
        </>
      )}
    </section>
  );
}
