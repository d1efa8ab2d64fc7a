import { problemOf } from '#kernel/errors.ts';
import { createEngine } from '#messages/engine.ts';
import { parse } from '#pipeline/operation/parse.ts';
import { vocabularyOf } from '#pipeline/operation/vocabulary.ts';
import type { Assets } from './assets.ts';

/** Kinds of field that a rule may fill: names. Never an image, nor free text. */
const NAMES: readonly string[] = [
  'service',
  'host',
  'word',
  'count',
  'duration',
  'release',
  'flag',
  'database',
  'backup',
  'guest',
  'node',
  'volume',
];

/**
 * Checks the remedies of rules against the actions that there are; whether the names in them exist is seen when somebody asks for one.
 * @returns what is wrong as an English sentence, or null
 */
export function remedyChecker({ entries, templates }: Pick<Assets, 'entries' | 'templates'>): (command: string) => string | null {
  const vocabulary = vocabularyOf({ entries, templates });
  const engine = createEngine(templates, 'UTC', () => 0);
  return (command) => {
    try {
      // A place is filled with a name later: any name shows whether the rest is right.
      const { entry, command: read } = parse({ entries, vocabulary }, command.replaceAll(/\{[^{}]*\}/gu, 'name'));
      const { handler, shape } = entry;
      if (handler.kind !== 'action') return `${handler.id} changes nothing: a remedy is an action`;
      if (handler.risk === 'danger') return `${handler.id} is a danger: no rule may propose it`;
      if (read.emergency !== null || read.at !== null || read.dryRun)
        return 'must be the plain command, without --emergency, --at or --dry-run';
      const free = [...shape.positional, ...shape.options].find(({ name, kind }) => read.raw[name] !== undefined && !NAMES.includes(kind));
      return free === undefined
        ? null
        : `${free.name} is ${free.kind === 'image' ? 'an image' : 'free text'}: a remedy has only names in it`;
    } catch (error) {
      const { code, params } = problemOf(error);
      return engine.render('en', 'errors', code, params).replaceAll(/\s+/gu, ' ');
    }
  };
}
