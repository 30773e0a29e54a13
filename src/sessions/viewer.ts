import { builder } from '../builder.ts';
import type { Viewer } from '../context.ts';

/** The GraphQL type `Viewer`; features add to it what only the caller may see. */
export const ViewerType = builder.nodeRef<Viewer>('Viewer', {
  id: { resolve: ({ userId }) => userId },
  loadWithoutCache: (userId, { viewer }) => (viewer?.userId === userId ? viewer : null),
});
