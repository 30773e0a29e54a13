import { useLanguage } from '../words/language.tsx';

interface NotificationQuestionProps {
  onAnswer: (answer: 'on' | 'notNow') => void;
}

/** Asks whether the browser shall tell about new messages. */
export function NotificationQuestion({ onAnswer }: NotificationQuestionProps) {
  const { notifications } = useLanguage().words;
  return (
    <div className="notice question" role="status">
      <span className="grow">{notifications.ask}</span>
      <button type="button" className="button primary small" onClick={() => onAnswer('on')}>
        {notifications.on}
      </button>
      <button type="button" className="button outlined small" onClick={() => onAnswer('notNow')}>
        {notifications.notNow}
      </button>
    </div>
  );
}
