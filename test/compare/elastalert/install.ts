import { execFile } from 'node:child_process';
import { access, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { runs } from './side.ts';

const VERSION = '2.31.0';
const FOLDER = join(import.meta.dirname, '../../../node_modules/.cache/elastalert');
const RECENT = 'import sys; sys.exit(sys.version_info < (3, 12))';

/** A Python that has ElastAlert 2, installed on the first run. @throws Error that says what is missing */
export async function elastalertPython(): Promise<string> {
  const python = join(FOLDER, 'bin/python');
  if (await runs(python, ['-c', `from importlib.metadata import version; assert version("elastalert2") == "${VERSION}"`])) return python;
  const base = await recentPython();
  console.log(`installing ElastAlert ${VERSION} with ${base}`);
  await promisify(execFile)(base, ['-m', 'venv', '--clear', FOLDER]);
  await promisify(execFile)(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `elastalert2==${VERSION}`], {
    maxBuffer: 16_000_000,
  });
  return python;
}

async function recentPython(): Promise<string> {
  const names = ['python3', 'python3.14', 'python3.13', 'python3.12', ...(await pyenvPythons())];
  for (const name of names) if (await runs(name, ['-c', RECENT])) return name;
  throw new Error('ElastAlert 2 needs Python 3.12 or newer, and none was found: install one, or pyenv with one');
}

async function pyenvPythons(): Promise<readonly string[]> {
  const versions = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions');
  const there = await access(versions).then(
    () => true,
    () => false,
  );
  return there
    ? (await readdir(versions))
        .toSorted()
        .toReversed()
        .map((version) => join(versions, version, 'bin/python'))
    : [];
}
