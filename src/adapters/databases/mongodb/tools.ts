import type { ClientCommand } from '../client.ts';
import type { Access, Server } from '../dialect.ts';
import { addressOf, OWN_PASSWORD, PASSWORD_VARIABLE, tlsOf } from './mongosh.ts';

/** MongoDB's tools take a password from a terminal, their arguments or a file: this one is a pipe. Without a password, the server asks nobody. */
const WITH_PASSWORD = `tool=$(command -v "$1") || { echo "$1: not found" >&2; exit 127; }
user=$2
shift 2
[ -n "\${${PASSWORD_VARIABLE}:-}" ] || exec "$tool" "$@"
exec "$tool" --username="$user" --authenticationDatabase=admin --config=/dev/fd/3 "$@" 3<<END
password: '$(printf %s "$${PASSWORD_VARIABLE}" | sed "s/'/''/g")'
END`;

/** `mongodump` or `mongorestore` beside its server. */
export function tool(program: string, { access }: Pick<Server, 'access'>, args: readonly string[]): Omit<ClientCommand, 'input'> {
  return {
    program: ['sh', 'sh'],
    args: ['-c', WITH_PASSWORD, 'sh', program, access.user, uriOf(access), ...args],
    password: access.password,
    passwordVariable: PASSWORD_VARIABLE,
    ownPassword: OWN_PASSWORD,
  };
}

function uriOf(access: Access): string {
  return `--uri=mongodb://${addressOf(access)}/?directConnection=true${tlsOf(access)}`;
}
