import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import { complaintOf, inEnglish } from '#ports/commands.ts';
import type { CommandResult, Remote } from '#ports/remote.ts';

/** A machine whose disks are looked at. */
export interface DiskMachine {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly remote: Remote;
  /** Whether the account has to ask for root's rights, without a password. */
  readonly sudo: boolean;
}

/**
 * What it may ask as root, and nothing else: an array's state, a disk's, what is on a disk, to compare the disks of an array, and to put one into it. Of sudo 1.9.10 and later.
 */
const RIGHTS = [
  '/usr/sbin/mdadm ^--(detail --test|action=check) /dev/md[0-9a-z_]+$',
  '/usr/sbin/mdadm ^/dev/md[0-9a-z_]+ --(fail detached --remove detached|remove /dev/[0-9a-z]+|add /dev/[0-9a-z]+)$',
  '/usr/sbin/smartctl ^--json=c -n standby -a /dev/[0-9a-z]+$',
  '/usr/sbin/blkid ^-p -o export /dev/[0-9a-z]+$',
].join(', ');

const SUDO_REFUSES = /^sudo: a (?:password|terminal) is required|^Sorry, user|is not in the sudoers file/mu;

/** A command over there. */
export function run({ remote }: DiskMachine, command: readonly string[], sudo: boolean, signal?: AbortSignal): Promise<CommandResult> {
  return remote.exec(inEnglish(command, sudo), { keepBytes: BOUNDS.hostAnswer.most }, signal);
}

/** Whether the account may not run what it ran as root. */
export function isForbidden({ stderr }: CommandResult): boolean {
  return SUDO_REFUSES.test(stderr);
}

/** The error of a command that gave no answer. */
export function refused({ name, remote }: DiskMachine, command: readonly string[], result: CommandResult): VigieError {
  const [program = ''] = command;
  if (isForbidden(result)) {
    const [account = ''] = remote.host.split('@');
    return new VigieError('disks_forbidden', { host: name, command: program, sudoers: `${account} ALL=(root) NOPASSWD: ${RIGHTS}` });
  }
  return new VigieError('disks_refused', { host: name, command: program, reason: complaintOf(result).slice(0, 300) });
}
