import './messages/around-schema.ts';
import './messages/events-schema.ts';
import './messages/mutations.ts';
import './messages/schema.ts';
import './notifications/schema.ts';
import './presence/changes-schema.ts';
import './presence/schema.ts';
import './presence/typing-schema.ts';
import './reading/changes-schema.ts';
import './reading/schema.ts';
import './rooms/events-schema.ts';
import './rooms/membership-schema.ts';
import './rooms/membership-mutations.ts';
import './rooms/moderation-mutations.ts';
import './rooms/moderation-schema.ts';
import './rooms/mutations.ts';
import './rooms/rights-schema.ts';
import './rooms/schema.ts';
import './graphql/server-schema.ts';
import './sessions/schema.ts';
import './log/schema.ts';
import './users/schema.ts';
import { builder } from './graphql/builder.ts';
import { resolvePlainly } from './graphql/plain-fields.ts';
import { requireSignIn } from './sessions/sign-in.ts';

/** The executable schema: everything that the features registered. */
export const schema = requireSignIn(resolvePlainly(builder.toSchema()));
