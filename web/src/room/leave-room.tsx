import { useAct } from '../app/data.ts';
import { showNotice } from '../app/notice.tsx';
import { navigate } from '../app/router.ts';
import { troubleOf } from '../app/trouble.ts';
import { LeaveRoomDocument } from '../documents.ts';
import { Dialog } from '../overlays/dialog.tsx';
import { useLanguage } from '../words/language.tsx';

interface LeaveRoomProps {
  roomId: string;
  name: string;
  onClose: () => void;
}

/** Asks once whether to leave a room. */
export function LeaveRoom({ roomId, name, onClose }: LeaveRoomProps) {
  const { words } = useLanguage();
  const { roomMenu } = words;
  const act = useAct(LeaveRoomDocument);
  const leave = async () => {
    onClose();
    navigate('/', 'replace'); // first: the room would say that it was left on another device
    showNotice(troubleOf(await act({ input: { roomId } }), words)?.text ?? null);
  };
  return (
    <Dialog label={roomMenu.leaveAsk(name)} onClose={onClose}>
      <form method="dialog" onSubmit={leave}>
        <h2 dir="auto">{roomMenu.leaveAsk(name)}</h2>
        <p>{roomMenu.leaveText}</p>
        <div className="dialog-buttons">
          <button type="button" className="button outlined" onClick={onClose}>
            {words.cancel}
          </button>
          <button type="submit" className="button destroying">
            {roomMenu.leaveYes}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
