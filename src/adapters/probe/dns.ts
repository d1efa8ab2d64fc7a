import { Resolver } from 'node:dns/promises';
import { beforeAbort } from '#kernel/abort.ts';
import { inOneForm } from '#domain/names/address.ts';
import { ProbeFailure, type Walk } from './walk.ts';

export interface DnsExpectation {
  readonly addresses?: readonly string[] | undefined;
  readonly server?: string | undefined;
}

/**
 * Asks for all addresses of a name and compares them with those that it must have: one that lacks and one too many, such
 * as a slip of the pen in a round robin, are both named.
 * @throws ProbeFailure
 */
export async function walkDns(way: Walk, { addresses, server }: DnsExpectation, timeoutMs: number, deadline: AbortSignal): Promise<void> {
  way.enter('dns');
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  if (server !== undefined) resolver.setServers([server]);
  try {
    const found = (
      await beforeAbort(deadline, Promise.all([recordsOf(resolver, way.target, 'A'), recordsOf(resolver, way.target, 'AAAA')]))
    ).flat();
    way.enter('records');
    judge(way, found, addresses);
  } finally {
    resolver.cancel();
  }
}

/** A name without records of one kind may have some of the other. */
async function recordsOf(resolver: Resolver, name: string, kind: 'A' | 'AAAA'): Promise<readonly string[]> {
  try {
    return await (kind === 'A' ? resolver.resolve4(name) : resolver.resolve6(name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENODATA') return [];
    throw error;
  }
}

function judge({ target }: Walk, found: readonly string[], expected: readonly string[] | undefined): void {
  const [have, want] = [found.map(inOneForm), (expected ?? []).map(inOneForm)];
  const unexpected = expected === undefined ? [] : found.filter((_, index) => !want.includes(have[index] ?? ''));
  const missing = (expected ?? []).filter((_, index) => !have.includes(want[index] ?? ''));
  if (unexpected.length + missing.length === 0 && found.length > 0) return;
  const detail = [...unexpected.map((each) => `+${each}`), ...missing.map((each) => `-${each}`)].join(' ');
  throw new ProbeFailure({ code: 'probe_records', params: { target, unexpected, missing } }, detail);
}
