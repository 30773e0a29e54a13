import { Menu, type MenuEntry } from '../overlays/menu.tsx';
import { Submenu } from '../overlays/submenu.tsx';
import { Avatar } from '../people/avatar.tsx';
import type { Person, PresenceStatus } from '../people/person.ts';
import { useLanguage } from '../words/language.tsx';

type PlainAct =
  | 'message'
  | 'block'
  | 'unblock'
  | 'makeModerator'
  | 'makeMember'
  | 'makeOwner'
  | 'unmute'
  | 'remove'
  | 'ban'
  | 'unban';

/** What the viewer may do with a person. What is not permitted is not shown. */
export type PersonAct =
  | { type: PlainAct }
  /** `seconds`: 0 for no end. */
  | { type: 'mute'; seconds: number };

interface PersonMenuProps {
  person: Person;
  presence: PresenceStatus | null;
  /** Such as "Guest, joined 4 minutes ago" or the user name. */
  about: string | null;
  may: ReadonlySet<PersonAct['type']>;
  anchor: HTMLElement;
  onAct: (act: PersonAct) => void;
  onClose: () => void;
}

/** A person's card with what the viewer may do. */
export function PersonMenu({ person, presence, about, may, anchor, onAct, onClose }: PersonMenuProps) {
  const { words } = useLanguage();
  const entries = entriesFor(may, words, onAct);
  const head = (
    <div className="card">
      <Avatar person={person} size={40} presence={presence} />
      <div className="grow">
        <div className="card-name cut" dir="auto">
          {person.displayName}
        </div>
        {about && <div className="card-about cut">{about}</div>}
      </div>
    </div>
  );
  return (
    <Menu label={person.displayName} anchor={anchor} entries={entries} head={head} width={256} onClose={onClose} />
  );
}

type Words = ReturnType<typeof useLanguage>['words'];

function entriesFor(may: PersonMenuProps['may'], words: Words, onAct: PersonMenuProps['onAct']): MenuEntry[] {
  const { person } = words;
  const item = (type: PlainAct, icon: Extract<MenuEntry, { type: 'item' }>['icon']) => {
    const text = person[type];
    const isDestroying = type === 'remove' || type === 'ban';
    return may.has(type) ? [{ type: 'item' as const, icon, text, isDestroying, onChoose: () => onAct({ type }) }] : [];
  };
  const mute: MenuEntry = {
    type: 'submenu',
    as: Submenu,
    icon: 'muted',
    text: person.mute,
    items: ([600, 3600, 86400, 0] as const).map((seconds) => ({
      type: 'item',
      icon: 'timer',
      text: person.muteTimes[seconds],
      onChoose: () => onAct({ type: 'mute', seconds }),
    })),
  };
  const forAll = [...item('message', 'chat'), ...item('block', 'blockPerson'), ...item('unblock', 'blockPerson')];
  const forModerators: MenuEntry[] = [
    ...item('makeModerator', 'shield'),
    ...item('makeMember', 'shield'),
    ...item('makeOwner', 'accessKey'),
    ...(may.has('mute') ? [mute] : []),
    ...item('unmute', 'muted'),
    ...item('remove', 'removePerson'),
    ...item('ban', 'ban'),
    ...item('unban', 'ban'),
  ];
  return [forAll, forModerators].flatMap((part) => (part.length > 0 ? [{ type: 'line' as const }, ...part] : []));
}
