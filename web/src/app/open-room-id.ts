import { RoomBySlugDocument } from '../documents.ts';
import { useListedRoom } from '../room/use-listed-room.ts';
import { useData } from './data.ts';
import type { Route } from './router.ts';

/** Returns the id of the room that the address names; null if it names none, or it is not known yet. */
export function useOpenRoomId(route: Route): string | null {
  const slug = route.name === 'room' ? route.slug : null;
  const [{ data }] = useData(RoomBySlugDocument, slug === null ? null : { slug });
  const listed = useListedRoom(slug);
  if (route.name !== 'room') return null;
  if (route.id !== null) return route.id;
  const found = data?.roomBySlug; // of the address before until there is an answer
  return (found?.slug === slug ? found : listed)?.id ?? null;
}
