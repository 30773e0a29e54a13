import { createApiKey } from '../src/admin/create-key.ts';
import { storeDeactivation } from '../src/admin/deactivate.ts';
import { storeReactivation } from '../src/admin/reactivate.ts';
import { globalId } from '../src/base/ids.ts';
import { foldText } from '../src/base/names.ts';
import { readConfig } from '../src/config.ts';
import type { ApiKey, PrismaClient, User } from '../src/generated/prisma/client.ts';
import { withDatabase } from './admin-database.ts';

const usage = `Usage: npm run admin -- COMMAND

  key NAME             creates an API key and prints it; it is not shown again
  keys                 lists the API keys that have not been revoked
  revoke-key ID|NAME   ends an API key, its connections and the sessions of its user
  grant USERNAME       makes a user an administrator; also grant-admin
  revoke USERNAME      takes the rights of an administrator away from a user; also revoke-admin
  deactivate USERNAME  ends the sessions and API keys of a user, and refuses later sign-ins
  reactivate USERNAME  lets a deactivated user sign in again
  users QUERY          finds users by a part of the username or display name, or by external id
  --help               prints this

It uses the database of DATABASE_URL, or else the one in DATA_DIR, like the server.
Without npm: node dist/tools/admin.js COMMAND`;

/** The command cannot be executed as it was given. */
class UsageError extends Error {}

/** Where a command prints its result, and what it has to say besides. */
export type Output = Pick<Console, 'log' | 'error'>;

type Command = (prisma: PrismaClient, argument: string, output: Output) => Promise<void>;

const makeAdmin = { run: adminSetter(true), needs: 'USERNAME' };
const endAdmin = { run: adminSetter(false), needs: 'USERNAME' };
const commands: Record<string, { run: Command; needs: string | null }> = {
  key: { run: createKey, needs: 'NAME' },
  keys: { run: listKeys, needs: null },
  'revoke-key': { run: revokeKey, needs: 'ID or NAME' },
  grant: makeAdmin,
  'grant-admin': makeAdmin,
  revoke: endAdmin,
  'revoke-admin': endAdmin,
  deactivate: { run: deactivate, needs: 'USERNAME' },
  reactivate: { run: reactivate, needs: 'USERNAME' },
  users: { run: listUsers, needs: 'QUERY' },
};

/** Executes a command as a configuration of these environment variables has it. Returns the exit code. */
export async function runAdmin(
  args: string[],
  environment: Record<string, string | undefined>,
  output: Output,
): Promise<number> {
  try {
    await execute(args, environment, output);
    return 0;
  } catch (error) {
    // An expected error is one line that says what to do. A mistake in the program needs its stack.
    const isMistake = error instanceof TypeError || error instanceof ReferenceError;
    output.error(isMistake || !(error instanceof Error) ? error : error.message);
    if (!(error instanceof UsageError)) return 1;
    output.error(usage);
    return 2;
  }
}

async function execute(args: string[], environment: Record<string, string | undefined>, output: Output): Promise<void> {
  if (args.some((arg) => arg === '--help' || arg === '-h')) return output.log(usage);
  const [name, ...rest] = args;
  if (name === undefined) throw new UsageError('A command is missing.');
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new UsageError(`There is no command "${name}".`);
  // A name of several words may come without quotation marks.
  const argument = rest.join(' ').trim();
  if (command.needs !== null && argument === '') throw new UsageError(`${name} needs ${command.needs}.`);
  if (command.needs === null && argument !== '') throw new UsageError(`${name} takes no argument.`);
  await withDatabase(readConfig(environment), (prisma) => command.run(prisma, argument, output));
}

/** Prints the key alone on the standard output, for scripts. */
async function createKey(prisma: PrismaClient, name: string, output: Output): Promise<void> {
  const { apiKey, key } = await createApiKey(prisma, { name });
  output.error(`The key "${apiKey.name}" (${idOf(apiKey)}) is below. Store it now: it is not shown again.`);
  output.log(key);
}

async function listKeys(prisma: PrismaClient, _argument: string, output: Output): Promise<void> {
  const keys = await prisma.apiKey.findMany({ where: { revokedAt: null }, orderBy: { id: 'asc' } });
  if (keys.length === 0) return output.error('There is no API key.');
  for (const key of keys) {
    const used = key.lastUsedAt ? `last used ${key.lastUsedAt.toISOString()}` : 'never used';
    output.log([idOf(key), key.name, `created ${key.createdAt.toISOString()}`, used].join('\t'));
  }
}

async function revokeKey(prisma: PrismaClient, wanted: string, output: Output): Promise<void> {
  const keys = await prisma.apiKey.findMany({ where: { revokedAt: null } });
  const byId = keys.filter((key) => wanted === idOf(key) || wanted === key.id);
  const [key, ...others] = byId.length > 0 ? byId : keys.filter(({ name }) => name === wanted);
  if (!key) throw new Error(`There is no API key "${wanted}". List the keys with: npm run admin -- keys`);
  if (others.length > 0) {
    const ids = [key, ...others].map(idOf).join(', ');
    throw new Error(`${others.length + 1} API keys have the name "${wanted}". Revoke one by its id: ${ids}`);
  }
  await storeDeactivation(prisma, key.userId);
  output.log(`Revoked the API key "${key.name}" (${idOf(key)}).`);
}

function adminSetter(isAdmin: boolean): Command {
  return async (prisma, wanted, output) => {
    const { id, username, displayName, deactivatedAt } = await requireUser(prisma, wanted);
    if (isAdmin && deactivatedAt)
      throw new Error(`The user "${username}" is deactivated. First: npm run admin -- reactivate ${username}`);
    await prisma.user.update({ where: { id }, data: { isAdmin } });
    output.log(`${username} (${displayName}) is ${isAdmin ? 'an' : 'no'} administrator now.`);
  };
}

async function requireUser(prisma: PrismaClient, wanted: string): Promise<User> {
  const username = foldText(wanted);
  const user = await prisma.user.findUnique({ where: { username } });
  if (!user) throw new Error(`There is no user "${username}". Find users with: npm run admin -- users QUERY`);
  return user;
}

async function deactivate(prisma: PrismaClient, wanted: string, output: Output): Promise<void> {
  const { id, username, displayName } = await requireUser(prisma, wanted);
  await storeDeactivation(prisma, id);
  output.log(`${username} (${displayName}) is deactivated now.`);
}

async function reactivate(prisma: PrismaClient, wanted: string, output: Output): Promise<void> {
  const { id, username, displayName } = await requireUser(prisma, wanted);
  await storeReactivation(prisma, id);
  output.log(`${username} (${displayName}) can sign in again.`);
}

const maxUsers = 50;

async function listUsers(prisma: PrismaClient, query: string, output: Output): Promise<void> {
  const contains = foldText(query);
  const users = await prisma.user.findMany({
    where: {
      OR: [
        { username: { contains } },
        { searchName: { contains } },
        { displayName: { contains: query, mode: 'insensitive' } },
        { externalId: query },
      ],
    },
    orderBy: { username: 'asc' },
    take: maxUsers + 1,
  });
  if (users.length === 0) return output.error(`No user matches "${query}".`);
  for (const user of users.slice(0, maxUsers)) {
    const { username, displayName, kind, externalId } = user;
    const marks = [user.isAdmin && 'administrator', user.deactivatedAt && 'deactivated', externalId].filter(Boolean);
    output.log([username, displayName, kind, ...marks].join('\t'));
  }
  if (users.length > maxUsers) output.error(`There are more than ${maxUsers}. Narrow the search.`);
}

function idOf({ id }: ApiKey): string {
  return globalId('ApiKey', id);
}
