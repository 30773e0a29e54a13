import type { Migration } from './migration-files.ts';
import type { AppliedMigration } from './migration-history.ts';

/** Returns the migrations that the database lacks. Throws unless the applied ones are the first of `migrations`. */
export function pendingMigrations(history: AppliedMigration[], migrations: Migration[]): Migration[] {
  for (const applied of history) requireUnchanged(applied, migrations);
  const isApplied = ({ name }: Migration) => history.some((applied) => applied.name === name);
  const at = migrations.findIndex((migration) => !isApplied(migration));
  if (at < 0) return [];
  const [first, ...others] = migrations.slice(at);
  // The order is that of the names, not of the recorded times: the clock of a database server can be set back between two
  // migrations.
  const later = others.find(isApplied);
  if (!later) return migrations.slice(at);
  throw new Error(
    `Migration ${first?.name} is not applied, and the later ${later.name} is: rename its folder so that it sorts last.`,
  );
}

function requireUnchanged({ name, checksum, isFinished }: AppliedMigration, migrations: Migration[]): void {
  if (!isFinished) throw new Error(failedEarlier(name));
  const migration = migrations.find((each) => each.name === name);
  const applied = `Migration ${name} is applied in the database`;
  if (!migration) throw new Error(`${applied} but unknown here: this Parley is older than its database.`);
  if (migration.checksum !== checksum) {
    throw new Error(`${applied} and was edited since: restore its file, and put changes in a new migration.`);
  }
}

const failedEarlier = (name: string) =>
  `Migration ${name} failed earlier (see "logs" in _prisma_migrations) and changed nothing. Fix the cause, ` +
  `then run DELETE FROM _prisma_migrations WHERE migration_name = '${name}'; and start again.`;
