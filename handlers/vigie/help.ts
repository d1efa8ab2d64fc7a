import { actionName, defineQuery, VigieError, nearest, ownExamples, z } from '#kit';

/** What people need, in the order in which they need it at night, with what may be asked for each. */
const TOPICS: Readonly<Record<string, readonly string[]>> = {
  night: [
    'status',
    'alerts',
    'logs',
    'follow',
    'why',
    'metrics',
    'services',
    'storage',
    'machine',
    'console',
    'failover',
    'operations',
    'doctor',
  ],
  services: [
    'deploy',
    'restart',
    'scale',
    'releases',
    'tags',
    'services',
    'routes',
    'certificates',
    'dns',
    'dns-set',
    'addresses',
    'freeze',
    'unfreeze',
  ],
  back: ['rollback', 'restore', 'revert', 'restore-vm', 'restore-undo', 'restore-vm-undo', 'evacuate-undo', 'failback', 'cancel'],
  backups: ['backups', 'backup', 'drill', 'restore', 'restore-vm', 'jobs', 'snapshots', 'snapshot', 'snapshot-delete'],
  machines: [
    'vms',
    'machines',
    'power-on',
    'power-off',
    'power-cycle',
    'reset',
    'start',
    'stop',
    'reboot',
    'migrate',
    'evacuate',
    'drain',
    'activate',
  ],
  disks: ['storage', 'disks', 'space', 'clean', 'heal', 'raid-check', 'raid-add'],
  alerts: ['alerts', 'ack', 'silence', 'unsilence', 'rules', 'rules-test', 'maintenance', 'done'],
  people: ['oncall', 'oncall-swap', 'whoami', 'approve', 'deny', 'close', 'settle', 'show', 'audit', 'version'],
};
/** What these are called besides. */
const CALLED: Readonly<Record<string, string>> = {
  nuit: 'night',
  wrong: 'night',
  retour: 'back',
  sauvegarde: 'backups',
  machine: 'machines',
  vm: 'machines',
  disque: 'disks',
  disques: 'disks',
  alertes: 'alerts',
  alerte: 'alerts',
  personnes: 'people',
  gens: 'people',
  qui: 'people',
  who: 'people',
  astreinte: 'people',
};

/** Fields that mean something else in an action than in the others. */
const OWN: ReadonlySet<string> = new Set(['logs-since', 'logs-until', 'follow-duration']);

function topicOf(word: string): string | null {
  if (Object.hasOwn(TOPICS, word)) return word;
  return Object.hasOwn(CALLED, word) ? (CALLED[word] ?? null) : null;
}

/** What this person may run here by need, one need in full, or all about one action. */
export default defineQuery({
  id: 'help',
  uses: ['catalogue', 'swarm', 'hypervisor', 'databases', 'alerts', 'releases', 'operations', 'freezes'],
  private: true,
  everybody: true,
  args: ['action'],
  rest: true,
  input: z.strictObject({ action: actionName().optional() }),
  async run({ input, clients, person, signal }) {
    const allowed = new Map(clients.catalogue.allowed(person).map((entry) => [entry.shape.id, entry]));
    const mayOf = (ids: readonly string[]): readonly string[] => ids.filter((id) => allowed.has(id));
    const common = { username: person.username, roles: person.roles, topics: [], topic: null, one: null };
    const topics = Object.entries(TOPICS).map(([name, ids]) => ({ name, actions: mayOf(ids) }));
    if (input.action === undefined) return { ...common, topics: topics.filter(({ actions }) => actions.length > 0) };
    const word = input.action.toLowerCase();
    const topic = topics.find(({ name }) => name === topicOf(word));
    const entry = clients.catalogue.find(word);
    if (entry === null && topic === undefined)
      throw new VigieError('action_unknown', { word, nearest: nearest(word, [...clients.catalogue.names, ...Object.keys(TOPICS)]) });
    // A need and an action may bear one name, as backups do: the need comes first, the action below.
    const told = { ...common, topic: topic ?? null };
    if (entry === null) return told;
    const explained = (name: string): string => (OWN.has(`${entry.shape.id}-${name}`) ? `${entry.shape.id}-${name}` : name);
    const fields = [...entry.shape.positional, ...entry.shape.options].map((field) => ({
      name: field.name,
      explained: explained(field.name),
      kind: field.kind,
      required: field.required,
      option: entry.shape.options.includes(field),
    }));
    const { id } = entry.shape;
    const { kind, risk, approvers, approvedBy } = entry;
    const about = { id, kind, risk, approvers, approved_by: approvedBy, may: allowed.has(id), fields };
    return { ...told, one: { ...about, examples: await ownExamples(clients, entry.shape, signal) } };
  },
});
