import { describe, expect, it } from 'vitest';
import { loadAssets } from '../../src/app/assets.ts';
import { LANGUAGES, type Language, type Template } from '#messages/templates.ts';
import { parse } from '#pipeline/operation/parse.ts';
import { vocabularyOf } from '#pipeline/operation/vocabulary.ts';

const { templates, entries } = await loadAssets();
const vocabulary = vocabularyOf({ templates, entries });

/** What a variable or a placeholder of a written command stands for, where it isn't a name like any other. */
const VALUES: Readonly<Record<string, string>> = {
  plan: '3fa2c1',
  from: '2',
  back: '3',
  backup: 'p7k',
  safety: 'p7k',
  id: 'p7k',
  holder: 'p7k',
  first: 'p7k',
  operation: 'p7k',
  verb: 'cancel',
  array: 'md0',
  'verb | action': 'annuler',
  ID: 'p7k',
  N: '2',
  REPLICAS: '2',
  JOURS: '2d',
  DAYS: '2d',
  FILE: '/docs/report.odt',
  FICHIER: '/docs/report.odt',
};
/** Back-ticks that hold no command of the chat: of a shell, of the configuration, of Mattermost, of Docker. */
const OTHERS = [
  /^(?:vigie|docker|pvesm|pvesr|ha-manager|stack|gluster|mdadm|sgdisk|wipefs) /u,
  /^(?:--|\/|-$|_$|\*$|\.partial$|templates\/|team\/|équipe\/)/u,
  /^[a-z_.]+(?:\.[a-z_]+|:.*)$/u,
  // Groups and commands of a machine, and what kinds of values are.
  /^(?:usermod --append .*|adm|journalctl|error|erreur|warning|avertissement|notice|info|debug|yesterday 2\d:\d\d|hier 2\dh(?:30)?|3h|10 min ago|il y a 10 min)$/u,
  /^(?:swarm|hosts|oncall|gluster|proxmox|vnc|vnc_password|amt|redfish|system|url|aliases|elasticsearch|start-first|stop-first|max_allowed_packet|filter|exists|nested|\.keyword|query_key|name:tag|nom:tag|error)$/u,
  // What somebody writes on a database's machine.
  /^(?:address|port|host all all 127\.0\.0\.1\/32 scram-sha-256|select pg_reload_conf\(\)|postgresql-client-…)$/u,
  // Values as people type them.
  /^(?:…|ACTION …|p7k|alice|pxe|bios|disk|réseau|disque|done|failed|fait|échoué|tuesday|mardi|tomorrow 3:00|demain 3h|night|nuit|until tomorrow 18:00 general assembly|jusqu’à demain 18h assemblée générale|yesterday 14:00|hier 14h|monday 3:00|lundi 3h|il y a 2 h|rule=.*|host\.name=.*|\d.*)$/u,
];

interface Written {
  readonly where: string;
  readonly text: string;
}

/** Every text between back-ticks, with values for its variables. */
function written(language: Language): readonly Written[] {
  return [...templates[language].values()].flatMap((template) =>
    sectionsOf(template).flatMap(([name, text]) =>
      [...text.matchAll(/`([^`\n]+)`/gu)]
        .map(([, span = '']) => span)
        .filter((span) => !span.includes('{%') && !/^\{\{[^}]*\}\}$/u.test(span))
        .map((span) => ({ where: `${language}/${template.file}#${name}`, text: filled(span) })),
    ),
  );
}

function sectionsOf({ sections, examples }: Template): readonly (readonly [string, string])[] {
  return [...sections, ['examples', examples.map((example) => `\`${example}\``).join('\n')]];
}

function filled(span: string): string {
  return span
    .replaceAll(
      /\{\{-? *([\w.]+(?: \| action)?)[^}]*\}\}/gu,
      (_tag, path: string) => VALUES[path] ?? (path.endsWith('action') ? 'action' : (VALUES[path.split('.').at(-1) ?? ''] ?? 'pad')),
    )
    .replaceAll(/\b(?:ID|N|REPLICAS|JOURS|DAYS|FILE|FICHIER)\b/gu, (word) => VALUES[word] ?? word)
    .replace(/^@vigie /u, '');
}

describe.each(LANGUAGES)('a command that a template writes, in %s', (language) => {
  const all = written(language).filter(({ text }) => !OTHERS.some((other) => other.test(text)));
  const named = all.filter(({ text }) => shapeOf(text) !== null);

  it('names an action', () => {
    expect(all.filter(({ text }) => shapeOf(text) === null)).toEqual([]);
    expect(named.length).toBeGreaterThan(100);
  });

  it('is understood', () => {
    // A name alone is spoken of, not written out.
    const whole = named.filter(({ text }) => vocabulary.shape(text) === null);
    expect(whole.map(({ where, text }) => [where, text, problemOf(text)]).filter(([, , problem]) => problem !== null)).toEqual([]);
  });

  it('speaks the language of the text around it', () => {
    const foreign = named.filter(({ text }) => {
      const id = shapeOf(text)?.id ?? '';
      const names = templates[language].get(id)?.aliases ?? [];
      return language === 'en' ? !text.startsWith(id) && !startsWithOne(text, names) : !startsWithOne(text, names);
    });
    expect(foreign).toEqual([]);
  });
});

function startsWithOne(text: string, names: readonly string[]): boolean {
  return names.some((name) => text === name || text.startsWith(`${name} `));
}

function shapeOf(text: string) {
  const [first = '', second = ''] = text.split(' ');
  return vocabulary.shape(`${first} ${second}`) ?? vocabulary.shape(first);
}

function problemOf(text: string): string | null {
  try {
    parse({ vocabulary, entries }, text);
    return null;
  } catch (error) {
    return JSON.stringify(error);
  }
}
