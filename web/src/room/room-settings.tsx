import { useId, useState } from 'react';
import { useAct, useData } from '../app/data.ts';
import { type Trouble, troubleOf } from '../app/trouble.ts';
import { RoomRightsDocument, type RoomRightsQuery, UpdateRoomDocument } from '../documents.ts';
import { Dialog } from '../overlays/dialog.tsx';
import { Field, FormFault, textIn } from '../overlays/field.tsx';
import { useLanguage } from '../words/language.tsx';

type Settable = NonNullable<RoomRightsQuery['room']>;
const fields = ['name', 'topic'];
const postings = ['MEMBERS', 'MODERATORS'] as const;
const slowTimes = [0, 5, 30, 60, 300, 3600] as const;

interface RoomSettingsProps {
  roomId: string;
  onClose: () => void;
}

/** Changes name, topic, posting policy and slow mode of a room. */
export function RoomSettings({ roomId, onClose }: RoomSettingsProps) {
  const { words } = useLanguage();
  const [{ data }] = useData(RoomRightsDocument, { roomId });
  return (
    <Dialog label={words.settings.title} onClose={onClose}>
      {data?.room && <Form key={data.room.id} room={data.room} onClose={onClose} />}
    </Dialog>
  );
}

function Form({ room, onClose }: { room: Settable; onClose: () => void }) {
  const { words } = useLanguage();
  const { settings, newRoom } = words;
  const update = useAct(UpdateRoomDocument);
  const [fault, setFault] = useState<Trouble | null>(null);
  const [postingPolicy, setPosting] = useState(room.postingPolicy);
  const [slowModeSeconds, setSlow] = useState(room.slowModeSeconds);
  const wrong = (field: string) => (fault?.field === field ? fault.text : null);
  const isNamed = room.name !== null;
  const submit = async (form: FormData) => {
    const name = isNamed ? { name: textIn(form, 'name') } : {};
    const input = { roomId: room.id, ...name, topic: textIn(form, 'topic') || null, postingPolicy, slowModeSeconds };
    const trouble = troubleOf(await update({ input }), words);
    if (trouble === null) onClose();
    else setFault(trouble);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit(new FormData(event.currentTarget));
      }}
    >
      <h2>{settings.title}</h2>
      {isNamed && <Field label={newRoom.name} name="name" maxLength={100} initial={room.name} wrong={wrong('name')} />}
      <Field label={newRoom.topic} name="topic" maxLength={500} initial={room.topic ?? ''} wrong={wrong('topic')} />
      <Choices
        title={settings.posting}
        values={postings}
        chosen={postingPolicy}
        text={settings.postings}
        onChoose={setPosting}
      />
      <Choices
        title={settings.slow}
        values={slowTimes}
        chosen={slowModeSeconds}
        text={settings.slowTimes}
        onChoose={setSlow}
      />
      <FormFault fault={fault} fields={fields} />
      <div className="dialog-buttons">
        <button type="button" className="button outlined" onClick={onClose}>
          {words.cancel}
        </button>
        <button type="submit" className="button primary">
          {settings.save}
        </button>
      </div>
    </form>
  );
}

interface ChoicesProps<Value extends string | number> {
  title: string;
  values: readonly Value[];
  chosen: string | number;
  text: Record<Value, string>;
  onChoose: (value: Value) => void;
}

function Choices<Value extends string | number>({ title, values, chosen, text, onChoose }: ChoicesProps<Value>) {
  const id = useId();
  return (
    <fieldset>
      <legend className="field">{title}</legend>
      {values.map((value) => (
        <label key={value} className="choice">
          <input type="radio" name={id} checked={value === chosen} onChange={() => onChoose(value)} />
          <span>{text[value]}</span>
        </label>
      ))}
    </fieldset>
  );
}
