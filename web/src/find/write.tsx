import { showOverlay } from '../app/overlays.ts';
import { navigateLater, roomPath } from '../app/router.ts';
import { useChange } from '../app/use-change.ts';
import { useWriteTo } from '../app/use-write-to.ts';
import { AddMembersDocument, CreateRoomDocument } from '../documents.ts';
import { Field, textIn } from '../overlays/field.tsx';
import type { Person } from '../people/person.ts';
import { useLanguage } from '../words/language.tsx';
import { ChoosePeople } from './choose-people.tsx';

/** Begins a conversation with one person, or a group with several. */
export function Write({ onClose }: { onClose: () => void }) {
  const { words, formats } = useLanguage();
  const { write } = words;
  const writeTo = useWriteTo();
  const create = useChange(CreateRoomDocument);
  const onChosen = async (people: readonly Person[], form: FormData) => {
    const ids = people.map(({ id }) => id);
    onClose();
    if (people.length === 1) return writeTo(ids);
    const lead = navigateLater();
    const named = textIn(form, 'name');
    const name = named || formats.list(people.map(({ displayName }) => displayName));
    const input = { kind: 'GROUP' as const, name: [...name].slice(0, 100).join(''), memberIds: ids };
    const room = (await create({ input }))?.createRoom.room;
    if (room) lead(roomPath(room));
  };
  return (
    <ChoosePeople
      title={write.title}
      buttonFor={(count) => (count > 1 ? write.toMany : write.toOne)}
      fieldsFor={(count) => count > 1 && <Field label={write.groupName} name="name" maxLength={100} />}
      foot={
        <button type="button" className="button quiet grow" onClick={() => showOverlay({ type: 'newRoom' })}>
          {write.newRoom}
        </button>
      }
      onChosen={onChosen}
      onClose={onClose}
    />
  );
}

/** Adds people to a room. */
export function AddPeople({ roomId, onClose }: { roomId: string; onClose: () => void }) {
  const { words } = useLanguage();
  const add = useChange(AddMembersDocument);
  const onChosen = (people: readonly Person[]) => {
    onClose();
    void add({ input: { roomId, userIds: people.map(({ id }) => id) } });
  };
  return (
    <ChoosePeople
      title={words.write.addTitle}
      buttonFor={() => words.write.add}
      onChosen={onChosen}
      onClose={onClose}
    />
  );
}
