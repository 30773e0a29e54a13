/** Names the database user, the watching shell in a list of processes, and root's copy of the programs. */
export const product = 'parley';
