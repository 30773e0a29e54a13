import { Icon } from '../style/icon.tsx';
import { useLanguage } from '../words/language.tsx';
import type { OwnState } from './message.ts';

/** Shows how far an own message has come, and what can be done if it was refused. */
export function MessageState({ state, mayRewrite }: { state: OwnState; mayRewrite: boolean }) {
  const { words, formats } = useLanguage();
  const { log } = words;
  if (state.type === 'failed') {
    return (
      <div className="state failed">
        <Icon name="alert" size={16} />
        <span>{log.notSent(state.why)}</span>
        <button type="button" className="again" data-act="retry">
          {words.tryAgain}
        </button>
        {mayRewrite && (
          <button type="button" data-act="rewrite">
            {log.edit}
          </button>
        )}
        <button type="button" data-act="discard">
          {log.discard}
        </button>
      </div>
    );
  }
  if (state.type === 'queued' && state.count === null) return null;
  const text = state.type === 'queued' ? log.waiting(formats.number(state.count!), state.count!) : log.sending;
  return (
    <div className="state">
      <Icon name="clock" size={14} />
      {state.type === 'queued' ? text : <span className="unseen">{text}</span>}
    </div>
  );
}
