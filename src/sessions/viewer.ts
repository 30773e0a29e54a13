import { builder } from '../graphql/builder.ts';
import type { Viewer } from '../graphql/context.ts';

/** The GraphQL type `Viewer`. Features add fields to it that only the caller may see. */
export const ViewerType = builder.nodeRef<Viewer>('Viewer', {
  id: { resolve: ({ userId }) => userId },
  loadWithoutCache: (userId, { viewer }) => (viewer?.userId === userId ? viewer : null),
});
