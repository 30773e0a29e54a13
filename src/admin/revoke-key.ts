import { notFound } from '../base/errors.ts';
import type { Context } from '../graphql/context.ts';
import { deactivateUser } from './deactivate.ts';
import { requireAdmin } from './require-admin.ts';

/**
 * Ends an API key on every node, by deactivating its user, so that sessions which were created for that user end too.
 * Repeating it is no error. Throws NOT_FOUND, and FORBIDDEN for the key that makes the request.
 */
export async function revokeApiKey(context: Context, id: string): Promise<string> {
  requireAdmin(context);
  const path = ['apiKeyId'];
  const key = await context.services.prisma.apiKey.findUnique({ where: { id } });
  if (!key) throw notFound('API key', path);
  await deactivateUser(context, key.userId, path);
  return id;
}
