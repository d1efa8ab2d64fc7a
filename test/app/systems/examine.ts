import { systemClock } from '#kernel/clock.ts';
import { problemOf } from '#kernel/errors.ts';
import type { Finding } from '#app/app/finding.ts';
import type { Examination, Needs, System } from '#app/app/systems/system.ts';
import { parseConfig } from '#config/load.ts';
import { added } from '#test/config/sample.ts';

/** Of nothing else that is connected, and with nothing kept. */
export const NEEDS: Needs = {
  clock: systemClock,
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  facts: { fact: async () => null, remember: async () => undefined },
  get: () => null,
};

/** As `doctor` looks, with codes for words; nobody is rung. */
export function examination(yaml = '', words: Examination['words'] = (thrown) => problemOf(thrown).code): Examination {
  return { config: parseConfig(added(yaml), 'vigie.yaml').config, words, page: null };
}

/** What `doctor` says of one system of a configuration. */
export async function examine(
  system: System<unknown, unknown>,
  about: Examination,
  needs: Partial<Needs> = {},
): Promise<readonly Finding[]> {
  const opened = await system.open(about.config, { ...NEEDS, ...needs });
  try {
    return await opened.doctor(about);
  } finally {
    await opened.close();
  }
}
