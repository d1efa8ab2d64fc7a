import { defineQuery, z } from '#kit';

/** What is watched, what of it fires, and which rules can't be looked at. */
export default defineQuery({
  id: 'rules',
  uses: ['alerts'],
  input: z.strictObject({}),
  async run({ clients }) {
    const rules = clients.alerts.rules();
    const notable = rules.filter((rule) => rule['failing_since'] !== null || rule['firing'] !== 0 || rule['enabled'] === false);
    const text = rules.map(
      (rule) =>
        `${String(rule['severity']).padEnd(8)} ${String(rule['type']).padEnd(18)} ${String(rule['name'])} (${String(rule['file'])})`,
    );
    return {
      total: rules.length,
      notable: notable.slice(0, 12),
      more: Math.max(0, notable.length - 12),
      ...(rules.length === 0 ? {} : { file: { name: 'rules.txt', text: text.join('\n') } }),
    };
  },
});
