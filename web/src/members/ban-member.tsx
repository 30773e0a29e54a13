import { useChange } from '../app/use-change.ts';
import { BanMemberDocument } from '../documents.ts';
import type { Person } from '../people/person.ts';
import { BanDialog } from './ban-dialog.tsx';

interface BanMemberProps {
  roomId: string;
  person: Person;
  onClose: () => void;
}

/** Bans somebody after asking why and for how long. */
export function BanMember({ roomId, person, onClose }: BanMemberProps) {
  const ban = useChange(BanMemberDocument);
  return (
    <BanDialog
      person={person}
      onBan={({ reason, seconds }) => {
        onClose();
        const until = seconds === 0 ? null : new Date(Date.now() + seconds * 1000).toISOString();
        void ban({ input: { roomId, userId: person.id, until, reason: reason || null } });
      }}
      onClose={onClose}
    />
  );
}
