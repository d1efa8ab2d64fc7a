import { defineConfig } from 'vitest/config';

/** Projects: `fast` needs nothing but Node; `real` needs the servers that test/real/ starts; `schemas` is a part of it that needs no Docker. */
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
          exclude: ['test/real/**', 'test/layers/**'],
          testTimeout: 60_000,
          // Files share a process, and what it has loaded: to load vigie takes longer than most files.
          isolate: false,
          // Most of them wait for sockets: by itself vitest leaves one of two cores idle.
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/real/**/*.test.ts'],
          globalSetup: ['test/real/global-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'schemas',
          include: ['test/real/databases-schemas.test.ts', 'test/real/databases-forged.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
