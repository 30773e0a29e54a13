/**
 * Settings that a role, a database or a postgresql.conf may have. Results depend on each of them having another value.
 */
export const unusualSettings = {
  timezone: 'Asia/Kolkata',
  datestyle: 'SQL, DMY',
  intervalstyle: 'iso_8601',
  bytea_output: 'escape',
  extra_float_digits: '-15',
  standard_conforming_strings: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
  row_security: 'off',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  synchronous_commit: 'off',
  exit_on_error: 'on',
  idle_session_timeout: '50ms',
  client_encoding: 'LATIN1',
  statement_timeout: '1ms',
  lock_timeout: '1ms',
  idle_in_transaction_session_timeout: '1ms',
  enable_indexscan: 'off',
  enable_indexonlyscan: 'off',
  enable_bitmapscan: 'off',
  enable_nestloop: 'off',
};

/** Sets all of these settings, and others, for `target`, such as `DATABASE chat`. */
export function setUnusual(target: string, others: Record<string, string> = {}): string[] {
  return Object.entries({ ...unusualSettings, ...others }).map(
    ([setting, value]) => `ALTER ${target} SET ${setting} = ${value.includes('"') ? value : `'${value}'`}`,
  );
}
