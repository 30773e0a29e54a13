import { type Rank, ranks } from '../../src/access/rank.ts';
import { type RuledRoom, refusalOf, roomPermissions } from '../../src/access/rights.ts';

const room: RuledRoom = { kind: 'CHANNEL', postingPolicy: 'MEMBERS', archivedAt: null };
const limited: RuledRoom = { ...room, postingPolicy: 'MODERATORS' };
const archived: RuledRoom = { ...room, archivedAt: new Date(0) };
const conversation: RuledRoom = { ...room, kind: 'DIRECT' };

/** Returns the table of rights in Markdown, as docs/rights.md shows it. */
export function rightsTable(): string {
  const rows = roomPermissions.map((permission) => {
    const mayIn = (where: RuledRoom, rank: Rank) => refusalOf(permission, where, rank) === null;
    const cells = ranks.map((rank) => {
      if (!mayIn(room, rank)) return '';
      return mayIn(limited, rank) ? 'yes' : 'policy';
    });
    const places = [archived, conversation].map((where) => (mayIn(where, 'OWNER') ? 'yes' : 'no'));
    return [`\`${permission}\``, ...cells, ...places];
  });
  const heading = ['permission', ...ranks, 'in archived rooms', 'in DIRECT and SUPPORT'];
  return [heading, heading.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
