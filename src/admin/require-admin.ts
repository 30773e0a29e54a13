import { forbidden } from '../base/errors.ts';
import { type Context, requireViewer, type Viewer } from '../graphql/context.ts';

/** Returns the viewer, who is an administrator or an API key. Throws FORBIDDEN for everybody else. */
export function requireAdmin(context: Pick<Context, 'viewer'>): Viewer {
  const viewer = requireViewer(context);
  if (!viewer.isAdmin) throw forbidden('Only administrators and API keys can do this.');
  return viewer;
}
