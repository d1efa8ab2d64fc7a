import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { KeptSessions } from '#adapters/databases/kept-sessions.ts';
import type { Place } from '#adapters/databases/place.ts';

const SHELL = { program: ['sh', 'sh'], args: ['-e'], password: null, passwordVariable: 'NONE', ownPassword: [] } as const;

/** This machine, where a shell is the client: it reads commands from its input and ends at the first that fails. */
function here(): Place & { readonly started: () => number; readonly running: () => number } {
  let [started, running] = [0, 0];
  return {
    node: 'here',
    container: null,
    started: () => started,
    running: () => running,
    async stream([program = '', ...args], { input }) {
      started += 1;
      running += 1;
      const child = spawn(program, args);
      const ended = once(child, 'close').then(() => {
        running -= 1;
        return { code: child.exitCode, stderr: '' };
      });
      void (async () => {
        for await (const chunk of input as AsyncIterable<Uint8Array>) child.stdin.write(chunk);
        child.stdin.end();
      })();
      child.stdin.on('error', () => undefined);
      await once(child, 'spawn');
      return { stdout: child.stdout, ended };
    },
  };
}

describe('kept sessions of a client', () => {
  const open = (place: Place): KeptSessions => new KeptSessions(place, (mark) => `echo ${mark}`);

  it('answer one question after another, started once', async () => {
    const place = here();
    const sessions = open(place);
    sessions.warm(SHELL);
    expect(await sessions.ask(SHELL, 'number=7; echo first')).toEqual({ code: 0, stderr: '', stdout: 'first\n' });
    expect((await sessions.ask(SHELL, 'echo "$number"')).stdout).toBe('7\n');
    expect((await sessions.ask(SHELL, ':')).stdout).toBe('');
    expect(place.started()).toBe(1);
    await sessions.close();
    expect(place.running()).toBe(0);
  });

  it('end with a question that fails, and begin anew with the next', async () => {
    const place = here();
    const sessions = open(place);
    expect(await sessions.ask(SHELL, 'echo before; exit 3')).toEqual({ code: 3, stderr: '', stdout: 'before\n' });
    expect((await sessions.ask(SHELL, 'echo again')).stdout).toBe('again\n');
    expect(place.started()).toBe(2);
    await sessions.close();
    expect(place.running()).toBe(0);
  });

  it('are one for each command', async () => {
    const place = here();
    const sessions = open(place);
    await sessions.ask(SHELL, ':');
    await sessions.ask({ ...SHELL, args: ['-eu'] }, ':');
    expect(place.started()).toBe(2);
    await sessions.close();
  });
});
