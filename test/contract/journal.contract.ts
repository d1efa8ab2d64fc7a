import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Hosts, JournalLine } from '#ports/hosts.ts';

/** Fields of one entry, as a program gives them to the journal; several of one name stand in a list. */
export type Written = Readonly<Record<string, string | Uint8Array | readonly string[]>>;

export interface JournalLab {
  readonly hosts: Hosts;
  /** Empties the journal of `pica01`, and writes these. @param entries with when they are from, in ms */
  fill(entries: readonly { readonly at: number; readonly fields: Written }[]): Promise<void>;
  /** What `pica01`'s account may see from now on. */
  account(sees: 'all' | 'nothing'): Promise<void>;
  close(): Promise<void>;
}

const NOW = Date.parse('2026-11-29T03:30:00Z');
const MINUTE = 60_000;
const unit = (name: string, priority: number, message: string | Uint8Array): Written => ({
  MESSAGE: message,
  PRIORITY: String(priority),
  _SYSTEMD_UNIT: `${name}.service`,
  SYSLOG_IDENTIFIER: name,
  _PID: '71',
});

/** What `HostsReader.journal` promises. */
export function journalContract(open: () => Promise<JournalLab>): void {
  let lab: JournalLab;
  beforeAll(async () => {
    lab = await open();
  }, 120_000);
  afterAll(() => lab?.close());
  beforeEach(() => lab.account('all'));

  const texts = (lines: readonly JournalLine[]): readonly string[] => lines.map(({ text }) => text);
  const read = (query: Partial<Parameters<Hosts['journal']>[1]> = {}) =>
    lab.hosts.journal('pica01', { since: NOW - 10 * MINUTE, tail: 100, ...query });

  describe('a journal', () => {
    it('is told oldest first, with units and priorities', async () => {
      await lab.fill([
        { at: NOW - 3 * MINUTE, fields: unit('ssh', 6, 'Accepted publickey for vigie') },
        { at: NOW - 2 * MINUTE, fields: unit('gluster', 3, 'brick is away') },
        { at: NOW - MINUTE, fields: { MESSAGE: 'eth0: link is down', PRIORITY: '4', _TRANSPORT: 'kernel' } },
      ]);
      const { lines, older, whole } = await read();
      expect(lines.map(({ at, unit: of, priority, text }) => [at, of, priority, text])).toEqual([
        [NOW - 3 * MINUTE, 'ssh', 6, 'Accepted publickey for vigie'],
        [NOW - 2 * MINUTE, 'gluster', 3, 'brick is away'],
        [NOW - MINUTE, 'kernel', 4, 'eth0: link is down'],
      ]);
      expect({ older, whole }).toEqual({ older: false, whole: true });
    });

    it('keeps to the span that is asked for, to the millisecond', async () => {
      const at = [NOW - 11 * MINUTE, NOW - 9 * MINUTE, NOW - 5 * MINUTE + 1, NOW - MINUTE];
      await lab.fill(at.map((each, nth) => ({ at: each, fields: unit('ssh', 6, `line ${nth}`) })));
      expect(texts((await read()).lines)).toEqual(['line 1', 'line 2', 'line 3']);
      expect(texts((await read({ until: NOW - 5 * MINUTE })).lines)).toEqual(['line 1']);
      expect(texts((await read({ until: NOW - 5 * MINUTE + 1 })).lines)).toEqual(['line 1', 'line 2']);
    });

    it('gives the newest where there are many, and says that there are older ones', async () => {
      await lab.fill(Array.from({ length: 300 }, (_, nth) => ({ at: NOW - MINUTE + nth, fields: unit('ssh', 6, `line ${nth}`) })));
      const { lines, older } = await read({ tail: 10 });
      expect(texts(lines)).toEqual(Array.from({ length: 10 }, (_, nth) => `line ${290 + nth}`));
      expect(older).toBe(true);
    });

    it('is looked through far beyond the newest', async () => {
      await lab.fill(Array.from({ length: 5_000 }, (_, nth) => ({ at: NOW - MINUTE + nth, fields: unit('ssh', 6, `Line ${nth} of all`) })));
      const { lines, whole } = await read({ grep: 'line 17 of' });
      expect(texts(lines)).toEqual(['Line 17 of all']);
      expect(whole).toBe(true);
    });

    it('shows by level what is graver, by its priority or its words', async () => {
      await lab.fill([
        { at: NOW - 4_000, fields: unit('cron', 6, 'started') },
        { at: NOW - 3_000, fields: unit('dockerd', 6, 'time="x" level=error msg="no route"') },
        { at: NOW - 2_000, fields: unit('smartd', 2, 'the disk fails') },
        { at: NOW - 1_000, fields: unit('ssh', 4, 'a warning') },
      ]);
      expect(texts((await read({ level: 3 })).lines)).toEqual(['time="x" level=error msg="no route"', 'the disk fails']);
      expect(texts((await read({ level: 4 })).lines)).toHaveLength(3);
    });

    it('holds a trace together, and shows all of it where a part is looked for', async () => {
      const trace = ['Traceback (most recent call last):', '  File "/app/pad.py", line 12', 'ValueError: too long'];
      await lab.fill([
        { at: NOW - 5_000, fields: unit('pad', 6, 'before') },
        ...trace.map((text, nth) => ({ at: NOW - 4_000 + nth, fields: unit('pad', 6, text) })),
        { at: NOW - 1_000, fields: unit('pad', 6, 'behind') },
      ]);
      expect(texts((await read()).lines)).toEqual(['before', trace.join('\n'), 'behind']);
      expect(texts((await read({ grep: 'pad.py' })).lines)).toEqual([trace.join('\n')]);
      expect(texts((await read({ level: 3 })).lines)).toEqual([trace.join('\n')]);
    });

    it('is read whatever its messages hold: bytes, several values, many lines, nothing', async () => {
      await lab.fill([
        { at: NOW - 5_000, fields: unit('a', 6, Buffer.from('\u001b[31mred\u001b[0m caf\u00e9')) },
        { at: NOW - 4_000, fields: unit('b', 6, Buffer.from([0x78, 0xff, 0x79])) },
        { at: NOW - 3_000, fields: { ...unit('c', 6, 'x'), MESSAGE: ['one', 'two'] } },
        { at: NOW - 2_000, fields: unit('d', 6, 'first\n  second\nthird') },
        { at: NOW - 1_000, fields: { PRIORITY: '6', SYSLOG_IDENTIFIER: 'e' } },
      ]);
      expect((await read()).lines.map(({ unit: of, text }) => [of, text])).toEqual([
        ['a', '\u001b[31mred\u001b[0m caf\u00e9'],
        ['b', 'x\ufffdy'],
        ['c', expect.stringMatching(/^(?:one\ntwo|two\none)$/u)],
        ['d', 'first\n  second\nthird'],
        ['e', ''],
      ]);
    });

    it('cuts a very long message, and says how much is missing', async () => {
      await lab.fill([{ at: NOW - 1_000, fields: unit('a', 6, 'x'.repeat(100_000)) }]);
      const [line] = (await read()).lines;
      expect([line?.text.length, line?.cut]).toEqual([4_000, 96_000]);
    });

    it('is empty where nothing was written', async () => {
      await lab.fill([]);
      expect(await read()).toEqual({ lines: [], notes: [], older: false, whole: true, levelless: 0 });
    });

    it('is refused to an account that may not see all of it, with the group that it lacks', async () => {
      await lab.fill([{ at: NOW, fields: unit('ssh', 6, 'secret') }]);
      await lab.account('nothing');
      await expect(read()).rejects.toMatchObject({ code: 'journal_forbidden', params: { host: 'pica01' } });
    });

    it('of a machine that nobody configured is refused', async () => {
      await expect(lab.hosts.journal('pica99', { since: 0, tail: 1 })).rejects.toMatchObject({ code: 'host_unknown' });
    });

    it('is given up with the reason of its signal', async () => {
      const reason = new Error('enough');
      await expect(lab.hosts.journal('pica01', { since: 0, tail: 1 }, AbortSignal.abort(reason))).rejects.toBe(reason);
    });
  });
}
