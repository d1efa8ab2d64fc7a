/** Of a part of a DNS name, as Proxmox has it. */
const LONGEST = 63;
const FORM = /^[a-z\d](?:[a-z\d-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]*[a-z\d])?)*$/iu;

/** Whether Proxmox takes it as the name of a VM: letters, digits and hyphens, in parts. */
export function isGuestName(name: string): boolean {
  return name.length <= LONGEST && FORM.test(name);
}

/** A name made of another guest's, as long as it may be. */
export function namedAfter(guest: string, suffix: string): string {
  return `${guest.slice(0, LONGEST - suffix.length)}${suffix}`;
}
