import { spawnSync } from 'node:child_process';
import { writeFileSync, mkdtempSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog } from '#app/app/log.ts';
import { openTerminal } from '#app/app/terminal.ts';
import { added } from '#test/config/sample.ts';

const SECRET = 'hunter2-hunter2';

/** A terminal that knows the secrets of a configuration, and what came out of it. */
async function opened() {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-terminal-'));
  writeFileSync(join(folder, 'secret'), `${SECRET}\n`, { mode: 0o600 });
  writeFileSync(join(folder, 'vigie.yaml'), added(`heartbeat: { url: "https://hc.example.org/\${file:${join(folder, 'secret')}}" }`));
  const lines: string[] = [];
  const terminal = openTerminal((text) => void lines.push(text));
  await terminal.load(join(folder, 'vigie.yaml'));
  return { terminal, lines, folder };
}

describe('the terminal of the command line', () => {
  it('obeys nothing that a server, a container or a file says', async () => {
    const { terminal, lines } = await opened();
    terminal.print('\u001b]0;owned\u0007 \u009b2J exe.\u202egnp\rhidden', 0);
    expect(lines).toEqual(['␛]0;owned␇ ⟨U+009B⟩2J exe.⟨U+202E⟩gnp␍hidden\n']);
  });

  it('wraps words at its width, whole blocks of code and what goes elsewhere not', () => {
    const lines: string[] = [];
    let columns: number | null = 24;
    const { say, print } = openTerminal(
      (text) => void lines.push(text),
      () => columns,
    );
    const words = 'alice is off, and what could go elsewhere is there';
    say(words);
    say(words, true);
    print(words, 0);
    columns = null;
    say(words);
    expect(lines).toEqual(['alice is off, and what\ncould go elsewhere is\nthere\n', `${words}\n`, `${words}\n`, `${words}\n`]);
  });

  it('obeys nothing whatever it is given', async () => {
    const { terminal, lines } = await opened();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        terminal.print(text, 0);
        expect(lines.at(-1)?.replaceAll(/[\n\t]/gu, '')).not.toMatch(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('shows no secret, not even of an error that nobody caught', async () => {
    const { terminal, lines } = await opened();
    terminal.print(`refused: Basic ${Buffer.from(`vigie:${SECRET}`).toString('base64')}`, 1);
    terminal.crash(Object.assign(new Error(`no: ${SECRET}`), { headers: { authorization: `Bearer ${SECRET}` } }));
    expect(lines.join('')).not.toContain(SECRET);
    expect(lines[0]).toBe('refused: Basic [secret]\n');
    expect(lines[1]).toContain('Error: no: [secret]');
  });

  it('shows no secret of a vigie that dies of an error that nobody caught', async () => {
    const { folder } = await opened();
    const program = join(folder, 'dies.ts');
    const cli = join(import.meta.dirname, '../../src/app/cli.ts');
    writeFileSync(
      program,
      `import { runCommandLine } from ${JSON.stringify(cli)};
      await runCommandLine(['check', '--config', ${JSON.stringify(join(folder, 'vigie.yaml'))}], {});
      console.log('note', '${SECRET}');
      setTimeout(() => { throw Object.assign(new Error('echo ${SECRET}'), { header: 'Basic ' + btoa('a:${SECRET}') }); }, 1);
      setTimeout(() => {}, 10_000);`,
    );
    chmodSync(program, 0o600);
    const { status, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('note [secret]\n');
    expect(stderr).toContain('echo [secret]');
    expect(stderr).not.toContain(SECRET);
    expect(stderr).not.toContain(btoa(`a:${SECRET}`).slice(0, 12));
  });
});

describe('the log', () => {
  it('holds neither a secret in any dress nor what a terminal obeys', () => {
    const lines: string[] = [];
    const log = createLog('debug', [SECRET], (line) => void lines.push(line));
    const error = Object.assign(new Error(`Basic ${btoa(`vigie:${SECRET}`)}`), { meta: { headers: { authorization: SECRET } } });
    log.error({ error, container: 'a\u009b2J\u202e' }, encodeURIComponent(SECRET));
    const [line = ''] = lines;
    expect(line).not.toContain(SECRET);
    expect(line).not.toContain(btoa(`vigie:${SECRET}`).slice(8, 20));
    expect(JSON.parse(line)).toMatchObject({ container: 'a⟨U+009B⟩2J⟨U+202E⟩' });
  });
});
