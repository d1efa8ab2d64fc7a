import type { Family, Subcommand } from './subcommand.ts';

type Loaded = Promise<{ readonly command: Subcommand | Family }>;

/** What stands behind `vigie`, in the order of `vigie --help`. */
const COMMANDS: Readonly<Record<string, () => Loaded>> = {
  run: () => import('./commands/run.ts'),
  check: () => import('./commands/check.ts'),
  doctor: () => import('./commands/doctor.ts'),
  setup: () => import('./commands/setup.ts'),
  do: () => import('./commands/do.ts'),
  people: () => import('./commands/people.ts'),
  audit: () => import('./commands/audit.ts'),
  rules: () => import('./commands/rules.ts'),
  help: () => import('./commands/help.ts'),
};

/** The one that a command line begins with; all where that isn't enough, to list them or to tell which was meant. */
export async function commandsFor([first = '']: readonly string[]): Promise<readonly (Subcommand | Family)[]> {
  const one = first !== 'help' && Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  const loaded = await Promise.all(one === undefined ? Object.values(COMMANDS).map((load) => load()) : [one()]);
  return loaded.map(({ command }) => command);
}
