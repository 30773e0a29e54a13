import { RoomBySlugDocument } from '../documents.ts';
import { useData } from './data.ts';
import type { Route } from './router.ts';

/** Returns the id of the room that the address names; null if it names none, or it is not known yet. */
export function useOpenRoomId(route: Route): string | null {
  const slug = route.name === 'room' ? route.slug : null;
  const [{ data }] = useData(RoomBySlugDocument, slug === null ? null : { slug });
  if (route.name !== 'room') return null;
  if (route.id !== null) return route.id;
  const room = data?.roomBySlug;
  return room?.slug === slug ? room.id : null;
}
