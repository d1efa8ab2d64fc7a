import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT, launch } from './launch.ts';

it('the image starts Node as bin/vigie does', () => {
  const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
  const { flags, env } = launch();
  expect(dockerfile).toContain(`ENTRYPOINT ${JSON.stringify(['node', ...flags, 'build/main.js']).replaceAll(',', ', ')}`);
  const variables = Object.keys(env).filter((name) => name.startsWith('MALLOC_'));
  expect(variables.length).toBeGreaterThan(2);
  for (const name of variables) expect(dockerfile).toMatch(new RegExp(`^ENV .*${name}=${env[name]}(?: |$)`, 'mu'));
});
