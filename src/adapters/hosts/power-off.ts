import { complaintOf } from '#ports/commands.ts';
import { refused, run, type Machine } from './machine.ts';

/** As the machine's own operator would: what runs on it is told to end. @throws host_refused */
export async function powerOff(machine: Machine, signal?: AbortSignal): Promise<void> {
  const isRoot = machine.remote.host.startsWith('root@');
  const command = [...(isRoot ? [] : ['sudo', '-n']), 'poweroff'];
  const result = await run(machine, command, signal);
  // A machine that goes at once ends the session by itself: no code at all then.
  if (result.code !== 0 && result.code !== null) throw refused(machine, command, complaintOf(result));
}
