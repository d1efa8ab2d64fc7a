import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { installPackages } from '../../../tools/packages.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** A tiny system, as somebody would add it. */
const ADDED = join(ROOT, 'test/layers/system');
const PIECES = [
  'src',
  'handlers',
  'templates',
  'package.json',
  'tsconfig.json',
  '.oxlintrc.json',
  'tools/lint-plugin.ts',
  'tools/package.json',
];

let copy = '';
beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'vigie-system-'));
  for (const piece of PIECES) await cp(join(ROOT, piece), join(copy, piece), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  for (const part of ['src', 'test']) await cp(join(ADDED, part), join(copy, part), { recursive: true });
  for (const [file, lines] of Object.entries(await linesToAdd())) await addLines(join(copy, file), lines);
});
afterAll(() => rm(copy, { recursive: true }));

/** By file: before the line that begins so, this one. */
async function linesToAdd() {
  return z.record(z.string(), z.array(z.tuple([z.string(), z.string()]))).parse(parse(await readFile(join(ADDED, 'lines.yaml'), 'utf8')));
}

async function addLines(path: string, lines: readonly (readonly [string, string])[]): Promise<void> {
  let text = await readFile(path, 'utf8');
  for (const [before, line] of lines) {
    expect(text, path).toContain(`\n${before}`);
    text = text.replace(`\n${before}`, `\n${line}\n${before}`);
  }
  await writeFile(path, text);
}

/** What a program says in the copy; its exit code has to be 0. */
async function run(program: string, ...args: readonly string[]): Promise<string> {
  const env = { ...process.env, OXLINT_TSGOLINT_PATH: join(ROOT, 'tools/node_modules/.bin/tsgolint') };
  try {
    return (await promisify(execFile)(process.execPath, [program, ...args], { cwd: copy, env })).stdout;
  } catch (error) {
    throw new Error(error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error), { cause: error });
  }
}

const newFiles = async (): Promise<readonly string[]> =>
  (await readdir(ADDED, { recursive: true })).filter((file) => file.endsWith('.ts')).toSorted();

/** What a configuration has by itself: DNS can be asked without any key. */
const ALWAYS = "databases: {}, hosts: {}, machines: {}, elasticsearch: {}, names: { public: [], ttl: '10m', zones: {} }, addresses: []";

const USES = `
  import { withMissing, connectSystems } from './src/app/systems.ts';
  const told = [];
  const needs = { clock: null, log: null, facts: null };
  const config = { ${ALWAYS}, pagers: {}, lamp: { url: 'http://127.0.0.1:1' } };
  const systems = await connectSystems(config, needs);
  told.push(Object.keys(systems.clients));
  const findings = await systems.doctor({ config, words: ({ code }) => code, page: null });
  told.push(findings.find(({ what }) => what === 'lamp'));
  await systems.close();
  told.push(await withMissing({}).lamp.turns().catch(({ code }) => code));
  console.log(JSON.stringify(told));
`;

/** A room that tells what is done with it, and fails where the configuration says so. */
const told = (name: string): string => `
  import { defineSystem } from './system.ts';
  const act = (config, what) => {
    config.told.push(what + ' ${name}');
    if (config.fails.includes(what + ' ${name}')) throw new Error(what + ' ${name} failed');
  };
  export const ${name} = defineSystem({
    missing: {},
    async connect(config) { act(config, 'open'); return config; },
    async close(config) { act(config, 'close'); },
  });
`;

/** What three rooms of the house tell, the first, one in the middle and the last, when some of it fails; and with what it ended. */
const ENDS = `
  import { connectSystems } from './src/app/systems.ts';
  const needs = { clock: null, log: null, facts: null };
  const ends = [];
  for (const fails of [[], ['open pagers'], ['close lamp'], ['open pagers', 'close lamp'], ['close pagers', 'close lamp']]) {
    const config = { ${ALWAYS}, told: [], fails };
    const causes = (error) => error instanceof SuppressedError ? [...causes(error.suppressed), ...causes(error.error)] : [error.message];
    const end = await connectSystems(config, needs).then((systems) => systems.close()).then(() => [], causes);
    ends.push({ told: config.told, end });
  }
  console.log(JSON.stringify(ends));
`;

describe('a new system', () => {
  it('is its port, its adapter, its part of the configuration, its room and its contract, and a line in each list', async () => {
    expect(await newFiles()).toEqual([
      'src/adapters/lamp/connect-lamp.ts',
      'src/app/systems/lamp.ts',
      'src/config/lamp.ts',
      'src/ports/lamp.ts',
      'test/contract/lamp.contract.ts',
      'test/contract/lamp.lab.test.ts',
      'test/lab/lamp/memory-lamp.ts',
    ]);
    // What handlers see, the keys of the configuration, the rooms, and what may go wrong, with its words.
    expect(Object.keys(await linesToAdd())).toEqual([
      'src/ports/clients.ts',
      'src/config/schema.ts',
      'src/app/systems.ts',
      'src/kernel/error-codes.ts',
      'templates/messages/en/errors.md',
      'templates/messages/fr/errors.md',
    ]);
  });

  it('compiles and breaks no rule of the layers', async () => {
    expect(await installPackages()).toMatchObject({ ok: true });
    await writeFile(join(copy, 'tsconfig.new.json'), '{ "extends": "./tsconfig.json", "include": ["src", "test"], "exclude": [] }');
    expect(await run('node_modules/typescript/bin/tsc', '--noEmit', '--pretty', 'false', '-p', 'tsconfig.new.json')).toBe('');
    const rules = await run(join(ROOT, 'tools/node_modules/oxlint/bin/oxlint'), ...(await newFiles()), 'src/app/systems.ts');
    expect(rules).toMatch(/Found 0 warnings and 0 errors/u);
  }, 180_000);

  it('passes its contract in the lab and over its wire', async () => {
    const said = await run('node_modules/vitest/vitest.mjs', 'run', '--no-color', 'test/contract/lamp.lab.test.ts');
    expect(said).toMatch(/2 passed \(2\)/u);
  }, 60_000);

  it('has words in both languages for whatever may go wrong', async () => {
    await mkdir(join(copy, 'test/messages'), { recursive: true });
    await cp(join(ROOT, 'test/messages/templates.test.ts'), join(copy, 'test/messages/templates.test.ts'));
    const said = await run('node_modules/vitest/vitest.mjs', 'run', '--no-color', 'test/messages/templates.test.ts', '-t', 'templates');
    expect(said).toMatch(/Test Files +1 passed \(1\)/u);
  }, 60_000);

  it('is given to handlers, looked at by doctor, and refused by name where it is not configured', async () => {
    await writeFile(join(copy, 'uses.ts'), USES);
    expect(JSON.parse(await run('uses.ts'))).toEqual([
      ['names', 'lamp'],
      { what: 'lamp', ok: false, detail: 'lamp_unreachable' },
      'lamp_not_configured',
    ]);
  });

  it('is let go of after those that came later, whatever fails in between', async () => {
    for (const name of ['swarm', 'lamp', 'pagers']) await writeFile(join(copy, `src/app/systems/${name}.ts`), told(name));
    await writeFile(join(copy, 'ends.ts'), ENDS);
    const opened = ['open swarm', 'open lamp', 'open pagers'];
    const closed = ['close pagers', 'close lamp', 'close swarm'];
    expect(JSON.parse(await run('ends.ts'))).toEqual([
      { told: [...opened, ...closed], end: [] },
      { told: [...opened, 'close lamp', 'close swarm'], end: ['open pagers failed'] },
      { told: [...opened, ...closed], end: ['close lamp failed'] },
      { told: [...opened, 'close lamp', 'close swarm'], end: ['open pagers failed', 'close lamp failed'] },
      { told: [...opened, ...closed], end: ['close pagers failed', 'close lamp failed'] },
    ]);
  });
});
