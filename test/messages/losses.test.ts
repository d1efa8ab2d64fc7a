import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import { createEngine } from '#messages/engine.ts';
import { LANGUAGES, loadTemplates, type Language } from '#messages/templates.ts';
import { NOW, madeData, usesOf } from './made-data.ts';

const { templates } = await loadTemplates(join(import.meta.dirname, '../../templates/messages'));
const engine = createEngine(templates, 'Europe/Paris', () => NOW);

/** What a phone shows of a post before anybody scrolls. */
const FIRST_LINES = 6;
const REPLICA = { name: 'admin', taken: { to: 'bob', replicated_at: NOW }, databases: true };

/** A plan of each danger that has everything in it twenty-one times, what makes it a danger, and how it says what would be lost. */
const LOSSES: readonly (readonly [string, JsonObject, Readonly<Record<Language, RegExp>>])[] = [
  ['restore', { decides: { into: false, mode: 'beside' } }, { en: /since then is lost/u, fr: /est perdu/u }],
  ['restore-undo', {}, { en: /since then is lost/u, fr: /est perdu/u }],
  ['revert', {}, { en: /is lost/u, fr: /est perdu/u }],
  ['revert', { databases: true }, { en: /data of databases on its disks goes back/u, fr: /bases/u }],
  ['stop', { patience: null }, { en: /Cuts the power/u, fr: /Coupe le courant/u }],
  ['stop', { databases: true }, { en: /databases on it are away/u, fr: /bases/u }],
  ['restore-vm', { in_place: { databases: true } }, { en: /isn't in what takes its place/u, fr: /manque à ce/u }],
  ['restore-vm', { in_place: { databases: true } }, { en: /data of databases on its disks goes back/u, fr: /bases/u }],
  ['drain', { databases: ['db'] }, { en: /a database that stays/u, fr: /une base qui/u }],
  ['drain', { last_manager: true }, { en: /last manager/u, fr: /dernier gestionnaire/u }],
  ['heal', { kind: 'settle', lost: [{ machine: 'alice', bytes: 1, written_at: NOW }] }, { en: /is overwritten/u, fr: /écrasé/u }],
  ['raid-add', { disk: { faulty: false, returns: false } }, { en: /all of it is written over/u, fr: /écrasé/u }],
  [
    'failover',
    { proof: 'word' },
    { en: /Nobody can prove that it is off.*two machines hold/u, fr: /Personne ne peut prouver.*deux machines tiennent/u },
  ],
  ['failover', { proof: 'cut' }, { en: /what it hasn't written is lost/u, fr: /ce qui n’est pas encore écrit est perdu/u }],
  ['failover', { proof: 'off', guests: [REPLICA] }, { en: /what was written since is lost/u, fr: /écrit depuis est perdu/u }],
  ['failback', { guests: [{ guest: 'admin', to: 'alice', replication: '104-0' }] }, { en: /is overwritten/u, fr: /écrasé/u }],
  ['power-off', { hard: true }, { en: /what it hasn't written is lost/u, fr: /n’a pas écrit est perdu/u }],
  ['power-cycle', {}, { en: /what it hasn't written is lost/u, fr: /n’a pas écrit est perdu/u }],
  ['reset', {}, { en: /what it hasn't written is lost/u, fr: /n’a pas écrit est perdu/u }],
  ...['power-off', 'power-cycle', 'reset'].map(
    (name) =>
      [`${name}`, { node: { quorate: true, quorate_without: false } }, { en: /loses its quorum/u, fr: /perd son quorum/u }] as const,
  ),
];

/** What an effect that takes something away says, where that is no matter of the basis. */
const EFFECTS: readonly (readonly [string, JsonObject, Readonly<Record<Language, RegExp>>])[] = [
  ['scale', { kind: 'scale', from: 2, to: 0 }, { en: /the service stops/u, fr: /le service s’arrête/u }],
  ['dns-set', { kind: 'dns-remove', name: '10.79.0.57' }, { en: /Takes/u, fr: /Retire/u }],
  ['clean', { kind: 'log', name: 'db', bytes: 1 }, { en: /is lost/u, fr: /sera perdu/u }],
];

function overlaid(made: Json | undefined, given: JsonObject): JsonObject {
  const both = made !== undefined && isJsonObject(made) ? { ...made } : {};
  for (const [key, value] of Object.entries(given)) both[key] = isJsonObject(value) ? overlaid(both[key], value) : value;
  return both;
}

function planOf(language: Language, name: string, given: JsonObject): readonly string[] {
  const source = templates[language].get(name)?.sections.get('plan') ?? '';
  const made = madeData(usesOf(source), { count: 21, there: true, round: 0 });
  return engine
    .render(language, name, 'plan', overlaid(made, given))
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, FIRST_LINES);
}

describe.each(LANGUAGES)('what would be lost stands in the first lines of a plan, in %s', (language) => {
  it.each(LOSSES)('%s %j', (name, basis, { [language]: words }) => {
    expect(planOf(language, name, { basis }).join('\n')).toMatch(words);
  });

  it.each(EFFECTS)('%s: %j', (name, effect, { [language]: words }) => {
    expect(planOf(language, name, { effects: [effect] }).join('\n')).toMatch(words);
  });

  it('says above everything else of a failover that two machines may hold the same addresses', () => {
    expect(planOf(language, 'failover', { basis: { proof: 'word', guests: [REPLICA] } })[0]).toMatch(
      language === 'en' ? /Nobody can prove that it is off/u : /Personne ne peut prouver qu’elle est éteinte/u,
    );
  });
});
