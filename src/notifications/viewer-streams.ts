import { SharedViewerStream, type ViewerSources } from './shared-viewer-stream.ts';

/** A subscription's hold on the stream of its user. */
export interface HeldStream {
  stream: SharedViewerStream;
  /** Must be called once. */
  release: () => void;
}

/** The streams of the users who subscribe to `viewerEvents` on this node, one for each user. */
export class ViewerStreams {
  readonly #sources: Omit<ViewerSources, 'userId'>;
  readonly #users = new Map<string, { stream: SharedViewerStream; holds: number }>();

  constructor(sources: Omit<ViewerSources, 'userId'>) {
    this.#sources = sources;
  }

  get size(): number {
    return this.#users.size;
  }

  hold(userId: string): HeldStream {
    const user = this.#users.get(userId) ?? {
      stream: new SharedViewerStream({ ...this.#sources, userId }),
      holds: 0,
    };
    this.#users.set(userId, user);
    user.holds += 1;
    const release = () => {
      user.holds -= 1;
      if (user.holds === 0) this.#users.delete(userId);
    };
    return { stream: user.stream, release };
  }
}
