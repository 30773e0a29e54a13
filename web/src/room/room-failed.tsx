import { useLanguage } from '../words/language.tsx';

/** Says that the server refuses to show a room for a reason that is not the viewer's. */
export function RoomFailed() {
  const { words } = useLanguage();
  return (
    <div className="empty" role="alert">
      <div>
        <h2>{words.errors.other}</h2>
        <div className="chips">
          <a className="button outlined" href="/">
            {words.onlyOnPage.backToChats}
          </a>
          <button type="button" className="button primary" onClick={() => location.reload()}>
            {words.tryAgain}
          </button>
        </div>
      </div>
    </div>
  );
}
