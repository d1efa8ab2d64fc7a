import { styleText } from 'node:util';
import { layerFixtures } from './layer-fixtures.ts';
import { installPackages } from './packages.ts';
import { run, type Outcome } from './run.ts';

/** `npm run check`: everything that a machine can find without running vigie. `--fix` formats first. */
interface Step {
  readonly name: string;
  readonly act: () => Promise<Outcome>;
}

const STEPS: readonly Step[] = [
  { name: 'format', act: () => run('oxfmt', process.argv.includes('--fix') ? ['--write'] : ['--check']) },
  { name: 'lint', act: () => run('oxlint', ['--deny-warnings']) },
  { name: 'types', act: () => run('tsc', ['--noEmit', '--pretty', 'false']) },
  { name: 'dead code', act: () => run('knip', ['--no-progress']) },
  { name: 'layers', act: provenLayers },
  { name: 'generated', act: () => run(process.execPath, ['tools/generate.ts', '--check']) },
];

/** A rule that doesn't bite protects nothing: each is tried on a file that breaks it. */
async function provenLayers(): Promise<Outcome> {
  const problems = await layerFixtures();
  return { ok: problems.length === 0, output: problems.join('\n') };
}

async function measured(step: Step): Promise<Outcome & { readonly name: string; readonly seconds: number }> {
  const from = performance.now();
  const outcome = await step
    .act()
    .catch((error: unknown) => ({ ok: false, output: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
  return { name: step.name, ...outcome, seconds: (performance.now() - from) / 1_000 };
}

const results = [await measured({ name: 'packages', act: installPackages })];
if (results.every(({ ok }) => ok)) for (const step of STEPS) results.push(await measured(step));

for (const { name, ok, output } of results) if (!ok) console.log(`${styleText('bold', `── ${name}`)}\n${output.trimEnd()}\n`);
for (const { name, ok, seconds } of results) console.log(`${ok ? '✓' : '✗'} ${name.padEnd(10)} ${seconds.toFixed(1).padStart(5)} s`);
process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
