import { describe, expect, it } from 'vitest';
import { KeptSessions } from '#adapters/databases/kept-sessions.ts';
import type { Place } from '#adapters/databases/place.ts';
import { here } from '#test/lab/databases/this-machine.ts';

/** A shell is the client: it reads commands from its input and ends at the first that fails. */
const SHELL = { program: ['sh', 'sh'], args: ['-e'], password: null, passwordVariable: 'NONE', ownPassword: [] } as const;

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
