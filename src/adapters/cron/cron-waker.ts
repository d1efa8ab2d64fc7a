import { createTask } from 'node-cron';
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
    const tasks = [...lines.values()].map((schedule) =>
      // A tick that came late is no loss: the ledger finds what it would have woken for.
      createTask(cronLine(schedule), wake, { timezone: zoneOf(schedule), suppressMissedWarning: true }),
    );
    for (const task of tasks) void task.start();
    return {
      async stop() {
        for (const task of tasks) await task.destroy();
      },
    };
  },
};

function zoneOf(schedule: Schedule): string {
  return schedule.kind === 'at' ? schedule.timezone : 'UTC';
}
