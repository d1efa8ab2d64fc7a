import type { ScheduledTask } from 'node-cron';
import type { Schedule } from '#domain/schedule/schedule.ts';
import type { Waker } from '#ports/waker.ts';
import { cronLine } from './cron-line.ts';

/**
 * Wakes at the times of cron lines. node-cron leaves out the hour that clocks show twice and what they skip, and remembers nothing
 * (measured): so it decides nothing here. Its `distributed` mode asks a coordinator by its own idea of the time; the ledger's unique insert
 * does the same by the occurrence itself.
 */
export const cronWaker: Waker = {
  start(schedules, wake) {
    const lines = new Map(schedules.map((schedule) => [`${cronLine(schedule)} ${zoneOf(schedule)}`, schedule]));
    const started = startTasks([...lines.values()], wake);
    return {
      async stop() {
        for (const task of await started) await task.destroy();
      },
    };
  },
};

/** node-cron is loaded with the first line: a vigie without jobs does without it. */
async function startTasks(lines: readonly Schedule[], wake: () => void): Promise<readonly ScheduledTask[]> {
  if (lines.length === 0) return [];
  const { createTask } = await import('node-cron');
  // A tick that came late is no loss: the ledger finds what it would have woken for.
  const tasks = lines.map((line) => createTask(cronLine(line), wake, { timezone: zoneOf(line), suppressMissedWarning: true }));
  for (const task of tasks) void task.start();
  return tasks;
}

function zoneOf(schedule: Schedule): string {
  return schedule.kind === 'at' ? schedule.timezone : 'UTC';
}
