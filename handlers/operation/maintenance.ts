import { defineAction, duration, planMaintenance, runMaintenance, target, text, verifyMaintenance, word, z } from '#kit';

/** Work on a service or a machine: its alerts are silent, others change nothing of it, and its people are told; over at its end, or by `done`. */
export default defineAction({
  id: 'maintenance',
  uses: ['freezes', 'alerts', 'announcements', 'inventory', 'self', 'swarm'],
  args: ['subject', 'duration', 'reason'],
  rest: true,
  input: z.strictObject({ subject: word(), duration: duration(), reason: text() }),
  timeout: '25h',
  cancel: 'between-steps',
  emergency: 'never',
  plan: ({ input, clients, signal }) => planMaintenance(clients, { word: input.subject, ms: input.duration, reason: input.reason }, signal),
  risk: 'change',
  target: (_input, basis) => target(basis.scope),
  locks: (_input, basis) => [`maintenance:${basis.scope}`],
  run: (context) => runMaintenance(context),
  verify: (context) => verifyMaintenance(context),
});
