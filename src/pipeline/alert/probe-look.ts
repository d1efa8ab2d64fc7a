import { isJsonObject, type Json, type JsonObject } from '#kernel/json.ts';
import type { Finding, KeyReport, Look, RuleMemory } from '#domain/alert/look.ts';
import type { ProbeCheck, Rule } from '#domain/alert/rule.ts';
import type { Prober, ProbeResult } from '#ports/prober.ts';

/** Targets of one rule that are looked at side by side. */
const AT_ONCE = 8;

interface Seen {
  readonly target: string;
  readonly result: ProbeResult;
}

/**
 * One look of a rule of type `probe`, at all its targets. A target's report is `breached` from its first failure on, so that
 * whoever depends on it can wait for the verdict; its finding comes with the `failures`th in a row, and with each one after
 * it. The finding's document holds `target`, `hop`, `detail` and `problem`.
 * @param memory what the last look returned
 * @throws probe_invalid, probe_impossible; the signal's reason; TypeError for a rule of another type
 */
export async function probeRule(
  { name, kind }: Pick<Rule, 'name' | 'kind'>,
  { memory, now }: { readonly memory: RuleMemory | null; readonly now: number },
  prober: Prober,
  signal: AbortSignal,
): Promise<Look> {
  if (kind.type !== 'probe') throw new TypeError(`${name} is no probe`);
  const { check } = kind;
  const seen = await probeAll(check, prober, signal);
  const counts = new Map(seen.map(({ target, result }) => [target, result.ok ? 0 : failuresIn(memory, target) + 1]));
  const count = (target: string): number => counts.get(target) ?? 0;
  return {
    findings: seen.filter(({ target }) => count(target) >= check.failures).map((each) => findingOf(check, each, now, count(each.target))),
    reports: seen.map(reportOf),
    memory: { failures: Object.fromEntries([...counts].filter(([, failures]) => failures > 0)) },
  };
}

/** So many at a time, each beginning when one before it has ended; the answers are in the order of the targets. */
async function probeAll({ kind, targets, timeoutMs, expect }: ProbeCheck, prober: Prober, signal: AbortSignal): Promise<readonly Seen[]> {
  const seen: Seen[] = [];
  const queue = [...targets.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, target] = next;
      seen[index] = { target, result: await prober.probe({ kind, target, timeoutMs, expect }, signal) };
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, targets.length) }, worker));
  return seen;
}

/** Failures in a row, as the last look left them. */
function failuresIn(memory: RuleMemory | null, target: string): number {
  const failures: Json = memory?.['failures'] ?? null;
  const count = isJsonObject(failures) && Object.hasOwn(failures, target) ? failures[target] : 0;
  return typeof count === 'number' ? count : 0;
}

function findingOf(check: ProbeCheck, { target, result }: Seen, now: number, failures: number): Finding {
  const { hop, detail, problem, value } = result;
  const document: JsonObject = {
    target,
    hop,
    detail,
    problem: problem === null ? null : { code: problem.code, params: problem.params },
    failures,
  };
  return { key: { target }, at: now, value, limit: limitOf(check), matches: 1, document };
}

/** Only a certificate's end is held against a number. */
function limitOf({ kind, expect }: ProbeCheck): number | null {
  const days = kind === 'tls' ? expect['days'] : null;
  return typeof days === 'number' ? days : null;
}

/** A target's value is what was measured, or how long the answer took. */
function reportOf({ target, result }: Seen): KeyReport {
  const { ok, value, latencyMs } = result;
  return { key: { target }, state: ok ? 'clear' : 'breached', value: value ?? (ok ? latencyMs : null) };
}
