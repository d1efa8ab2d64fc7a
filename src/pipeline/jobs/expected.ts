import { z } from 'zod';
import type { Expected } from '#domain/backup/freshness.ts';
import type { Job } from '#domain/schedule/job.ts';
import type { Cursors } from '#ports/store.ts';

/** How old the newest good backup may be, ms. */
export interface FreshWithin {
  readonly databaseMs: number;
  readonly vmMs: number;
}

/** Two hours more than lie between two backups: databases every six hours, machines each night. */
export const FRESH_WITHIN: FreshWithin = { databaseMs: 8 * 3_600_000, vmMs: 26 * 3_600_000 };

export interface Expectations {
  readonly jobs: readonly Job[];
  /** Names of databases that vigie keeps backups of. */
  readonly databases: readonly string[];
  /** Names of the places where copies belong. */
  readonly copies: readonly string[];
  readonly within: FreshWithin;
  readonly facts: Pick<Cursors, 'fact' | 'remember'>;
}

/** Under this name the store keeps since when each target has to have backups. */
const FACT = 'backups-since';
const schema = z.record(z.string(), z.number());

/** What has to have backups: every database of the configuration, and whatever a job makes a backup of. */
export async function expectedBackups(expectations: Expectations, now: number): Promise<readonly Expected[]> {
  const targets = targetsOf(expectations);
  const since = await sinceWhen(
    targets.map(({ target }) => target),
    expectations.facts,
    now,
  );
  return targets.map((each) => ({ ...each, since: since[each.target] ?? now }));
}

function targetsOf({ jobs, databases, copies, within }: Expectations): readonly Omit<Expected, 'since'>[] {
  const words = jobs.flatMap(({ commands }) =>
    commands.flatMap(({ action, target }) => (action === 'backup' && target !== null ? [target] : [])),
  );
  const named = words.map((word) => (word.startsWith('vm:') || word.startsWith('db:') ? word.slice(3) : word));
  const guests = named.filter((name, index) => words[index]?.startsWith('vm:') === true || !databases.includes(name));
  return [
    ...databases.map((target) => ({ target, kind: 'database', withinMs: within.databaseMs, copies }) as const),
    // Proxmox keeps the copies of its own backups.
    ...[...new Set(guests)].map((target) => ({ target, kind: 'vm', withinMs: within.vmMs, copies: [] }) as const),
  ];
}

async function sinceWhen(targets: readonly string[], facts: Expectations['facts'], now: number): Promise<Readonly<Record<string, number>>> {
  const text = await facts.fact(FACT);
  const known = text === null ? {} : schema.parse(JSON.parse(text));
  const fresh = Object.fromEntries(targets.map((target) => [target, Math.min(known[target] ?? now, now)]));
  const after = JSON.stringify(fresh);
  if (after !== text) await facts.remember(FACT, after);
  return fresh;
}
