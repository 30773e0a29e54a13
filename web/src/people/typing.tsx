import { type Language, useLanguage } from '../words/language.tsx';
import { Emphasised } from './emphasised.tsx';
import type { Person } from './person.ts';

/** Returns who is typing, in words. */
export function typingText(people: readonly Person[], { composer }: Language['words']): string {
  const [first, second] = people.map(firstName);
  if (people.length > 2) return composer.typingMany;
  return second ? composer.typingTwo(first!, second) : composer.typingOne(first!);
}

/** Returns the first word of a name, with a number after it: "Guest 3". */
export function firstName({ displayName }: Pick<Person, 'displayName'>): string {
  return /^[^ ]+( \d+(?![^ ]))?/.exec(displayName)?.[0] ?? displayName;
}

/** Tells who is typing, with three dots before it. */
export function Typing({ people }: { people: readonly Person[] }) {
  const { words } = useLanguage();
  return (
    <>
      <span className="typing-dots">
        <i />
        <i />
        <i />
      </span>
      <Emphasised text={typingText(people, words)} names={people.map(firstName)} />
    </>
  );
}
