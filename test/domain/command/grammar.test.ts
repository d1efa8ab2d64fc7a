import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCommand } from '#domain/command/grammar.ts';
import type { ActionShape } from '#domain/command/shape.ts';

const field = (name: string, kind: 'service' | 'count' | 'text' | 'flag' | 'word', required = true) => ({ name, kind, required }) as const;
const SHAPES: readonly ActionShape[] = [
  { id: 'scale', positional: [field('service', 'service'), field('replicas', 'count')], rest: false, options: [] },
  {
    id: 'logs',
    positional: [field('service', 'service')],
    rest: false,
    options: [field('grep', 'text', false), field('all', 'flag', false)],
  },
  { id: 'note', positional: [field('id', 'word'), field('reason', 'text')], rest: true, options: [field('to', 'word', false)] },
];
const vocabulary = {
  shape: (word: string): ActionShape | null => SHAPES.find(({ id }) => id === word) ?? null,
  names: SHAPES.map(({ id }) => id),
};
const parse = (text: string) => parseCommand(text, vocabulary);
const raw = (text: string) => {
  const command = parse(text);
  return 'code' in command ? command.code : command.raw;
};

describe('an action with a name of two words', () => {
  const oncall: ActionShape = { id: 'oncall', positional: [field('who', 'word', false)], rest: false, options: [] };
  const swap: ActionShape = { id: 'oncall-swap', positional: [field('person', 'word')], rest: false, options: [] };
  const names = new Map([
    ['oncall', oncall],
    ['oncall-swap', swap],
    ['oncall swap', swap],
  ]);
  const read = (text: string) => parseCommand(text, { shape: (word) => names.get(word) ?? null, names: [...names.keys()] });

  it.each([
    ['oncall swap bob', 'oncall-swap', { person: 'bob' }],
    ['OnCall  SWAP bob', 'oncall-swap', { person: 'bob' }],
    ['oncall-swap bob', 'oncall-swap', { person: 'bob' }],
    ['oncall', 'oncall', {}],
    ['oncall bob', 'oncall', { who: 'bob' }],
    ['oncall "swap"', 'oncall', { who: 'swap' }],
  ])('%s is %s', (text, action, fields) => {
    expect(read(text)).toMatchObject({ action, raw: fields });
  });

  it('is meant when it is typed, whatever lacks', () => {
    expect(read('oncall swap')).toMatchObject({ code: 'argument_missing', params: { action: 'oncall-swap' } });
    expect(read('oncall swap bob carol')).toMatchObject({ code: 'argument_too_many', params: { action: 'oncall-swap', word: 'carol' } });
  });

  it('is suggested by its first word', () => {
    expect(read('oncal swap bob')).toMatchObject({ code: 'action_unknown', params: { nearest: 'oncall' } });
  });
});

describe('a command', () => {
  it.each<[text: string, raw: object]>([
    ['scale pad 3', { service: 'pad', replicas: '3' }],
    ['SCALE pad 3', { service: 'pad', replicas: '3' }],
    ['scale --replicas 3 pad', { service: 'pad', replicas: '3' }],
    ['scale 3 --service pad', { service: 'pad', replicas: '3' }],
    ['scale --service=pad --replicas=3', { service: 'pad', replicas: '3' }],
    ['scale pad -1', { service: 'pad', replicas: '-1' }],
    ['logs pad --grep "two words" --all', { service: 'pad', grep: 'two words', all: true }],
    ['logs pad —grep=«deux mots»', { service: 'pad', grep: 'deux mots' }],
    ['logs pad --grep "--all"', { service: 'pad', grep: '--all' }],
    ['logs pad --GREP x', { service: 'pad', grep: 'x' }],
    ['logs pad -grep x', { service: 'pad', grep: 'x' }],
    ['note p7k it was the disk', { id: 'p7k', reason: 'it was the disk' }],
    ['note p7k "it  was" the disk --to bob', { id: 'p7k', reason: 'it  was the disk', to: 'bob' }],
    ["note p7k l'été est là", { id: 'p7k', reason: "l'été est là" }],
  ])('%s', (text, fields) => {
    expect(raw(text)).toEqual(fields);
  });

  it('has its universal options apart from its fields', () => {
    expect(parse('scale pad 3 --dry-run --emergency "the site is down"')).toEqual({
      action: 'scale',
      raw: { service: 'pad', replicas: '3' },
      typed: { 'dry-run': 'dry-run', emergency: 'emergency' },
      dryRun: true,
      emergency: 'the site is down',
      at: null,
    });
    expect(parse('scale pad 3 --at tomorrow 3:00')).toMatchObject({ raw: { service: 'pad', replicas: '3' }, at: 'tomorrow 3:00' });
  });

  it.each([
    ['', 'command_empty'],
    ['   ', 'command_empty'],
    ['""', 'command_empty'],
    ['sclae pad 3', 'action_unknown'],
    ['constructor', 'action_unknown'],
    ['__proto__', 'action_unknown'],
    ['scale', 'argument_missing'],
    ['scale pad', 'argument_missing'],
    ['scale pad 3 4', 'argument_too_many'],
    ['scale pad 3 --nope', 'option_unknown'],
    ['scale pad 3 --__proto__ x', 'argument_too_many'],
    ['scale pad 3 --constructor x', 'option_unknown'],
    ['scale pad 3 --dry-run --dry-run', 'option_twice'],
    ['scale --service pad --service blog 3', 'option_twice'],
    ['scale pad --replicas', 'option_without_value'],
    ['logs pad --grep --all', 'option_without_value'],
    ['logs pad --grep ""', 'option_without_value'],
    ['logs pad --all=1', 'flag_with_value'],
    ['logs "pad', 'quote_open'],
    ['x'.repeat(4_001), 'text_too_long'],
  ])('%.40j is refused: %s', (text, code) => {
    expect(raw(text)).toBe(code);
  });

  it('comes back as it was, whatever its words are, when they are quoted', () => {
    const word = fc
      .string({ minLength: 1, unit: fc.constantFrom('a', '1', '-', '—', '=', "'", '«', ' ', '\n', '@', '😀', '\\') })
      .filter((text) => text.trim() === text && text !== '');
    fc.assert(
      fc.property(word, word, fc.boolean(), (service, grep, dryRun) => {
        const text = `logs "${service}" --grep "${grep}"${dryRun ? ' --dry-run' : ''}`;
        expect(parse(text)).toMatchObject({ action: 'logs', raw: { service, grep }, dryRun, emergency: null, at: null });
      }),
    );
  });

  it('never throws, and is understood whole or refused', () => {
    const piece = fc.constantFrom(
      'scale',
      'logs',
      'note',
      'pad',
      '3',
      '--grep',
      '--all',
      '--dry-run',
      '--emergency',
      '"',
      '“',
      '--',
      '-',
      '=',
      '--x=y',
      'é',
      "''",
      '--__proto__',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((pieces) => pieces.join(' ')),
        ),
        (text) => {
          const command = parse(text);
          if ('code' in command) return;
          const shape = vocabulary.shape(command.action);
          const known = [...(shape?.positional ?? []), ...(shape?.options ?? [])];
          expect(known.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(command.raw)));
          for (const { name, required } of known) if (required) expect(command.raw[name]).toBeDefined();
        },
      ),
    );
  });
});
