import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, rm, rmdir } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { BOUNDS } from '#kernel/bounds.ts';
import type { Gateway } from '#ports/gateway.ts';
import { clientLine, LINE_LIMIT, type ServerLine } from './protocol.ts';

export interface SocketOptions {
  /** Where the socket is made; the folder beside it for proofs, `<path>.proofs`, is writable by all, as /tmp is. */
  readonly path: string;
  readonly gateway: Pick<Gateway, 'local'>;
  readonly log: { warn(data: object, text: string): void };
}

export interface SocketServer {
  close(): Promise<void>;
}

/** Listens for `vigie do` on this machine. Any account may knock; what it may do, the roles of its person decide. */
export async function startSocket(options: SocketOptions): Promise<SocketServer> {
  // Any account may knock: where vigie makes the folder, others may pass through it, whatever the umask.
  if ((await mkdir(dirname(options.path), { recursive: true })) !== undefined) await chmod(dirname(options.path), 0o755);
  await makeProofs(proofsOf(options));
  await rm(options.path, { force: true });
  const open = new Set<Socket>();
  const byAccount = new Map<string, number>();
  const server = createServer((socket) => {
    // Whoever says nothing, or not all of it, is hung up on: others wait for the place.
    if (open.size >= BOUNDS.socketConnections.most) return void socket.destroy();
    open.add(socket);
    const abort = new AbortController();
    socket.on('close', () => {
      open.delete(socket);
      abort.abort();
    });
    socket.on('error', (error) => options.log.warn({ error }, 'a local connection broke'));
    return void serve(socket, options, byAccount, abort.signal).catch((error: unknown) => {
      options.log.warn({ error }, 'a local command failed');
      socket.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.path, resolve);
  });
  await chmod(options.path, 0o666);
  return {
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function proofsOf({ path }: SocketOptions): string {
  return `${path}.proofs`;
}

/**
 * Sticky, writable, not listable: whoever makes a folder there is the only one who can remove it. One that somebody else put there,
 * or a link to another folder of vigie's, would make that folder writable by all, or its owner the judge of who speaks.
 */
async function makeProofs(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  });
  const { uid, isFolder } = await lstat(path).then((stat) => ({ uid: stat.uid, isFolder: stat.isDirectory() }));
  if (!isFolder || uid !== process.getuid?.())
    throw new Error(`${path} is no folder of vigie's: remove it, and see who may write to ${dirname(path)}`);
  await chmod(path, 0o1733);
}

async function serve(socket: Socket, options: SocketOptions, byAccount: Map<string, number>, signal: AbortSignal): Promise<void> {
  let said = false;
  AbortSignal.timeout(BOUNDS.socketSilence.most).addEventListener('abort', () => {
    if (!said) socket.destroy();
  });
  const send = (line: ServerLine): void => {
    if (!socket.destroyed) socket.write(`${JSON.stringify(line)}\n`);
  };
  const folder = join(proofsOf(options), randomBytes(16).toString('hex'));
  send({ kind: 'prove', folder });
  let account: string | null = null;
  let received = 0;
  socket.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received > LINE_LIMIT) socket.destroy();
  });
  for await (const line of createInterface({ input: socket })) {
    const message = clientLine.parse(JSON.parse(line));
    if (message.kind === 'proven') account = await ownerOf(folder);
    else if (account === null) throw new Error('a command came before the proof');
    else {
      said = true;
      const { text } = message;
      const ok = await one(account, byAccount, () =>
        options.gateway.local(
          { account: String(account), text },
          (told, isCode = false) => send({ kind: 'line', text: told, code: isCode }),
          signal,
        ),
      );
      send({ kind: 'end', ok });
      socket.end();
      return;
    }
  }
}

/** One command of an account, if it hasn't too many under way. */
async function one(account: string, byAccount: Map<string, number>, act: () => Promise<{ readonly ok: boolean }>): Promise<boolean> {
  const running = byAccount.get(account) ?? 0;
  if (running >= BOUNDS.socketPerAccount.most) throw new Error(`${account} has ${running} commands under way`);
  byAccount.set(account, running + 1);
  try {
    return (await act()).ok;
  } finally {
    byAccount.set(account, (byAccount.get(account) ?? 1) - 1);
  }
}

/** Name of the account that made the folder. @throws when it isn't a folder that was just made */
async function ownerOf(folder: string): Promise<string> {
  const stat = await lstat(folder);
  if (!stat.isDirectory()) throw new Error('the proof is no folder');
  // A folder that others may write to can have been moved here by one of them.
  if ((stat.mode & 0o077) !== 0) throw new Error('the proof is open to others');
  await rmdir(folder).catch(() => undefined);
  const passwd = await readFile('/etc/passwd', 'utf8');
  const entry = passwd.split('\n').find((line) => line.split(':')[2] === String(stat.uid));
  return entry?.split(':')[0] ?? `uid ${stat.uid}`;
}
