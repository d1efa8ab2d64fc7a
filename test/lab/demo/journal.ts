import type { JournalField, JournalStandIn } from '#test/lab/hosts/journal-stand-in.ts';

const MINUTE_MS = 60_000;

/** Minutes ago, unit, priority, words. */
const SAID: readonly (readonly [ago: number, unit: string, priority: number, message: JournalField])[] = [
  [342, 'systemd', 6, 'Started Daily apt download activities.'],
  [231, 'cron', 6, '(root) CMD (test -x /usr/sbin/anacron || run-parts /etc/cron.daily)'],
  [187, 'smartd', 4, 'Device: /dev/sda [SAT], 1 Currently unreadable (pending) sectors'],
  [64, 'docker', 6, 'time="2026-11-29T08:12:04+01:00" level=error msg="fatal task error" error="task: non-zero exit (137)"'],
  [9, 'ssh', 6, 'Accepted publickey for vigie from 10.0.0.9 port 51234 ssh2: ED25519'],
  [7, 'glusterd', 4, '[client-handshake.c:1203] 0-data-client-1: reconnected, 12 entries to heal'],
  [4, 'backup', 6, 'Traceback (most recent call last):'],
  [4, 'backup', 6, '  File "/usr/local/bin/backup", line 41, in main'],
  [4, 'backup', 6, 'OSError: [Errno 28] No space left on device'],
  [2, 'smartd', 2, [...Buffer.from('Device: /dev/sda [SAT], \u001B[31mFAILED SMART self-check\u001B[0m. BACK UP DATA NOW!')]],
];

/** What a machine of the demo has to tell by `logs`. */
export function fillJournal(journal: JournalStandIn, now: number): void {
  for (const [ago, unit, priority, message] of SAID) journal.say(now - ago * MINUTE_MS, unit, priority, message);
}
