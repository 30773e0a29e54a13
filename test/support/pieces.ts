interface Runner {
  run<Result>(key: string, work: () => Promise<Result>): Promise<Result>;
}

/** Pieces of work that record their start, and end when the test says so. */
export function pieces(runner: Runner) {
  const started: string[] = [];
  const ends = new Map<string, (failure?: Error) => void>();
  const add = (key: string, name: string) =>
    runner.run(key, () => {
      started.push(name);
      return new Promise<string>((resolve, reject) => {
        ends.set(name, (failure) => (failure ? reject(failure) : resolve(name)));
      });
    });
  return { started, add, end: (name: string, failure?: Error) => ends.get(name)?.(failure) };
}
