interface Runner<Key> {
  run<Result>(key: Key, work: () => Promise<Result>): Promise<Result>;
}

/** Returns functions that add pieces of work and end them, and a list of the pieces that have started. */
export function pieces<Key = string>(runner: Runner<Key>) {
  const started: string[] = [];
  const ends = new Map<string, (failure?: Error) => void>();
  const add = (key: Key, name: string) => {
    const piece = runner.run(key, () => {
      started.push(name);
      return new Promise<string>((resolve, reject) => {
        ends.set(name, (failure) => (failure ? reject(failure) : resolve(name)));
      });
    });
    piece.catch(() => {}); // a piece that still waits at the end of its test may be refused later
    return piece;
  };
  return { started, add, end: (name: string, failure?: Error) => ends.get(name)?.(failure) };
}
