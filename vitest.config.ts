import { defineConfig } from 'vitest/config';

/** They need nothing but Node, but start whole vigies and compilers: half a minute of the processor's time each. */
const STARTING = [
  'test/crash/**/*.test.ts',
  'test/acceptance/odd-hours/{command-line,many-events}.test.ts',
  'test/acceptance/process.test.ts',
  'test/app/build.test.ts',
  'test/app/systems/new-system.test.ts',
];
/** Real servers, but none of the lab's Swarm: they run beside those that do. */
const APART = [
  ...STARTING,
  'test/real/elasticsearch/**/*.test.ts',
  'test/real/crash-{clean,database-servers,databases,failover,failover-lab,guests,lab,machines}.test.ts',
  'test/real/databases-{forged,many,own-superuser,schemas,versions}.test.ts',
  'test/real/{traces,demo,demo-ends,disk-full,disks,failover,machines,name-changes,network,ping,redfish,volumes}.test.ts',
];
const ONE_AFTER_ANOTHER = { testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false } as const;

/** Projects: `fast` needs nothing but Node, and takes three and a half minutes on two cores; `real` and `real-apart` need the servers that test/real/ starts; `schemas` is a part of the latter. */
export default defineConfig({
  test: {
    silent: 'passed-only',
    // Scenes play on real sockets, on a clock that runs faster than the world: one that lost a race on a busy machine is played again,
    // once, and the report says so.
    retry: process.env['CI'] === undefined ? 0 : 1,
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/real/**', 'test/layers/**', ...STARTING],
          globalSetup: ['test/ram-folder.ts'],
          testTimeout: 60_000,
          // Files share a process, and what it has loaded: to load vigie takes longer than most files.
          isolate: false,
          // Most of them wait for sockets: by itself vitest leaves one of two cores idle.
          maxWorkers: 4,
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/real/**/*.test.ts'],
          exclude: APART,
          globalSetup: ['test/real/lab-setup.ts'],
          ...ONE_AFTER_ANOTHER,
        },
      },
      {
        test: {
          name: 'real-apart',
          include: APART,
          globalSetup: ['test/real/search-setup.ts'],
          ...ONE_AFTER_ANOTHER,
        },
      },
      {
        test: {
          name: 'schemas',
          include: [
            'test/real/databases-schemas.test.ts',
            'test/real/databases-own-superuser.test.ts',
            'test/real/databases-forged.test.ts',
          ],
          ...ONE_AFTER_ANOTHER,
        },
      },
    ],
  },
});
