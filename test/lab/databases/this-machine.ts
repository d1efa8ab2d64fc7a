import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { Place } from '#adapters/databases/place.ts';

/** This machine, as a place where clients run, which counts them. */
export function here(): Place & { readonly started: () => number; readonly running: () => number } {
  let [started, running] = [0, 0];
  return {
    node: 'here',
    container: null,
    started: () => started,
    running: () => running,
    async stream([program = '', ...args], { input }) {
      started += 1;
      running += 1;
      const child = spawn(program, args);
      const said = text(child.stderr);
      const ended = once(child, 'close').then(async () => {
        running -= 1;
        return { code: child.exitCode, stderr: await said };
      });
      child.stdin.on('error', () => undefined);
      void (async () => {
        for await (const chunk of input ?? []) child.stdin.write(chunk);
        child.stdin.end();
      })();
      await once(child, 'spawn');
      return { stdout: child.stdout, ended };
    },
  };
}
