import { defineAction, duration, text, VigieError, word, z } from '#kit';

const DAY_MS = 86_400_000;
/** Nobody remembers why a longer one was made. */
const LONGEST_MS = 30 * DAY_MS;

/** More than anybody can keep in mind: each is asked for every alert. */
const MOST = 50;

/** Holds alerts back for a while: `silence host.name=pica01 2h upgrade`. What says that vigie is blind can't be silenced. */
export default defineAction({
  id: 'silence',
  uses: ['alerts', 'self'],
  args: ['matchers', 'duration', 'reason'],
  rest: true,
  input: z.strictObject({ matchers: word(), duration: duration(), reason: text() }),
  timeout: '1m',
  cancel: 'never',
  emergency: 'never',
  async plan({ input, clients }) {
    if (clients.alerts.silences().length >= MOST) throw new VigieError('silences_many', { limit: MOST });
    const { matchers, covers } = clients.alerts.matchers(input.matchers);
    const ms = Math.min(input.duration, LONGEST_MS);
    const critical = covers.length === 0 || covers.some((alert) => alert['severity'] === 'critical');
    const effect = {
      kind: 'silence',
      matchers: Object.entries(matchers).map(([field, value]) => `${field}=${value}`),
      ms: critical ? Math.min(ms, DAY_MS) : ms,
      shortened: critical && ms > DAY_MS,
      covers: covers.length,
      reason: input.reason,
    };
    return { basis: { matchers }, effects: [effect] };
  },
  risk: 'safe',
  locks: () => ['silences'],
  async run({ input, basis, clients, person, step }) {
    const id = await step('silence', 'once', () =>
      clients.alerts.addSilence({ matchers: basis.matchers, ms: Math.min(input.duration, LONGEST_MS), reason: input.reason }, person),
    );
    const { endsAt } = clients.alerts.silence(id);
    return { id, until: endsAt };
  },
  async verify({ basis, clients, person, startedAt }) {
    const wanted = JSON.stringify(basis.matchers);
    const made = clients.alerts
      .silences()
      .find((each) => each.startsAt >= startedAt && each.by.id === person.id && JSON.stringify(each.matchers) === wanted);
    return made === undefined ? { state: 'not-done' } : { state: 'done', result: made.id };
  },
});
