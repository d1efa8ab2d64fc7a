import { defineAction, word, z } from '#kit';

/** Ends a silence before its time. */
export default defineAction({
  id: 'unsilence',
  uses: ['alerts'],
  args: ['silence'],
  input: z.strictObject({ silence: word() }),
  timeout: '1m',
  cancel: 'never',
  emergency: 'never',
  async plan({ input, clients }) {
    const silence = clients.alerts.silence(input.silence.toLowerCase());
    const matchers = Object.entries(silence.matchers).map(([field, value]) => `${field}=${value}`);
    return { basis: { id: silence.id, matchers, reason: silence.reason }, effects: [{ kind: 'unsilence', id: silence.id }] };
  },
  risk: 'safe',
  locks: () => ['silences'],
  async run({ basis, clients, person, step }) {
    await step('unsilence', 'repeatable', async () => {
      await clients.alerts.endSilence(basis.id, person);
      return true;
    });
    return { id: basis.id };
  },
  async verify({ basis, clients }) {
    return clients.alerts.silences().some((silence) => silence.id === basis.id) ? { state: 'not-done' } : { state: 'done', result: true };
  },
});
