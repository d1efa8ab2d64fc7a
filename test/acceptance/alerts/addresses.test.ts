import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { walkAddresses } from '#adapters/probe/addresses.ts';
import { createProber } from '#adapters/probe/prober.ts';
import { loadRules } from '#config/rules/load-rules.ts';
import { LANGUAGES, type Language } from '#messages/templates.ts';
import { DEFAULTS } from '#test/config/rules/written.ts';
import { MemoryNetwork } from '#test/lab/network/memory-network.ts';
import { Watchroom } from './watchroom.ts';

const { rules } = loadRules([join(import.meta.dirname, '../../../templates/rules')], { ...DEFAULTS, checkRemedy: () => null });

let network: MemoryNetwork;
let room: Watchroom;
beforeEach(() => {
  network = new MemoryNetwork();
});
afterEach(() => room.close());

async function watch(language: Language = 'en'): Promise<void> {
  const clock = { now: () => room.clock.now(), sleep: async () => undefined };
  const prober = createProber({ clock, systems: { addresses: (way, deadline) => walkAddresses(way, network, deadline) } });
  room = await Watchroom.open({ rules: rules.filter(({ name }) => name === 'Address held twice'), prober, language });
}

function said(): string {
  return room.only().text.replaceAll(/[\u00a0\u202f]/gu, ' ');
}

describe.each(LANGUAGES)('the starter rule on an address that is held twice, in %s', (language) => {
  it('names both machines, and is over when one lets go', async () => {
    await watch(language);
    await room.until(2.5);
    network.hold('pica02', '10.79.0.57');
    await room.until(6);
    expect(said()).toContain(
      language === 'en'
        ? '`10.79.0.57` is held twice: by `pica01` and `pica02`'
        : '`10.79.0.57` est tenue deux fois : par `pica01` et `pica02`',
    );
    network.letGo('pica02', '10.79.0.57');
    await room.until(9);
    expect(said()).toMatch(/^✅/u);
  });
});

describe('an address that is held twice', () => {
  it('is told of when one of them is a stranger', async () => {
    await watch();
    network.stranger = { address: '10.79.0.57', mac: '02:00:00:00:00:99' };
    await room.until(6);
    expect(said()).toContain('by `pica01` and `02:00:00:00:00:99`');
  });

  it('is no longer known of, and not over, when a machine does not answer', async () => {
    await watch();
    network.hold('pica02', '10.79.0.57');
    await room.until(6);
    network.away.add('pica02');
    await room.until(9);
    expect(room.states()).toContain('firing');
  });
});
