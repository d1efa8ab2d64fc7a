import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '#app/app/assets.ts';
import { createCharts } from '#adapters/charts/create-charts.ts';
import { systemClock } from '#kernel/clock.ts';
import { chart, drawing } from '#test/messages/chart/charts.ts';

const run = promisify(execFile);

/** A whole vigie of its own, with what is built of it. */
let copy: string;
beforeAll(async () => {
  await mkdir(join(ROOT, '.lab'), { recursive: true });
  copy = await mkdtemp(join(ROOT, '.lab/build-'));
  for (const part of ['bin', 'src', 'handlers', 'templates', 'tools/build.ts', 'package.json', 'package-lock.json'])
    await cp(join(ROOT, part), join(copy, part), { recursive: true, preserveTimestamps: true });
  await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  await run(process.execPath, ['tools/build.ts'], { cwd: copy });
});
afterAll(() => rm(copy, { recursive: true, force: true }));

const built = (name: string): string => join(copy, 'build', name);
const jsFiles = async (): Promise<string[]> =>
  (await readdir(join(copy, 'build'), { recursive: true })).filter((file) => file.endsWith('.js'));

/** The program that bin/vigie becomes. */
async function started(): Promise<string> {
  const child = spawn(join(copy, 'bin/vigie'), ['audit', 'verify', '--config', '/dev/stdin'], { stdio: ['pipe', 'ignore', 'ignore'] });
  try {
    for (;;) {
      const [, ...argv] = (await readFile(`/proc/${child.pid}/cmdline`, 'utf8')).split('\0');
      const program = argv.find((each) => each.endsWith('/main.js') || each.endsWith('/main.ts'));
      if (program !== undefined) return program.slice(copy.length + 1);
    }
  } finally {
    child.kill();
    await once(child, 'exit');
  }
}

describe('what is built', () => {
  it('loads, whatever of it is asked for first', async () => {
    const parts = (await jsFiles()).filter((file) => !['main.js', 'painter.js'].includes(file));
    expect(parts.length).toBeGreaterThan(100);
    const program = `for (const part of process.argv.slice(1)) await import(part); console.log('all'); process.exit();`;
    const urls = parts.map((part) => pathToFileURL(built(part)).href);
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program, ...urls], { cwd: copy });
    expect(stdout).toBe('all\n');
  });

  it('is kept with one byte for each character, but for tables of characters', async () => {
    const parts = await jsFiles();
    const texts = await Promise.all(parts.map((part) => readFile(built(part), 'utf8')));
    const wide = parts.filter((_, index) => {
      const text = texts[index] ?? '';
      const count = text.match(/[\u0100-\uffff]/gu)?.length ?? 0;
      return count > 0 && count * 5 <= text.length;
    });
    expect(wide).toEqual([]);
  });

  it.each([[['--help']], [['check', 'templates/rules']], [['help', 'rules']]])('says the same as the sources: %s', (argv) => {
    const said = (program: string) => {
      const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...argv], { cwd: copy, encoding: 'utf8' });
      return { stdout, stderr, status };
    };
    const ofSources = said(join(copy, 'src/main.ts'));
    expect(`${ofSources.stdout}${ofSources.stderr}`).not.toBe('');
    expect(said(built('main.js'))).toEqual(ofSources);
  });

  it('draws', async () => {
    const charts = createCharts({ clock: systemClock, program: pathToFileURL(built('painter.js')) });
    try {
      expect(
        Buffer.from(await charts.draw(drawing([chart()])))
          .subarray(1, 4)
          .toString(),
      ).toBe('PNG');
    } finally {
      await charts.close();
    }
  });

  it('is what runs, until something that it was made of is newer', async () => {
    expect(await started()).toBe('build/main.js');
    const inAnHour = new Date(Date.now() + 3_600_000);
    await utimes(join(copy, 'handlers/vigie/help.ts'), inAnHour, inAnHour);
    expect(await started()).toBe('src/main.ts');
  });
});
