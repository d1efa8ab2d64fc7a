import type { Attendee, VEvent } from 'node-ical';

/** The user name of the person an event is about, or null when it is nobody's, or several people's. */
export type NameOf = (event: Pick<VEvent, 'attendee' | 'summary'>) => string | null;

/**
 * Whoever takes part is on call; without known attendees, whoever is named in the summary.
 * @param people user names, which stand for themselves
 * @param names what stands in the calendar instead, a mail address or a name: the user name
 */
export function namesOf(people: readonly string[], names: Readonly<Record<string, string>>): NameOf {
  const known = new Map(
    [...people.map((name) => [name, name] as const), ...Object.entries(names)].map(([from, to]) => [from.toLowerCase(), to]),
  );
  const only = (found: readonly (string | undefined)[]): string | null => {
    const [one, ...more] = [...new Set(found.filter((name) => name !== undefined))];
    return one === undefined || more.length > 0 ? null : one;
  };
  return ({ attendee, summary }) => {
    const attending = (attendee === undefined ? [] : Array.isArray(attendee) ? attendee : [attendee]).flatMap(wordsOf);
    const title = String((typeof summary === 'object' ? summary.val : summary) ?? '');
    const text = ` ${title.toLowerCase().replaceAll(/[^\p{L}\p{N}._@-]+/gu, ' ')} `;
    const inText = [...known].filter(([word]) => text.replaceAll(' @', ' ').includes(` ${word} `)).map(([, name]) => name);
    return only(attending.map((word) => known.get(word))) ?? only(inText);
  };
}

/** Address and name of somebody who didn't decline. */
function wordsOf(attendee: Attendee): readonly string[] {
  if (typeof attendee === 'string') return [address(attendee)];
  const { CN: name, PARTSTAT: answer } = attendee.params;
  return answer === 'DECLINED' ? [] : [address(attendee.val), ...(typeof name === 'string' ? [name.toLowerCase()] : [])];
}

function address(uri: string): string {
  return uri.replace(/^mailto:/iu, '').toLowerCase();
}
