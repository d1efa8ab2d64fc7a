import { fold } from './fold.ts';

/**
 * The thing of this name, or, where there is none, the only one whose name differs in capitals and accents alone: phones write `Pad`.
 * @param namesOf all names of a thing
 */
export function byName<T>(things: Iterable<T>, word: string, namesOf: (thing: T) => readonly string[]): T | undefined {
  const all = [...things];
  const exact = all.find((thing) => namesOf(thing).includes(word));
  if (exact !== undefined) return exact;
  const [alike, ...more] = all.filter((thing) => namesOf(thing).some((name) => fold(name) === fold(word)));
  return more.length === 0 ? alike : undefined;
}
