import { defineQuery, flag, word, z } from '#kit';

/** What is firing, with what is silenced; one alert with its story when it is named. */
export default defineQuery({
  id: 'alerts',
  uses: ['alerts', 'self'],
  args: ['alert'],
  input: z.strictObject({ alert: word().optional(), all: flag().optional() }),
  async run({ input, clients }) {
    const silences = clients.alerts.silences().map(({ id, matchers, endsAt, by, reason }) => ({
      id,
      matchers: Object.entries(matchers).map(([field, value]) => `${field}=${value}`),
      until: endsAt,
      by: by.username,
      reason,
    }));
    if (input.alert !== undefined)
      return { alerts: [await clients.alerts.get(input.alert.toLowerCase())], silences: [], one: true, more: 0 };
    const open = clients.alerts.open().filter((alert) => input.all === true || alert['state'] !== 'pending');
    return { alerts: open.slice(0, 15), silences, one: false, more: Math.max(0, open.length - 15) };
  },
});
