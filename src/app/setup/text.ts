import { stringify } from 'yaml';
import type { FoundDocker } from './around.ts';
import type { FoundProxmox } from './proxmox.ts';
import type { Machine } from './ssh.ts';

/** A key of the first level of vigie.yaml, with what is said about it. */
export interface Section {
  readonly key: string;
  readonly text: string;
}

/** What `setup` knows once it has asked. */
export interface Findings {
  readonly language: string;
  readonly timezone: string;
  readonly state: string;
  readonly socket: string;
  readonly listen: string;
  readonly mattermost: { readonly url: string; readonly tokenFile: string; readonly channel: string };
  /** How Mattermost reaches vigie; null: it doesn't. */
  readonly url: string | null;
  readonly operators: readonly string[];
  /** Accounts of this machine that may `vigie do`. */
  readonly accounts: readonly string[];
  readonly keyFile: string;
  readonly docker: FoundDocker | null;
  readonly search: string | null;
  readonly proxmox: FoundProxmox | null;
  readonly machines: readonly Machine[];
}

export const HEAD = `# vigie's configuration: one file, checked whole at start. \`vigie check\` tells what is wrong, with line and column.
# \`vigie setup\` wrote it and never changes what stands here: make it yours. All keys: docs/configuration.md; a long example: templates/vigie.yaml.
# Secrets are references, never values: \${file:/path} or \${env:NAME}.
`;

const plain = (value: string): string => stringify(value, { lineWidth: 0 }).trim();
const fileOf = (path: string): string => plain(`\${file:${path}}`);

/** One below the other; those of one line stand together. */
export function joined(sections: readonly Section[]): string {
  const isLine = ({ text }: Section): boolean => !text.includes('\n');
  return sections.map((each, index) => `${index === 0 ? '' : pause(isLine(each))}${each.text}`).join('');
}

function pause(together: boolean): string {
  return together ? '\n' : '\n\n';
}

/** Every section of the file, in its order. */
export function sectionsOf(found: Findings): readonly Section[] {
  return [
    { key: 'language', text: `language: ${found.language} # what vigie speaks: fr or en` },
    { key: 'timezone', text: `timezone: ${plain(found.timezone)} # the times that vigie shows` },
    {
      key: 'state',
      text: `state: ${plain(found.state)} # the store. On this machine's own disk: never on GlusterFS, never on a disk of a service`,
    },
    mattermostOf(found),
    httpOf(found),
    socketOf(found),
    rolesOf(found),
    ...(found.docker === null ? [] : swarmOf(found.docker, found.keyFile)),
    ...(found.search === null ? [] : [searchOf(found.search)]),
    ...(found.machines.length === 0 ? [] : [hostsOf(found.machines, found.keyFile)]),
    ...(found.proxmox?.tokenFile == null ? [] : [proxmoxOf(found.proxmox, found.proxmox.tokenFile)]),
  ];
}

/** What a person has to finish: comments alone, at the end of a new file. */
export function hintsOf({ docker, search, proxmox, machines }: Findings): string {
  const missing = [
    ...(docker === null ? ['swarm'] : []),
    ...(search === null ? ['elasticsearch'] : []),
    ...(machines.length === 0 ? ['hosts'] : []),
    ...(proxmox === null ? ['proxmox'] : []),
    'gluster, databases, backups, jobs, oncall, pagers',
  ];
  return `${proxmox === null || proxmox.tokenFile !== null ? '' : `${laterOf(proxmox)}\n`}# Not set up here: ${missing.join(', ')}. Each stands in templates/vigie.yaml, ready to be copied.\n`;
}

function mattermostOf({ mattermost: { url, tokenFile, channel } }: Findings): Section {
  return {
    key: 'mattermost',
    text: `mattermost:
  url: ${plain(url)}
  token: ${fileOf(tokenFile)}
  operations_channel: ${plain(channel)} # team/channel: what has no other place is said here
  # announce: town-square # where the people of the house are told of maintenance`,
  };
}

function httpOf({ listen, url }: Findings): Section {
  return {
    key: 'http',
    text: `# Health, metrics and, with \`url\`, slash commands and buttons. Without \`url\`, mentions and reactions do everything.
http:
  listen: ${plain(listen)}
  ${url === null ? '# url: https://vigie.example.org' : `url: ${plain(url)}`} # how Mattermost reaches vigie; \`vigie setup\` then makes the slash commands`,
  };
}

function socketOf({ socket, accounts, operators }: Findings): Section {
  const [first = ''] = operators;
  const lines = accounts.map((account) => `    ${plain(account)}: ${plain(first)}`);
  return {
    key: 'socket',
    text: `# \`vigie do "…"\` on this machine, for when Mattermost itself is down: account of the machine, person in Mattermost. A second one can approve.
socket:
  path: ${plain(socket)}
  accounts:
${lines.join('\n')}`,
  };
}

function rolesOf({ operators }: Findings): Section {
  return {
    key: 'roles',
    text: `# Who may do what. read: only looks. safe: adds something that can be removed. change: asks for one ✅, the requester's own will do.
# danger: asks for a ✅ from somebody else. People come from user names, groups of a directory, and private channels as team/channel.
roles:
  operator:
    users: [${operators.map(plain).join(', ')}]
    may: [read, safe, change, danger]
    approves: [change, danger]
  # member: # may look, and change nothing
  #   channels: [team/members]
  #   may: [read]`,
  };
}

function swarmOf({ host, hostKey, databases }: FoundDocker, keyFile: string): readonly Section[] {
  const ssh = hostKey === null ? '' : `\n  ssh:\n    key: ${fileOf(keyFile)}\n    host_key: ${hostKey} # compared when this was set up`;
  const services = databases.map(
    (name) => `  ${plain(name)}:\n    database: true # one replica, never start-first: two servers on one data directory destroy it`,
  );
  return [
    {
      key: 'swarm',
      text: `swarm:
  host: ${plain(host)}${ssh}
  # registries: # with credentials; a registry that anybody may pull from needs none
  #   registry.example.org: { username: vigie, password: "\${file:/etc/vigie/credentials/registry_password}" }`,
    },
    ...(services.length === 0
      ? []
      : [
          {
            key: 'services',
            text: `# What vigie can't see in the Swarm. A service that isn't named here has the defaults.\nservices:\n${services.join('\n')}`,
          },
        ]),
  ];
}

function searchOf(url: string): Section {
  return {
    key: 'elasticsearch',
    text: `# Where Beats send to: alerts and metrics come from it. Rules: copy those of templates/rules/ that fit, and name their folder in alerts.rules.
elasticsearch:
  beats:
    url: ${plain(url)}`,
  };
}

function hostsOf(machines: readonly Machine[], keyFile: string): Section {
  const lines = machines.map(
    ({ name, host, hostKey }) => `  ${plain(name)}:
    ssh:
      host: ${plain(host)}
      key: ${fileOf(keyFile)}
      host_key: ${hostKey} # compared when this was set up`,
  );
  return { key: 'hosts', text: `# Machines whose disks \`space\` looks at and \`clean\` frees.\nhosts:\n${lines.join('\n')}` };
}

function proxmoxOf({ name, url, fingerprint }: FoundProxmox, tokenFile: string): Section {
  return {
    key: 'proxmox',
    text: `proxmox:
  token: ${fileOf(tokenFile)}
  hosts: # of one cluster, by the names that Proxmox gives them
    ${plain(name)}:
      url: ${url}
      fingerprint: "${fingerprint}" # compare it: \`pvenode cert info\` there`,
  };
}

/** The same as a comment. */
function laterOf(proxmox: FoundProxmox): string {
  const { text } = proxmoxOf(proxmox, '/etc/vigie/credentials/proxmox_token');
  return `# Proxmox answered here. What its account needs: docs/virtual-machines.md. With its token in a file, take the # away:\n${text.replaceAll(/^/gmu, '# ')}\n`;
}
