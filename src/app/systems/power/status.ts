import { orUnknown } from '#actions/unknown.ts';
import type { PowerReader } from '#ports/power.ts';
import type { StatusAbout, StatusLine } from '#ports/status.ts';

/** Machines that are off, and controllers that don't answer; of one machine, what its controller says. */
export async function powerStatus(
  power: PowerReader,
  { names }: Pick<StatusAbout, 'names'>,
  signal: AbortSignal,
): Promise<readonly StatusLine[]> {
  const asked = power
    .machines()
    .filter(({ name, host, node }) => names === null || [name, host, node].some((each) => each !== null && names.includes(each)));
  const found = await Promise.all(
    asked.map(async ({ name, controller }) => ({ name, controller, answer: await orUnknown(power.state(name, signal)) })),
  );
  const lines = found.flatMap(({ name, controller, answer }): StatusLine[] => {
    if (answer.known === null)
      return [{ level: 'trouble', says: 'controller-silent', about: { name, controller, problem: { ...answer.problem } } }];
    const { state } = answer.known;
    if (state !== 'on') return [{ level: 'trouble', says: 'machine-power', about: { name, controller, state } }];
    return names === null ? [] : [{ level: 'fact', says: 'machine-power', about: { name, controller, state } }];
  });
  const on = found.filter(({ answer }) => answer.known?.state === 'on').length;
  return names !== null || asked.length === 0
    ? lines
    : [...lines, { level: 'well', says: 'machines', about: { on, machines: asked.length } }];
}
