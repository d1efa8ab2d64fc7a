import { refusing } from '#kernel/refusing.ts';
import type { Lamp } from '#ports/lamp.ts';
import { bad, good } from '../finding.ts';
import { defineSystem } from './system.ts';

const missing = refusing('lamp_not_configured');
const NO_LAMP: Lamp = { turns: missing, turn: missing };

/** A light that turns where somebody sleeps. */
export const lamp = defineSystem({
  missing: NO_LAMP,
  async connect({ lamp: config }) {
    if (config === undefined) return null;
    const { connectLamp } = await import('#adapters/lamp/connect-lamp.ts');
    return connectLamp(config.url);
  },
  close: async () => undefined,
  async doctor(client, { words }) {
    if (client === null) return [good('lamp', 'none configured')];
    try {
      return [good('lamp', (await client.turns()) ? 'turns' : 'is dark')];
    } catch (error) {
      return [bad('lamp', words(error))];
    }
  },
});
