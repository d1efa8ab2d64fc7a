import { CRITICAL_TAKEN_MS, defineAction, VigieError, word, z } from '#kit';

/** Takes an alert, as 👀 does: no reminders until it is over. */
export default defineAction({
  id: 'ack',
  uses: ['alerts'],
  args: ['alert'],
  input: z.strictObject({ alert: word() }),
  timeout: '1m',
  cancel: 'never',
  emergency: 'never',
  async plan({ input, clients, person }) {
    const alert = await clients.alerts.get(input.alert.toLowerCase());
    if (alert['state'] === 'resolved') throw new VigieError('alert_not_open', { id: alert.id });
    const lapses = alert['severity'] === 'critical' ? CRITICAL_TAKEN_MS : null;
    const basis = { id: alert.id, rule: String(alert['rule']), key: String(alert['key']), lapses_ms: lapses };
    return { basis, effects: alert['taken_by'] === person.username ? [] : [{ kind: 'take', ...basis }] };
  },
  risk: 'safe',
  locks: (_input, basis) => [`alert:${basis.id}`],
  async run({ basis, clients, person, step }) {
    await step('take', 'repeatable', async () => {
      await clients.alerts.take(basis.id, person);
      return true;
    });
    return { ...basis };
  },
  async verify({ basis, clients, person }) {
    const alert = await clients.alerts.get(basis.id);
    return alert['taken_by'] === person.username ? { state: 'done', result: true } : { state: 'not-done' };
  },
});
