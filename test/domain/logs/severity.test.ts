import { describe, expect, it } from 'vitest';
import { SEVERITIES, severityNamed, severityNumbered, severityOf } from '#domain/logs/severity.ts';

const called = (text: string): string | null => {
  const severity = severityOf(text);
  return severity === null ? null : SEVERITIES[severity];
};

describe('how grave a line is', () => {
  it.each([
    // Loggers of services, as their images write them.
    ['2026-11-29 03:12:09.120 UTC [71] ERROR:  relation "pads" does not exist', 'err'],
    ['2026-11-29 03:12:09.120 UTC [1] FATAL:  password authentication failed', 'crit'],
    ['2026-11-29 03:12:09.120 UTC [1] LOG:  database system is ready', 'info'],
    ['2026-11-29 03:12:09.120 CET [1] ERREUR:  la relation « pads » n’existe pas', 'err'],
    ['2026-11-29  3:12:09 0 [Warning] Aborted connection 12', 'warning'],
    ['2026-11-29  3:12:09 0 [ERROR] mariadbd: Table is marked as crashed', 'err'],
    ['[Sun Nov 29 03:12:09.1 2026] [core:error] [pid 12] AH00124: too many redirects', 'err'],
    ['2026/11/29 03:12:09 [warn] 29#29: *1 upstream server temporarily disabled', 'warning'],
    ['time="2026-11-29T03:12:09Z" level=error msg="no route"', 'err'],
    ['level=warn msg="slow"', 'warning'],
    ['[2026-11-29T03:12:09.120] [WARN] settings - DirtyDB is used', 'warning'],
    ['E1129 03:12:09.120 1 reflector.go:125] failed', 'err'],
    ['<3>disk is gone', 'err'],
    ['ERROR in app: boom', 'err'],
    ['error: cannot open', 'err'],
    ['npm ERR! code 1', 'err'],
    ['WARNING: no swap', 'warning'],
    ['DEBUG 12 queries', 'debug'],
    // JSON.
    ['{"level":"error","msg":"boom"}', 'err'],
    ['{"level":50,"msg":"boom"}', 'err'],
    ['{"level":30,"msg":"ERROR page was shown"}', 'info'],
    ['{"log":{"level":"warning"},"message":"x"}', 'warning'],
    ['{"log.level":"debug"}', 'debug'],
    ['{"t":{"$date":"2026"},"s":"E","c":"NETWORK","msg":"x"}', 'err'],
    ['{"timestamp":"x","level":"critical"}', 'crit'],
    // What ends a program.
    ['Traceback (most recent call last):\n  File "a.py", line 1', 'err'],
    ['panic: runtime error: index out of range', 'crit'],
    ['java.lang.IllegalStateException: boom\n\tat a.b(C.java:1)', 'err'],
    ['TypeError: x is not a function\n    at a.js:1:1', 'err'],
    // The first word says it.
    ['INFO: 3 ERROR pages were shown', 'info'],
    // These say none.
    ['GET /error/ERROR.html 200', null],
    ['errors: none here', null],
    ['the error is elsewhere', null],
    ['listening on port 8080', null],
    ['{"msg":"no level"}', null],
    ['{"level":3}', null],
    ['{broken json level=error', 'err'],
    ['', null],
  ])('%s', (text, severity) => {
    expect(called(text)).toBe(severity);
  });

  it('is named in both languages, whatever the case and the accents', () => {
    expect(['Error', 'erreur', 'WARN', 'avertissement', 'err', 'critique', 'débug'].map(severityNamed)).toEqual([3, 3, 4, 4, 3, 2, 7]);
    expect(['constructor', 'loud', ''].map(severityNamed)).toEqual([null, null, null]);
  });

  it('is a digit in the journal', () => {
    expect(['0', '7', '8', '', 3, undefined].map(severityNumbered)).toEqual([0, 7, null, null, null, null]);
  });
});
