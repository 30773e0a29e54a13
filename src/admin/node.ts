import type { ApiKey } from '../generated/prisma/client.ts';
import { builder } from '../graphql/builder.ts';

/** The GraphQL type `ApiKey`. */
export const ApiKeyNode = builder.objectRef<ApiKey>('ApiKey');
