import { join } from 'node:path';
import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import { connectConfiguredRemote } from '../systems/remote.ts';
import { textIn, writeSecret, type Account } from './files.ts';
import { answered, Unfit, type Interview } from './interview.ts';

/** vigie's own key, and what to compare host keys with. */
export interface Keys {
  readonly keyFile: string;
  readonly privateKey: string;
  /** What lets vigie in over there, as a line of `authorized_keys`. */
  readonly publicLine: string;
  /** `--host-key`: HOST=SHA256:…, compared by whoever says so. */
  readonly confirmed: readonly string[];
}

export interface Reached {
  /** `user@host`, or `user@host:port`. */
  readonly host: string;
  /** `SHA256:…`, confirmed by a person. */
  readonly hostKey: string;
}

/** vigie's key; made where there is none. */
export async function ensureKeys({ say }: Interview, credentials: string, account: Account, confirmed: readonly string[]): Promise<Keys> {
  const { freshKey, publicLineOf } = await import('#adapters/ssh/shown-key.ts');
  const keyFile = join(credentials, 'ssh_key');
  const there = textIn(keyFile);
  if (there !== null) return { keyFile, privateKey: there, publicLine: await publicLineOf(there), confirmed };
  const made = await freshKey();
  writeSecret(keyFile, made.privateKey, account);
  say(`✓ a key for SSH in ${keyFile}, for ${account.name} alone`);
  return { keyFile, privateKey: made.privateKey, publicLine: made.publicLine, confirmed };
}

const ADDRESS = /^([^@/\s]+)@([^:/@\s]+)(?::(\d{1,5}))?$/u;

/** A machine behind SSH, whose host key somebody has compared. @throws Unfit */
export async function reached(interview: Interview, keys: Keys, address: string): Promise<Reached> {
  const [, user, host, port = '22'] = ADDRESS.exec(address) ?? [];
  if (user === undefined || host === undefined) throw new Unfit(`"${address}" is no machine: write user@host or user@host:port`);
  const hostKey = await compared(interview, keys, host, Number(port));
  await letIn(interview, keys, { host: address, hostKey });
  return { host: address, hostKey };
}

async function compared({ asker, say }: Interview, { confirmed }: Keys, host: string, port: number): Promise<string> {
  const { shownHostKey } = await import('#adapters/ssh/shown-key.ts');
  const key = await shownHostKey(host, port).catch((error: unknown) => {
    throw new Unfit(`${host} shows no SSH host key on port ${port} (${reasonOf(error)}): is the name right, and does sshd run there?`);
  });
  const expected = confirmed.flatMap((each) => (each.startsWith(`${host}=`) ? each.slice(host.length + 1) : []));
  if (expected.includes(key)) return key;
  if (expected.length > 0)
    throw new Unfit(`${host} shows ${key}, and not ${expected.join(', ')}: another machine answers there, or its key was changed`);
  const compare = `${host} shows the host key ${key}. Compare it with what this prints on ${host} itself:\n  ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`;
  if (asker === null) throw new Unfit(`${compare}\nThe same? Then run this again with --host-key ${host}=${key}`);
  say(compare);
  if (!(await asker.confirm(`Is it the same?`, false))) throw new Unfit(`${host} is left out as long as its host key isn't confirmed`);
  return key;
}

const TRY_MS = 10_000;

/** Says what lets vigie in, until it is or somebody puts it off. */
async function letIn({ asker, say }: Interview, { privateKey, publicLine }: Keys, { host, hostKey }: Reached): Promise<void> {
  for (;;) {
    const problem = await triedOn(host, privateKey, hostKey);
    if (problem === null) return say(`✓ ${host} lets vigie in`);
    say(`! ${host} doesn't let vigie in yet (${problem}). This line belongs into that account's ~/.ssh/authorized_keys:\n  ${publicLine}`);
    if (asker === null || !(await asker.confirm('Done? Try again (no: later, by hand)', true))) return;
  }
}

async function triedOn(host: string, key: string, hostKey: string): Promise<string | null> {
  const remote = await connectConfiguredRemote({ host, key, host_key: hostKey });
  try {
    await remote.exec(['true'], {}, AbortSignal.timeout(TRY_MS));
    return null;
  } catch (error) {
    return error instanceof VigieError && typeof error.params['reason'] === 'string' ? error.params['reason'] : reasonOf(error);
  } finally {
    await remote.close();
  }
}

export interface Machine extends Reached {
  readonly name: string;
}

/** Machines whose disks vigie looks at: those of `--machine NAME=user@host`, and whatever else the person names. */
export async function askMachines(interview: Interview, keys: () => Promise<Keys>, given: readonly string[]): Promise<readonly Machine[]> {
  const found: Machine[] = [];
  for (let next = 0; ; next += 1) {
    const machine = await answered(interview, {
      ask: `${found.length === 0 ? 'A' : 'Another'} machine that vigie may look at over SSH (NAME=user@host; nothing: no more)`,
      explain: 'For `space`, `clean`, `storage` and logs. The account needs Docker there, and root for logs of containers.',
      option: '--machine',
      given: given[next],
      fallback: '',
      judge: async (typed) => (typed === '' ? null : await machineOf(interview, await keys(), typed)),
    });
    if (machine === null) return found;
    found.push(machine);
  }
}

async function machineOf(interview: Interview, keys: Keys, typed: string): Promise<Machine> {
  const [, name = '', address = ''] = /^(?:([\p{L}\p{N}][\p{L}\p{N}._-]{0,62})=)?(\S+)$/u.exec(typed) ?? [];
  const machine = await reached(interview, keys, address);
  return { ...machine, name: name === '' ? (/@([^.:]+)/u.exec(address)?.[1] ?? address) : name };
}
