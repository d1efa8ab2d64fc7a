import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { LAYERS, type Layer, type Place } from './layers.ts';

/**
 * Proof that the linter's rules bite. Two trees are linted in a temporary folder: the fixtures of `test/layers/fixtures`
 * among a copy of the code, and one file for each place of the table that imports from everywhere. A line that breaks a
 * rule says so at its end (`// breaks: RULE, RULE`); each of those must be reported, and nothing else.
 */

const ROOT = join(import.meta.dirname, '..');
const FIXTURES = join(ROOT, 'test/layers/fixtures');
const LINTER = join(ROOT, 'tools/node_modules/oxlint/bin/oxlint');
/** The linter looks for its type-aware half beside the code; here it is beside the tools. */
const TYPE_AWARE = { OXLINT_TSGOLINT_PATH: join(ROOT, 'tools/node_modules/.bin/tsgolint') };
/** What the linter reads beside the code itself. */
const SURROUNDINGS = ['.oxlintrc.json', 'package.json', 'tsconfig.json', 'tools/lint-plugin.ts', 'tools/package.json'];
const MARK = /\/\/.*?\bbreaks: (.+)$/u;

/** What isn't reported though it must be, or the other way round; empty when every rule bites and nothing else does. */
export async function layerFixtures(): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vigie-layers-'));
  try {
    const [written, matrix] = await Promise.all([lintFixtures(join(folder, 'written')), lintMatrix(join(folder, 'matrix'))]);
    return [...written, ...matrix];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function lintFixtures(folder: string): Promise<readonly string[]> {
  await surround(folder);
  for (const part of ['src', 'handlers']) await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await cp(FIXTURES, folder, { recursive: true });
  const files = (await readdir(FIXTURES, { recursive: true })).filter((file) => file.endsWith('.ts'));
  return await compare(folder, files.toSorted());
}

async function lintMatrix(folder: string): Promise<readonly string[]> {
  await surround(folder);
  const files = new Map(LAYERS.flatMap((layer) => layer.places.map((place) => [fileIn(place), matrixOf(layer)] as const)));
  for (const [path, text] of files) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return await compare(folder, [...files.keys()]);
}

async function surround(folder: string): Promise<void> {
  for (const path of SURROUNDINGS) await cp(join(ROOT, path), join(folder, path), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
}

/** A file that falls into a place: `src/domain/fixture/fixture.ts` for `src/domain/*\/*.ts`. */
function fileIn({ files }: Place): string {
  return files.replaceAll('*', 'fixture');
}

/** One import for each layer that has a name, then packages and paths that no layer of its kind may import. */
function matrixOf(layer: Layer): string {
  const others = LAYERS.filter(({ alias }) => alias !== null && alias !== layer.alias);
  const named = others.map(({ name, alias }) => line(pathOf(alias ?? ''), layer.sees.includes(name)));
  const foreign = layer.packages === 'any' ? [] : ['a-package', 'node:child_process', 'node:net'].map((name) => line(name, false));
  const packages = layer.packages === 'any' ? ['a-package'] : layer.packages;
  const outside = ['../../../elsewhere.ts', '#nowhere/elsewhere.ts', 'node:process'].map((path) => line(path, false));
  return [...named, ...foreign, ...packages.map((name) => line(name, true)), ...outside, ''].join('\n');
}

function pathOf(alias: string): string {
  return alias.endsWith('/') ? `${alias}anything.ts` : alias;
}

function line(path: string, allowed: boolean): string {
  return `export type * from '${path}';${allowed ? '' : ' // breaks: eslint(no-restricted-imports)'}`;
}

async function compare(folder: string, files: readonly string[]): Promise<readonly string[]> {
  const expected = new Set<string>();
  for (const file of files) for (const finding of await marksOf(folder, file)) expected.add(finding);
  const found = new Set(await lint(folder, files));
  const silent = [...expected].filter((finding) => !found.has(finding)).map((finding) => `not reported: ${finding}`);
  const loud = [...found].filter((finding) => !expected.has(finding)).map((finding) => `reported without reason: ${finding}`);
  return [...silent, ...loud].toSorted();
}

async function marksOf(folder: string, file: string): Promise<readonly string[]> {
  const lines = (await readFile(join(folder, file), 'utf8')).split('\n');
  return lines.flatMap((text, index) => {
    const rules = MARK.exec(text)?.[1]?.split(', ') ?? [];
    return rules.map((rule) => `${file}:${index + 1} ${rule}`);
  });
}

const report = z.object({
  diagnostics: z.array(
    z.object({
      code: z.string().optional(),
      message: z.string(),
      filename: z.string(),
      labels: z.array(z.object({ span: z.object({ line: z.int() }) })),
    }),
  ),
});

/** @returns `file:line rule` of each finding */
async function lint(folder: string, files: readonly string[]): Promise<readonly string[]> {
  const { diagnostics } = report.parse(JSON.parse(await outputOf(folder, files)));
  return diagnostics.map(({ code, message, filename, labels }) => `${filename}:${labels[0]?.span.line ?? 0} ${code ?? message}`);
}

/** The linter exits 1 when it finds something, which is what it is here for. */
async function outputOf(folder: string, files: readonly string[]): Promise<string> {
  const options = { cwd: folder, env: { ...process.env, ...TYPE_AWARE }, maxBuffer: 32 * 1024 * 1024 };
  try {
    return (await promisify(execFile)(process.execPath, [LINTER, '-f', 'json', ...files], options)).stdout;
  } catch (error) {
    if (error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' && error.stdout !== '') return error.stdout;
    throw error;
  }
}

if (import.meta.main) {
  const problems = await layerFixtures();
  console.log(problems.length === 0 ? 'every rule bites' : problems.join('\n'));
  process.exitCode = problems.length === 0 ? 0 : 1;
}
