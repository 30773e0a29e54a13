import type { Core } from '../base/core.ts';

/** Calls `joined` when the viewer joins a room, and follows the viewer for that: nothing else may report it. */
export function onJoined(core: Core, joined: (roomId: string) => void): () => void {
  const stops = [core.joined.add(joined), core.followViewer()];
  return () => {
    for (const stop of stops) stop();
  };
}
