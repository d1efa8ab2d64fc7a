import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadTemplates } from '#messages/templates.ts';

const { templates } = await loadTemplates(join(import.meta.dirname, '../../templates/messages'));

/** Every text of the French templates: sections, and what help says of an action. Lists of words have keys before their `=`. */
const texts: readonly (readonly [string, string])[] = [...templates.fr.values()].flatMap(({ name, sections, summary }) => [
  ...[...sections].map(([section, text]): readonly [string, string] => [
    `${name}#${section}`,
    name === 'words' ? text.replaceAll(/^[^=\n]*=/gmu, '') : text,
  ]),
  [`${name}: summary`, summary ?? ''] as const,
]);

/** What a French reader reads as prose: no tags, no code, no addresses. */
function prose(text: string): string {
  return text.replaceAll(/\{\{.*?\}\}/gu, 'X').replaceAll(/\{%.*?%\}|`[^`]*`|https?:\S+|vigie\.yaml|vigie do [^\n]*/gu, '');
}

function found(pattern: RegExp): readonly string[] {
  return texts.flatMap(([where, text]) => (prose(text).match(pattern) ?? []).map((match) => `${where}: ${match}`));
}

describe('French as it is printed', () => {
  it.each([
    ['a no-break space before : ; ? ! and »', /(?<![\u00a0\s/])[;?!»]|(?<=\p{L})[:](?!\w)|[ \u202f][:;?!»]/gu],
    ['a no-break space after «', /«[^\u00a0]/gu],
    ['a no-break space between a number and its unit', /[\dX] (?:%|[kMGT]?o|h|min|s|ms|jours?)(?![\p{L}’])/gu],
    ['the apostrophe ’', /\p{L}'|'\p{L}/gu],
  ])('has %s', (_what, pattern) => {
    expect(found(pattern)).toEqual([]);
  });

  it('shortens de, que, le and la before a name that begins with a vowel', () => {
    const plain = texts.flatMap(([where, text]) =>
      [...text.replaceAll(/`[^`\n]*`/gu, '').matchAll(/\b(?:de|que|le|la) \{\{ [a-z_.]+(?: \| (?:code|name|plain))? \}\}/gu)].map(
        ([match]) => `${where}: ${match}`,
      ),
    );
    // What follows these is a number.
    expect(plain.filter((each) => !COUNTED.test(each))).toEqual([]);
  });
});

describe('a moment', () => {
  it('has its preposition from a filter, which knows days from hours', () => {
    const bare = texts.flatMap(([where, text]) =>
      [...text.matchAll(/(?:jusqu’à|depuis|après|à partir de) \{\{[^}]*\| time\b[^}]*\}\}/gu)].map(([match]) => `${where}: ${match}`),
    );
    expect(bare).toEqual([]);
  });
});

const COUNTED = /\{\{ (?:missing|limit|basis\.replicas|days|most)/u;

describe('French as it is spoken', () => {
  it('says tu to one person', () => {
    const plural = found(/\b(?:vous|votre|vos|\p{Ll}{3,}ez)(?!\p{L})/giu).filter((each) => !each.endsWith(': assez'));
    expect(plural).toEqual([]);
  });

  it('tells people what to do in one way: do it', () => {
    expect(
      found(
        /(?:(?<=[.!?] )|(?<=\u00a0[:;] )|(?<=, puis )|(?<=, )|^)(?:regarder|vérifier|attendre|redemander|nommer|mettre|retirer|faire|prendre|supprimer|déplacer|essayer|écrire|taper|libérer|corriger|voir|relancer)(?!\p{L})/gimu,
      ),
    ).toEqual(['alert#links-title: Voir']);
  });

  it('speaks of vigie in the feminine', () => {
    expect(found(/vigie (?:s’est|est) (?:arrêté|parti|absent|mort|prêt)(?!\p{L})/gu)).toEqual([]);
  });

  it.each([
    // A job is a "tâche planifiée"; Proxmox's own tasks are named as Proxmox's; what runs in a Swarm is a "réplica".
    ['tâche', /tâches?(?!\p{L})(?! planifiées?| de Proxmox| Proxmox)(?! X)/giu, []],
    // A "seuil" is what a rule sets, a "limite" what vigie itself doesn't exceed.
    ['limite', /limites?(?!\p{L})/giu, ['errors#look_too_large: limite']],
    [
      'an English word',
      /(?<![\p{L}-])(?:jobs?|tasks?|leader|drain|dump|backup|rollback|deploy|snapshot|update|token|restart|ready|node(?!\.js)|running|failed)(?![\p{L}-])/giu,
      [],
    ],
  ])('has one word a thing: %s', (_word, pattern, known) => {
    expect(found(pattern)).toEqual(known);
  });
});
