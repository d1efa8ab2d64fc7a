import { randomBytes } from 'node:crypto';
import type { CommandEnd } from '#ports/remote.ts';
import type { Place } from './place.ts';

/** A command of a database's own client. */
export interface ClientCommand {
  /** The program, and what it was called before, or is called since. */
  readonly program: readonly [string, string];
  readonly args: readonly string[];
  /** Null: whatever the container's own environment gives its superuser, or none. */
  readonly password: string | null;
  /** Where the client looks for its password: `PGPASSWORD`. */
  readonly passwordVariable: string;
  /** Where a container's image keeps its superuser's, itself or with `_FILE`. */
  readonly ownPassword: readonly string[];
  readonly input?: AsyncIterable<Uint8Array> | string;
}

/** What a client that stands ready is told when it is known. */
export interface Orders {
  readonly password: string | null;
  /** Before its other arguments; without blanks. */
  readonly args: readonly string[];
  /** A file for it alone, without a name: it finds it as `HANDED_OVER`. */
  readonly file: OrderedFile;
  readonly input: AsyncIterable<Uint8Array>;
}

/** Its length is a multiple of `FILE_BLOCK_BYTES`: what follows it in the input is the client's, and nobody may read into that. */
export interface OrderedFile {
  readonly blocks: number;
  readonly content: Iterable<Uint8Array>;
}

export const FILE_BLOCK_BYTES = 4_096;
export const HANDED_OVER = '/dev/fd/3';

/**
 * Says its process id, which `kill` needs, takes the password from its first line of input, since arguments and environments of commands can be looked at from outside, and becomes the
 * client, which speaks English. (`read` takes one byte after the other from a pipe: what follows is the client's.)
 * Debian's clients of PostgreSQL are a program in Perl that starts the real ones, and takes six times as long as they do; told which server, it takes the newest of them, and so is done here.
 * It leaves the folder it begins in, which may be closed to the account that it runs as: clients of PostgreSQL complain of that.
 * One that stands ready is told more by its input: the blocks of a file and arguments in a line, the file, an empty line. Where that ends before, nothing is run, and that is no success.
 */
const LAUNCHER = `echo "$$"
cd /
IFS= read -r password || exit 1
ordered=
if [ -n "$3" ]; then
  read -r blocks ordered
  umask 077
  set -C
  exec 3> "$3"
  rm -f "$3"
  why=$(dd bs=${FILE_BLOCK_BYTES} count="$blocks" iflag=fullblock 2>&1 >&3) || { echo "$why" >&2; exit 1; }
  read -r whole || exit 1
fi
for name in $2; do
  [ -n "$password" ] || eval "password=\\\${$name:-}"
  [ -n "$password" ] && break
  eval "file=\\\${\${name}_FILE:-}"
  [ -z "$file" ] || password=$(cat "$file")
done
[ -z "$password" ] || export "$1=$password"
client=$(command -v "$4") || client=$(command -v "$5") || { echo "$4: not found" >&2; exit 127; }
if [ "$client" -ef /usr/share/postgresql-common/pg_wrapper ] 2> /dev/null; then
  case " $* " in *' -h '*) for each in /usr/lib/postgresql/[1-9][0-9]/bin/"$4"; do [ ! -x "$each" ] || client=$each; done ;; esac
fi
shift 5
export LC_ALL=C
exec "$client" $ordered "$@"`;

const KILL_MS = 10_000;
const NEWLINE = 10;

export interface RunningClient {
  /** As of `CommandStream`. */
  readonly stdout: AsyncIterable<Uint8Array>;
  readonly ended: Promise<CommandEnd>;
}

/** Starts a client. Whatever ends the reading of its output early ends the client as well. */
export async function startClient(place: Place, command: ClientCommand, signal?: AbortSignal): Promise<RunningClient> {
  return await launch(place, command, { file: '', input: inputOf(command) }, signal);
}

/**
 * Starts a client that does nothing yet: starting it takes a container longer than finding out what it is to do.
 * @param orders null: it isn't wanted, and ends
 */
export async function readyClient(
  place: Place,
  command: Omit<ClientCommand, 'password' | 'input'>,
  orders: Promise<Orders | null>,
  signal?: AbortSignal,
): Promise<RunningClient> {
  const file = `/tmp/vigie-${randomBytes(8).toString('hex')}`;
  return await launch(place, command, { file, input: ordersOf(orders) }, signal);
}

interface Launched {
  /** Empty: none is handed over. */
  readonly file: string;
  readonly input: AsyncIterable<Uint8Array>;
}

async function launch(
  place: Place,
  { program, args, passwordVariable, ownPassword }: Omit<ClientCommand, 'password' | 'input'>,
  { file, input }: Launched,
  signal?: AbortSignal,
): Promise<RunningClient> {
  const words = ['sh', '-c', LAUNCHER, 'sh', passwordVariable, ownPassword.join(' '), file, ...program, ...args];
  const { stdout, ended } = await place.stream(words, { input }, signal);
  return { ended, stdout: followed(place, stdout) };
}

async function* ordersOf(orders: Promise<Orders | null>): AsyncGenerator<Uint8Array> {
  const told = await orders;
  if (told === null) return;
  const { password, args, file, input } = told;
  yield Buffer.from(`${password ?? ''}\n${[file.blocks, ...args].join(' ')}\n`);
  yield* file.content;
  yield Buffer.from('\n');
  yield* input;
}

async function* inputOf({ password, input }: Pick<ClientCommand, 'password' | 'input'>): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${password ?? ''}\n`);
  if (typeof input === 'string') yield Buffer.from(input);
  else if (input !== undefined) yield* input;
}

async function* followed(place: Place, stdout: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let line = '';
  let pid: string | null = null;
  let ended = false;
  try {
    for await (const chunk of stdout) {
      if (pid !== null) {
        yield chunk;
        continue;
      }
      const at = chunk.indexOf(NEWLINE);
      line += Buffer.from(at < 0 ? chunk : chunk.subarray(0, at)).toString('latin1');
      if (at < 0) continue;
      pid = /^\d+$/u.test(line) ? line : '';
      if (at + 1 < chunk.length) yield chunk.subarray(at + 1);
    }
    ended = true;
  } finally {
    if (!ended && pid !== null && pid !== '') await kill(place, pid);
  }
}

/** Docker lets a command run on whose listener is gone. Best effort: whoever ends a client has a reason of their own to tell. */
async function kill(place: Place, pid: string): Promise<void> {
  const late = AbortSignal.timeout(KILL_MS);
  try {
    const { stdout, ended } = await place.stream(['sh', '-c', 'kill -TERM "$1" && sleep 1 && kill -KILL "$1"', 'sh', pid], {}, late);
    for await (const _ of stdout);
    await ended;
  } catch {
    // The server went first, or its machine did.
  }
}

export interface ClientAnswer extends CommandEnd {
  readonly stdout: string;
}

/** What a client says to a question; a code other than 0 is an answer too. */
export async function askClient(place: Place, command: ClientCommand, signal?: AbortSignal): Promise<ClientAnswer> {
  return await answerOf(await startClient(place, command, signal));
}

export async function answerOf({ stdout, ended }: RunningClient): Promise<ClientAnswer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdout) chunks.push(chunk);
  return { ...(await ended), stdout: Buffer.concat(chunks).toString('utf8') };
}
