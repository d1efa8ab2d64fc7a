import { CRITICAL_TAKEN_MS, defineAction, text, VigieError, word, z, type AlertLine, type ReadClients } from '#kit';

/** Takes an alert, as 👀 does: no reminders until it is over. `all`: every one that nobody has taken. A comment stands in the thread. */
export default defineAction({
  id: 'ack',
  uses: ['alerts'],
  args: ['alert', 'comment'],
  rest: true,
  input: z.strictObject({ alert: word(), comment: text().optional() }),
  timeout: '1m',
  cancel: 'never',
  emergency: 'never',
  async plan({ input, clients, person }) {
    const comment = input.comment ?? null;
    const found = isAll(input.alert) ? free(clients) : [await oneOf(clients, input.alert)];
    const taken = comment === null ? found.filter((alert) => alert['taken_by'] !== person.username) : found;
    const basis = { alerts: found.map(basisOf), all: isAll(input.alert), comment };
    return { basis, effects: taken.map((alert) => ({ kind: 'take', ...basisOf(alert) })) };
  },
  risk: 'safe',
  locks: (_input, basis) => basis.alerts.map(({ id }) => `alert:${id}`),
  async run({ basis, clients, person, step }) {
    await step('take', 'repeatable', async () => {
      const ids = basis.alerts.map(({ id }) => id);
      await clients.alerts.take(ids, basis.comment, person);
      return true;
    });
    return { taken: basis.alerts.length };
  },
  async verify({ basis, clients, person }) {
    const open = clients.alerts.open();
    const left = basis.alerts.some(({ id }) => open.some((alert) => alert.id === id && alert['taken_by'] !== person.username));
    return left ? { state: 'not-done' } : { state: 'done', result: true };
  },
});

function isAll(word: string): boolean {
  return ['all', 'tout', 'toutes', '*'].includes(word.toLowerCase());
}

/** What somebody has taken stays theirs. */
function free({ alerts }: Pick<ReadClients, 'alerts'>): readonly AlertLine[] {
  return alerts.open().filter((alert) => alert['state'] === 'firing' && alert['taken_by'] === null);
}

async function oneOf({ alerts }: Pick<ReadClients, 'alerts'>, word: string): Promise<AlertLine> {
  const alert = await alerts.get(word.toLowerCase());
  if (alert['state'] === 'resolved') throw new VigieError('alert_not_open', { id: alert.id });
  return alert;
}

function basisOf(alert: AlertLine) {
  const lapses = alert['severity'] === 'critical' ? CRITICAL_TAKEN_MS : null;
  return { id: alert.id, rule: String(alert['rule']), key: String(alert['key']), lapses_ms: lapses };
}
