/**
 * What an action is done to: the one name that posts, policy and audit know it by, whatever was typed, and every other one that the
 * same thing has (a number, an alias, the name with its kind in front). A rule on any of them is a rule on it.
 */
export interface Target {
  readonly name: string;
  readonly also: readonly string[];
}

export function target(name: string, ...also: readonly (string | number)[]): Target {
  return { name, also: also.map(String).filter((other) => other !== name) };
}

/** A guest of the hypervisor, also by its number and as people name it beside a database. */
export function guestTarget({ guest, vmid }: { readonly guest: string; readonly vmid: number }): Target {
  return target(guest, vmid, `vm:${guest}`);
}

/** All names, the one first. */
export function namesOf({ name, also }: Target): readonly string[] {
  return [name, ...also];
}
