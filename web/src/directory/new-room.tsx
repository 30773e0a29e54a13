import { useId, useState } from 'react';
import { useAct } from '../app/data.ts';
import { navigateLater, roomPath } from '../app/router.ts';
import { type Trouble, troubleOf } from '../app/trouble.ts';
import { CreateRoomDocument } from '../documents.ts';
import { Dialog } from '../overlays/dialog.tsx';
import { Field, FormFault, textIn } from '../overlays/field.tsx';
import { useLanguage } from '../words/language.tsx';

const kinds = ['CHANNEL', 'STREAM', 'GROUP'] as const;
const fields = ['name', 'slug', 'topic'];
const nameMaxLength = 100;

/** Makes a room, and leads there. */
export function NewRoom({ onClose }: { onClose: () => void }) {
  const language = useLanguage();
  const { newRoom, cancel } = language.words;
  const create = useAct(CreateRoomDocument);
  const [kind, setKind] = useState<(typeof kinds)[number]>('CHANNEL');
  const [fault, setFault] = useState<Trouble | null>(null);
  const [isBusy, setBusy] = useState(false);
  const id = useId();
  const wrong = (field: string) => (fault?.field === field ? fault.text : null);
  const submit = async (element: HTMLFormElement) => {
    const form = new FormData(element);
    const name = textIn(form, 'name');
    if (name === '' || [...name].length > nameMaxLength) {
      return setFault({ text: newRoom.nameWrong, field: 'name' });
    }
    setBusy(true);
    const lead = navigateLater();
    const slug = kind === 'GROUP' ? '' : textIn(form, 'slug').toLowerCase();
    const result = await create({ input: { kind, name, slug: slug || null, topic: textIn(form, 'topic') || null } });
    if (!element.isConnected) return; // it was left meanwhile
    const room = result.data?.createRoom.room;
    if (room) {
      onClose();
      lead(roomPath(room));
    } else {
      setFault(troubleOf(result, language.words));
      setBusy(false);
    }
  };
  return (
    <Dialog label={newRoom.title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <h2>{newRoom.title}</h2>
        <Field label={newRoom.name} name="name" maxLength={nameMaxLength} wrong={wrong('name')} />
        <fieldset>
          <legend className="field">{newRoom.kind}</legend>
          {kinds.map((value) => (
            <label key={value} className="choice">
              <input type="radio" name={`kind ${id}`} checked={value === kind} onChange={() => setKind(value)} />
              <span>{newRoom.kinds[value]}</span>
            </label>
          ))}
        </fieldset>
        <p className="help">{newRoom.kindHelp[kind]}</p>
        {kind !== 'GROUP' && (
          <Field label={newRoom.slug} name="slug" maxLength={64} help={newRoom.slugHelp} wrong={wrong('slug')} />
        )}
        <Field label={newRoom.topic} name="topic" maxLength={500} help={newRoom.topicHelp} wrong={wrong('topic')} />
        <FormFault fault={fault} fields={fields} />
        <div className="dialog-buttons">
          <button type="button" className="button outlined" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" className="button primary" disabled={isBusy}>
            {newRoom.make}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
