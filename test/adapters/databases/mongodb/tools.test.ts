import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reasonIn } from '#adapters/databases/mongodb/reasons.ts';
import { tool } from '#adapters/databases/mongodb/tools.ts';

const run = promisify(execFile);
const access = { user: 'root', password: null, address: null, port: null };
let folder: string;

/** A tool that tells what it was given: its words, and the file that has the password. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vigie-mongodb-'));
  const script = '#!/bin/sh\nfor word; do echo "$word"; case $word in --config=*) cat "${word#--config=}";; esac; done\n';
  await writeFile(join(folder, 'mongodump'), script);
  await chmod(join(folder, 'mongodump'), 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

async function told(password: string): Promise<readonly string[]> {
  const { program, args, passwordVariable } = tool('mongodump', { access }, ['--archive']);
  const env = { PATH: `${folder}:/usr/bin:/bin`, [passwordVariable]: password };
  return (await run(program[0], [...args], { env })).stdout.trimEnd().split('\n');
}

it.each([
  ['geheim', "password: 'geheim'"],
  [`it's $HOME "and" \\n \`id\``, `password: 'it''s $HOME "and" \\n \`id\`'`],
])('hands over %s in a file that is a pipe', async (password, line) => {
  expect(await told(password)).toEqual([
    '--username=root',
    '--authenticationDatabase=admin',
    '--config=/dev/fd/3',
    line,
    '--uri=mongodb://127.0.0.1:27017/?directConnection=true',
    '--archive',
  ]);
});

it('names no account where there is no password', async () => {
  expect(await told('')).toEqual(['--uri=mongodb://127.0.0.1:27017/?directConnection=true', '--archive']);
});

it('speaks TLS to a server that takes nothing else', () => {
  const tls = { ca: '/etc/ssl/ca.pem', certificate: '/etc/ssl/vigie.pem' };
  const uri =
    'mongodb://mongo:27017/?directConnection=true&tls=true&tlsCAFile=%2Fetc%2Fssl%2Fca.pem&tlsCertificateKeyFile=%2Fetc%2Fssl%2Fvigie.pem';
  expect(tool('mongodump', { access: { ...access, address: 'mongo', tls } }, []).args).toContain(`--uri=${uri}`);
});

it('finds what went wrong among what a tool tells of its progress', () => {
  const stderr =
    '2026-01-05T03:00:00\terrors: 0\n2026-01-05T03:00:01\tFailed: (Unauthorized) not allowed\n2026-01-05T03:00:01\t0 document(s) restored\n';
  expect(reasonIn({ code: 1, stderr })).toBe('(Unauthorized) not allowed');
});
