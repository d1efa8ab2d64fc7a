import type { CommandResult } from '#ports/remote.ts';

/** A field as `journalctl --output=json` prints it: text, bytes, or several of these. */
export type JournalField = string | readonly number[] | readonly (string | readonly number[])[] | null;

/** Words of systemd 252. */
const HINT =
  "Hint: You are currently not seeing messages from other users and the system.\n      Users in groups 'adm', 'systemd-journal' can see all messages.\n      Pass -q to turn off this notice.\n";
const DENIED = `${HINT}No journal files were opened due to insufficient permissions.\n`;

/** A machine's journal, and `journalctl` as far as vigie reads it: version 252's answers. */
export class JournalStandIn {
  readonly #entries: { readonly at: number; readonly line: string }[] = [];
  /** `nothing`: the account is in none of the groups. `own`: it sees its own lines. `absent`: no such program. */
  account: 'all' | 'own' | 'nothing' | 'absent' = 'all';

  /** @param at milliseconds since the epoch @param fields as journalctl would print them */
  write(at: number, fields: Readonly<Record<string, JournalField>>): void {
    const micros = String(Math.round(at * 1_000));
    const line = {
      __CURSOR: `s=1;i=${this.#entries.length}`,
      __REALTIME_TIMESTAMP: micros,
      __MONOTONIC_TIMESTAMP: '1',
      _BOOT_ID: 'b',
      ...fields,
    };
    this.#entries.push({ at, line: JSON.stringify(line) });
  }

  /** A unit says something, with a priority. */
  say(at: number, unit: string, priority: number, message: JournalField): void {
    this.write(at, { _SYSTEMD_UNIT: `${unit}.service`, SYSLOG_IDENTIFIER: unit, _PID: '71', PRIORITY: String(priority), MESSAGE: message });
  }

  /** @param words what stands behind `journalctl` */
  run(words: readonly string[]): CommandResult {
    const option = (name: string): string | undefined => words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
    if (this.account === 'absent') return { code: 127, stdout: '', stderr: 'env: ‘journalctl’: No such file or directory\n' };
    if (this.account === 'nothing') return { code: 1, stdout: '', stderr: DENIED };
    if (option('output') !== 'json' || !words.includes('--no-pager')) return { code: 1, stdout: '', stderr: 'a pager waits\n' };
    const seconds = (name: string): number => Number(option(name)?.replace('@', '') ?? Number.NaN);
    const [since, until] = [seconds('since') * 1_000, seconds('until') * 1_000];
    const inTime = this.#entries.filter(({ at }) => !(at < since) && !(at > until)).toSorted((one, other) => one.at - other.at);
    // With a beginning, `--lines` counts from there.
    const found = (words.includes('--reverse') ? inTime.toReversed() : inTime).slice(0, Number(option('lines') ?? inTime.length));
    const own = this.account === 'own';
    return { code: 0, stdout: found.map(({ line }) => `${line}\n`).join(''), stderr: own ? HINT : '' };
  }
}
