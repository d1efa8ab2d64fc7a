/** What is known of machines: nodes of a Swarm, hypervisors and their guests; null: it couldn't be asked. */
export interface MachinesSeen {
  readonly nodes: readonly { readonly hostname: string; readonly state: string }[] | null;
  readonly hypervisors: readonly { readonly name: string; readonly online: boolean }[] | null;
  readonly guests: readonly { readonly name: string; readonly state: string }[] | null;
}

/**
 * Whether a machine is known to be off, by its name. What nobody knows is null: neither dead nor alive. A guest is judged by its hypervisor, which
 * sees more than the Swarm does; one whose hypervisor is away is unknown there, and its node tells.
 */
export function deathOf(machine: string, { nodes, hypervisors, guests }: MachinesSeen): boolean | null {
  const name = machine.toLowerCase();
  const guest = guests?.find((each) => each.name.toLowerCase() === name);
  if (guest !== undefined && guest.state !== 'unknown') return guest.state !== 'running';
  const hypervisor = hypervisors?.find((each) => each.name.toLowerCase() === name);
  if (hypervisor !== undefined) return !hypervisor.online;
  const node = nodes?.find(({ hostname }) => hostname.toLowerCase() === name);
  return node === undefined ? null : node.state !== 'ready';
}
