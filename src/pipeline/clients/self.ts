import { join, dirname } from 'node:path';
import { VigieError } from '#kernel/errors.ts';
import { requirementFor } from '#domain/operation/policy.ts';
import type { State } from '#domain/operation/states.ts';
import type { ActionEntry, Catalogue, Clients, MetricsReader } from '#ports/clients.ts';
import type { Hosts } from '#ports/hosts.ts';
import type { Search } from '#ports/search.ts';
import type { Swarm } from '#ports/swarm.ts';
import type { TemplateSet } from '#messages/templates.ts';
import type { Vocabulary } from '#domain/command/grammar.ts';
import type { ActionShape } from '#domain/command/shape.ts';
import { alertsOf } from '../alert/clients.ts';
import type { Desk } from '../alert/desk.ts';
import { apply } from '../operation/apply.ts';
import { leastRisk, mayAskFor } from '../operation/authorize.ts';
import { findOperation } from '../operation/vote.ts';
import type { Workshop } from '../operation/workshop.ts';
import type { Entry } from '../operation/catalogue.ts';
import { NO_BACKUPS, NO_DATABASES, NO_GUEST_FILES, NO_HYPERVISOR, NO_JOBS, type Infrastructure } from './infrastructure.ts';
import { rotaClient, type RotaBook } from '../people/rota.ts';

const OPEN: readonly State[] = ['received', 'waiting', 'approved', 'running', 'indeterminate'];

/** The ports to vigie itself that handlers use, and the Swarm where one is configured. */
export function clientsOf(
  workshop: () => Workshop,
  desk: () => Desk,
  rota: RotaBook | null,
  swarm: Swarm | null,
  searches: ReadonlyMap<string, Search>,
  metrics: MetricsReader,
  hosts: Hosts | null,
  infrastructure: Infrastructure,
  storeFile: string,
  timezone: string,
): Clients {
  const store = () => workshop().store;
  return {
    swarm: swarm ?? noSwarm,
    hosts: hosts ?? noHosts,
    hypervisor: infrastructure.hypervisor ?? NO_HYPERVISOR,
    guestFiles: infrastructure.guestFiles ?? NO_GUEST_FILES,
    databases: infrastructure.databases ?? NO_DATABASES,
    backups: infrastructure.backups ?? NO_BACKUPS,
    jobs: infrastructure.jobs ?? NO_JOBS,
    get inventory() {
      return workshop().inventory;
    },
    get catalogue() {
      return catalogueOf(workshop());
    },
    people: { pinOf: (id) => workshop().people.pinOf(id) },
    releases: {
      list: (service, limit) => store().ledger.releases(service, limit),
      enter: (release) =>
        store().operations.commit({
          releases: [release],
          audit: [
            {
              kind: 'release',
              operation: release.operation,
              by: 'vigie',
              detail: { service: release.service, digest: release.digest, origin: release.origin },
            },
          ],
        }),
    },
    metrics,
    rota: rotaClient(rota, () => workshop().people),
    get alerts() {
      return alertsOf(desk, searches, store(), () => workshop().clock.now());
    },
    operations: {
      async list({ open, limit }) {
        const found = await store().operations.operations({ limit: open ? 500 : limit });
        return (
          open
            ? found.filter((each) => OPEN.includes(each.state) || (each.emergency !== null && each.closedBy === null && !each.dryRun))
            : found
        ).slice(0, limit);
      },
      get: (id) => findOperation(workshop(), id),
      trail: (operation) => store().audit.entries({ since: 0, limit: 50, operation }),
      audit: (since, limit) => store().audit.entries({ since, limit }),
      async settle(id, outcome, reason, by) {
        await apply(workshop(), id, { kind: 'settled', by, outcome, reason });
      },
      async close(id, by) {
        await apply(workshop(), id, { kind: 'closed', by });
      },
    },
    self: {
      now: () => workshop().clock.now(),
      timezone: () => timezone,
      async copyStore(name) {
        if (storeFile === ':memory:') return null;
        const target = join(dirname(storeFile), `before-${name}.db`);
        await store().copyTo(target);
        return target;
      },
    },
  };
}

/** Says what is missing instead of failing somewhere deeper. */
const refuse = async (): Promise<never> => {
  throw new VigieError('swarm_not_configured');
};
const refuseHosts = async (): Promise<never> => {
  throw new VigieError('hosts_not_configured');
};
const noHosts: Hosts = { space: refuseHosts, clean: refuseHosts };
const noSwarm: Swarm = {
  services: refuse,
  service: refuse,
  tasks: refuse,
  nodes: refuse,
  resolveImage: refuse,
  logs: refuse,
  update: refuse,
};

function catalogueOf(workshop: Workshop): Catalogue {
  const toEntry = (entry: Entry): ActionEntry => ({
    shape: entry.shape,
    kind: entry.handler.kind,
    risk: entry.handler.kind !== 'action' ? 'read' : typeof entry.handler.risk === 'string' ? entry.handler.risk : null,
  });
  const all = [...workshop.entries.values()];
  return {
    names: workshop.vocabulary.names,
    allowed: (person) =>
      all
        .filter((entry) => {
          const subject = { action: entry.handler.id, target: null, environment: null, risk: leastRisk(entry) };
          return mayAskFor(person, requirementFor(workshop.policy, subject).roles);
        })
        .map(toEntry),
    find(word) {
      const shape = workshop.vocabulary.shape(word);
      const entry = shape === null ? undefined : workshop.entries.get(shape.id);
      return entry === undefined ? null : toEntry(entry);
    },
  };
}

interface Named {
  readonly templates: TemplateSet;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** What each action is called besides its id, in any language. */
function aliasesOf({ templates, entries }: Named): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  for (const language of Object.values(templates))
    for (const [name, template] of language)
      if (entries.has(name)) for (const alias of template.aliases) if (!entries.has(alias)) aliases.set(alias, name);
  return aliases;
}

/** Ids, aliases and names of options of every language, all understood whatever language a channel speaks. */
export function vocabularyOf(named: Named): Vocabulary {
  const aliases = aliasesOf(named);
  const shapes = new Map([...named.entries].map(([id, { shape }]) => [id, withOptionNames(shape, named.templates)]));
  return {
    shape: (word) => shapes.get(word) ?? shapes.get(aliases.get(word) ?? '') ?? null,
    names: [...shapes.keys(), ...aliases.keys()],
  };
}

function withOptionNames(shape: ActionShape, templates: TemplateSet): ActionShape {
  const names = Object.values(templates).flatMap((language) => Object.entries(language.get(shape.id)?.options ?? {}));
  const namesOf = (option: string): readonly string[] => names.filter(([, stands]) => stands === option).map(([name]) => name);
  return { ...shape, options: shape.options.map((field) => ({ ...field, aliases: namesOf(field.name) })) };
}
