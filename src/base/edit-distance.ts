/** Returns how many characters must be inserted, removed or replaced to turn one text into the other (Levenshtein). */
export function editDistance(one: string, other: string): number {
  // Distances between the part of `one` that has been read and each beginning of `other`.
  let distances = Array.from({ length: other.length + 1 }, (_, length) => length);
  for (const [index, character] of [...one].entries()) {
    const next = [index + 1];
    for (let length = 1; length <= other.length; length += 1) {
      const replaced = distances[length - 1]! + (other[length - 1] === character ? 0 : 1);
      next.push(Math.min(replaced, distances[length]! + 1, next[length - 1]! + 1));
    }
    distances = next;
  }
  return distances.at(-1)!;
}
