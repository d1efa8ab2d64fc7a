/** What `LOOK` ends with while the command runs. */
export const RUNNING = 75;

/** How long its output is kept for whoever comes late, in seconds. */
const KEEP_S = 120;

const FREE = `umask 077
out=$(mktemp) || exit 71
setsid -f sh -c 'out=$1; shift
"$@" > "$out" 2> "$out.err" < /dev/null
echo $? > "$out.end"; mv "$out.end" "$out.code"
sleep ${KEEP_S}; rm -f "$out" "$out.err" "$out.code"' sh "$out" "$@" > /dev/null 2>&1 < /dev/null
echo "$out"`;

const READ = `[ -e "$1.code" ] || exit ${RUNNING}
cat "$1"; cat "$1.err" >&2; exit "$(cat "$1.code")"`;

/** Runs a command that goes on when the connection breaks. Prints where its output goes, and ends at once. */
export function detached(command: readonly string[]): readonly string[] {
  return ['sh', '-c', FREE, 'sh', ...command];
}

/** Ends as the command did, with its output; with `RUNNING` while it runs. @param output what `detached` printed */
export const LOOK = (output: string): readonly string[] => ['sh', '-c', READ, 'sh', output];
