import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from '../src/kit.ts';
import { run, type Outcome } from './run.ts';

const TOOLS = import.meta.dirname;

/**
 * Installs what `tools/package.json` names, if it isn't there in that very version. The checkers are a package of their
 * own: what they bring for each platform would break the project's lock.
 */
export async function installPackages(): Promise<Outcome> {
  const { dependencies } = await readPackage(join(TOOLS, 'package.json'));
  const wanted = Object.entries(dependencies);
  const present = await Promise.all(wanted.map(async ([name, version]) => (await installedVersion(name)) === version));
  if (present.every(Boolean)) return { ok: true, output: '' };
  return await run('npm', ['install', '--no-audit', '--no-fund'], { cwd: TOOLS });
}

async function installedVersion(name: string): Promise<string | null> {
  try {
    return (await readPackage(join(TOOLS, 'node_modules', name, 'package.json'))).version ?? null;
  } catch {
    return null;
  }
}

const packageSchema = z.object({ version: z.string().optional(), dependencies: z.record(z.string(), z.string()).default({}) });

async function readPackage(path: string) {
  return packageSchema.parse(JSON.parse(await readFile(path, 'utf8')));
}
