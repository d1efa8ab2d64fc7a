import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync, mkdtempSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { runProgram } from '#app/app/program.ts';
import { openTerminal } from '#app/app/terminal.ts';
import { VigieError } from '#kernel/errors.ts';
import { failureWords } from '#app/app/failure.ts';
import { commandsFor } from '#app/app/commands.ts';
import { loadConfig } from '#config/load.ts';
import { added, secretFile } from '#test/config/sample.ts';

const ROOT = join(import.meta.dirname, '../..');

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What a command line prints to either stream, and its exit code. */
async function typed(...argv: readonly string[]): Promise<Outcome> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runProgram(
    argv,
    {},
    openTerminal((text, given) => void (given === 0 ? out : err).push(text)),
  );
  return { code, out: out.join(''), err: err.join('') };
}

/** A configuration on the disk, of the sample and what is added to it. */
function configured(addition = '', language = 'en'): { readonly path: string; readonly socket: string } {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-command-'));
  const [path, socket] = [join(folder, 'vigie.yaml'), join(folder, 'vigie.sock')];
  mkdirSync(join(folder, 'state'));
  const text = added(`socket: { path: ${socket} }\nstate: ${join(folder, 'state')}\n${addition}`);
  writeFileSync(path, text.replace('language: en', `language: ${language}`));
  return { path, socket };
}

/** A vigie that runs, and repeats what it is told to do. */
async function saidOver(argv: (path: string) => readonly string[]): Promise<Outcome & { readonly said: readonly string[] }> {
  const { path, socket } = configured();
  const said: string[] = [];
  const server = createServer((client) => {
    client.write(`${JSON.stringify({ kind: 'prove', folder: join(path, '../proof') })}\n`);
    createInterface({ input: client }).on('line', (line) => {
      const message = JSON.parse(line) as { kind: string; text?: string };
      if (message.kind === 'command') {
        said.push(message.text ?? '');
        client.write('{"kind":"line","text":"done \\u001b[2J"}\n{"kind":"end","ok":true}\n');
      }
    });
  }).listen(socket);
  await once(server, 'listening');
  try {
    return { ...(await typed(...argv(path))), said };
  } finally {
    server.close();
  }
}

const NAMES = readdirSync(join(ROOT, 'src/app/commands')).map((file) => file.replace(/\.ts$/u, ''));

describe('the help of the command line', () => {
  it('lists every subcommand, and nothing twice', async () => {
    const { code, out, err } = await typed('--help');
    const listed = [...out.matchAll(/^ {2}([a-z]+) /gmu)].map(([, name = '']) => name);
    expect([code, err]).toEqual([0, '']);
    expect(listed.toSorted()).toEqual(NAMES.toSorted());
  });

  it('is shown where nothing is typed', async () => {
    const { code, out } = await typed();
    expect([code, out]).toEqual([0, (await typed('--help')).out]);
  });

  it.each(NAMES)('of %s shows examples, and is the same behind and before it', async (name) => {
    const { code, out, err } = await typed('help', name);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`Usage: vigie ${name}`);
    expect(out).toMatch(/\nExamples:\n {2}\S.*vigie|\nExamples:\n {2}vigie/u);
    expect((await typed(name, '--help')).out).toBe(out);
  });

  it('goes down to what a word leads to', async () => {
    const { out } = await typed('help', 'rules', 'test');
    expect(out).toContain('Usage: vigie rules test [options] <FILE...>');
    expect((await typed('rules', 'test', '-h')).out).toBe(out);
  });

  it('gives only examples that it takes', async () => {
    for (const { examples } of await commandsFor([]))
      for (const [line] of examples) {
        const [, ...words] = line.replace(/^\S+=\S+ /u, '').split(' ');
        expect([line, (await typed(...words.slice(0, line.startsWith('vigie do') ? 1 : undefined), '--help')).code]).toEqual([line, 0]);
      }
  });

  it('names the version', async () => {
    expect(await typed('--version')).toEqual({ code: 0, out: `${packageJson.version}\n`, err: '' });
  });
});

describe('a command line that is wrong', () => {
  it.each([
    [['docter'], 'there is no command "docter", did you mean "doctor"?'],
    [['depoly', 'pad', '--dry-run'], 'there is no command "depoly", did you mean "do deploy"?'],
    [['status'], 'there is no command "status", did you mean "do status"?'],
    [['help', 'docter'], 'there is no command "docter", did you mean "doctor"?'],
    [['audit', 'verfy'], 'there is no command "audit verfy", did you mean "audit verify"?'],
    [['rules', 'tset', 'a.yaml'], 'there is no command "rules tset", did you mean "rules test"?'],
    [['-c', '/nowhere.yaml', 'chekc'], 'there is no command "chekc", did you mean "check"?'],
    [['xyzzyx'], 'there is no command "xyzzyx"\n'],
    [['doctor', '--no-pgae'], "unknown option '--no-pgae'\n(Did you mean --no-page?)\n(vigie help doctor shows how it is used)"],
    [['rules', 'test', 'a', '--form', 'x'], "unknown option '--form'\n(Did you mean --from?)\n(vigie help rules test"],
    [['--conifg', 'x', 'check'], "unknown option '--conifg'\n(Did you mean --config?)"],
    [['run', '--config'], "option '-c, --config <FILE>' argument missing"],
    [['run', 'pad'], "too many arguments for 'run'"],
    [['rules', 'test'], "missing required argument 'FILE'"],
    [['do'], "missing required argument 'COMMAND'"],
    [['audit'], 'Usage: vigie audit'],
  ])('%j: is told what is meant, on the standard error, with exit code 2', async (argv, words) => {
    const { code, out, err } = await typed(...argv);
    expect(err).toContain(words);
    expect([code, out]).toEqual([2, '']);
  });

  it('gives no order to the terminal', async () => {
    const { err } = await typed('\u001b]0;owned\u0007', '--x');
    expect(err).toContain('there is no command "␛]0;owned␇"');
    expect((await typed('doctor', '--\u001b[2J')).err).toContain('--␛[2J');
  });
});

describe('setup without a terminal', () => {
  it('asks nobody, and says how it is told what it needs', async () => {
    const { code, err } = await typed('setup', '--mattermost', 'https://team.example.org');
    expect([code, err]).toEqual([2, expect.stringContaining('With --yes it asks nobody')]);
  });

  it('takes no token as an option, where `ps` would show it', async () => {
    const { out } = await typed('help', 'setup');
    expect(out).toContain('--token-file <FILE>');
    expect(out).not.toMatch(/--(?:admin-)?token </u);
  });
});

describe('--config', () => {
  it.each<[string, (path: string) => readonly string[]]>([
    ['before the subcommand', (path) => ['--config', path, 'check']],
    ['behind it', (path) => ['check', '--config', path]],
    ['in short', (path) => ['check', '-c', path]],
    ['with an equals sign', (path) => [`--config=${path}`, 'check']],
    ['nearest to the end, where it stands twice', (path) => ['-c', '/nowhere.yaml', 'check', '-c', path]],
  ])('is taken %s', async (_, argv) => {
    const { path } = configured();
    expect(await typed(...argv(path))).toEqual({ code: 0, out: `${path}, handlers and words are in order\n`, err: '' });
  });

  it('is taken between the words of a subcommand of two', async () => {
    const { path } = configured();
    for (const argv of [
      ['audit', '-c', path, 'verify'],
      ['audit', 'verify', '-c', path],
      ['-c', path, 'audit', 'verify'],
    ])
      expect((await typed(...argv)).err).toContain('vigie.db does not exist');
  });

  it('tells what is wrong with the file, exit code 1', async () => {
    const { code, err } = await typed('doctor', '-c', '/nowhere.yaml');
    expect([code, err]).toEqual([1, expect.stringContaining('/nowhere.yaml: ENOENT')]);
  });

  it('names a second file: the secrets of the first are still not shown', async () => {
    const [one, other] = [
      configured(`heartbeat: { url: "https://hc.example.org/\${file:${secretFile('beat', 'hunter2-hunter2')}}" }`),
      configured(),
    ];
    const lines: string[] = [];
    const terminal = openTerminal((text) => void lines.push(text));
    await runProgram(['check', one.path, other.path], {}, terminal);
    terminal.print('echo hunter2-hunter2', 1);
    expect(lines.at(-1)).toBe('echo [secret]\n');
  });
});

describe('vigie do', () => {
  it.each<[string, (path: string) => readonly string[], string]>([
    ['in quotes', (path) => ['do', '--config', path, 'restart pad'], 'restart pad'],
    ['without quotes', (path) => ['do', 'restart', 'pad', '--config', path], 'restart pad'],
    ['with --config first', (path) => ['-c', path, 'do', 'restart', 'pad'], 'restart pad'],
    ['with options of its own', (path) => ['do', '-c', path, 'scale', 'pad', '2', '--dry-run'], 'scale pad 2 --dry-run'],
    ['with options in the middle', (path) => ['do', 'logs', '--since', '10m', 'pad', '-c', path], 'logs --since 10m pad'],
    ['with options that vigie has too', (path) => ['do', '-c', path, 'x', '--version', '--help', '--json'], 'x --version --help --json'],
    ['with a word that begins with a dash', (path) => ['do', '-c', path, 'scale', 'pad', '-1'], 'scale pad -1'],
    ['with options only', (path) => ['do', '-c', path, '--dry-run', 'pad'], '--dry-run pad'],
    ['that is another subcommand', (path) => ['do', '-c', path, 'help', 'rules'], 'help rules'],
  ])('gives the running vigie a command %s', async (_, argv, text) => {
    expect(await saidOver(argv)).toEqual({ code: 0, out: 'done ␛[2J\n', err: '', said: [text] });
  });

  it('says what is missing where the command is empty', async () => {
    expect(await typed('do', ' ')).toEqual({ code: 2, out: '', err: 'say what: vigie do "services"\n' });
  });
});

describe('an error of the catalogue', () => {
  const UNREACHABLE = new VigieError('chat_unreachable', { host: 'team.example.org', reason: 'ECONNREFUSED' });

  it('is told in words, English where no configuration was read', async () => {
    const words = await failureWords(UNREACHABLE, null);
    expect(words).toContain('team.example.org');
    expect(words).not.toMatch(/chat_unreachable|[{}`]/u);
  });

  it('is told in the configured language', async () => {
    const french = await failureWords(UNREACHABLE, loadConfig(configured('', 'fr').path));
    expect(french).toBe('Mattermost sur team.example.org ne répond pas (ECONNREFUSED).');
  });

  it('reaches whoever typed the command in words, with exit code 1', async () => {
    const { path } = configured('', 'fr');
    writeFileSync(join(path, '../state/vigie.db'), 'no database at all, but long enough to be looked at as if it were one');
    const { code, out, err } = await typed('audit', 'verify', '-c', path);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^La base de vigie n’est pas utilisable \(.+\)\u00a0: rien n’est fait\./u);
  });

  it('is told by its code where somebody broke the words', async () => {
    expect(await failureWords(new VigieError('chat_unreachable', {}), null)).toBe('chat_unreachable {}');
  });

  it('is no error of the catalogue: told as it was thrown', async () => {
    expect(await failureWords(new RangeError('no'), null)).toContain('RangeError: no\n    at ');
  });
});

describe('rules test', () => {
  it('says that nothing lies between an end and a beginning', async () => {
    const rule = join(import.meta.dirname, '../../templates/rules/disk-full.yaml');
    const span = ['--from', '2026-11-25T00:00:00Z', '--to', '2026-11-24T00:00:00Z'];
    expect(await typed('rules', 'test', rule, '--elasticsearch', 'http://127.0.0.1:1', ...span)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--from is not before --to'),
    });
  });
});

describe('what a subcommand loads', () => {
  /** The files of `src/` that a command line loads, in a process of its own. */
  function loadedBy(...argv: readonly string[]): readonly string[] {
    const folder = mkdtempSync(join(tmpdir(), 'vigie-loaded-'));
    const hook = join(folder, 'hook.mjs');
    writeFileSync(
      hook,
      `import { registerHooks } from 'node:module';
      const urls = [];
      registerHooks({ load: (url, context, next) => { urls.push(url); return next(url, context); } });
      process.on('exit', () => process.stderr.write('\\nLOADED ' + JSON.stringify(urls)));`,
    );
    const { stderr } = spawnSync(process.execPath, ['--import', hook, join(ROOT, 'src/main.ts'), ...argv], { encoding: 'utf8' });
    const urls: readonly string[] = JSON.parse(/\nLOADED (.*)$/u.exec(stderr)?.[1] ?? '[]');
    return urls.flatMap((url) => /\/(src\/.*)$/u.exec(url)?.[1] ?? []);
  }

  it.each(['run', 'do'])('vigie %s loads no other subcommand', (name) => {
    const files = loadedBy(name, 'services', '-c', '/nowhere.yaml');
    const others = NAMES.filter((each) => each !== name).flatMap((each) => [`src/app/commands/${each}.ts`, `src/app/${each}.ts`]);
    expect(files).toContain(`src/app/commands/${name}.ts`);
    expect(files.filter((file) => others.includes(file))).toEqual([]);
  });

  it('the table has each under its own name', async () => {
    for (const name of NAMES) expect((await commandsFor([name === 'help' ? '' : name])).map((each) => each.name)).toContain(name);
  });
});
