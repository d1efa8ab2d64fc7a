import { VigieError } from '#kernel/errors.ts';
import type { AskedServer, NameView, OwnAddress } from '#domain/names/name-view.ts';
import type { NameChange, Names } from '#ports/names.ts';
import { Faults } from '#test/lab/faults.ts';

/** One server's copy of a zone. */
export interface ZoneCopy {
  serial: number;
  /** Addresses by name. */
  records: Record<string, readonly string[]>;
  /** False: it is silent. */
  answers: boolean;
  /** When its signatures end (ms); null: it signs nothing. */
  signedUntil: number | null;
}

const NAME = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/u;

/** A zone on several servers, and a resolver that believes the first of them, in memory. */
export class MemoryNames implements Names {
  readonly faults = new Faults<'look' | 'change'>();
  readonly servers = new Map<string, ZoneCopy>();
  readonly zone: string;
  own: OwnAddress[] = [];
  names: string[] = [];
  ttl = 300;
  most = 600;
  /** Whether vigie has a key for the zone. */
  mayChange = true;
  /** Whether the others copy what the first is told. */
  copying = true;
  /** Each change that was done, by name. */
  readonly changed: string[] = [];
  /** What the resolver remembers in the place of what the first server says. */
  remembered: Record<string, readonly string[]> = {};

  constructor(zone: string, servers: readonly string[] = ['ns1', 'ns2']) {
    this.zone = zone;
    for (const name of servers) this.servers.set(`${name}.${zone}`, { serial: 1, records: {}, answers: true, signedUntil: null });
  }

  /** Changes a name on all servers, or on some: the others are behind. */
  set(name: string, addresses: readonly string[] | null, only: readonly string[] = [...this.servers.keys()]): void {
    for (const server of only) {
      const copy = this.copy(server);
      copy.serial += 1;
      if (addresses === null) delete copy.records[name];
      else copy.records[name] = addresses;
    }
  }

  copy(server: string): ZoneCopy {
    const copy = this.servers.get(server);
    if (copy === undefined) throw new Error(`the lab has no name server ${server}`);
    return copy;
  }

  list(): readonly string[] {
    return this.names;
  }

  addresses(): readonly OwnAddress[] {
    return this.own;
  }

  mostTtl(): number {
    return this.most;
  }

  changeable(name: string): string | null {
    return this.mayChange && name.endsWith(`.${this.zone}`) ? this.zone : null;
  }

  /** The first server is told, the others copy it at their next look, unless they are behind. */
  change(name: string, { from, to, ttl }: NameChange, signal?: AbortSignal): Promise<void> {
    return this.faults.around('change', signal, () => {
      if (this.changeable(name) === null) throw new VigieError('names_no_key', { name, zones: this.mayChange ? [this.zone] : [] });
      const [[first, copy] = []] = this.servers;
      if (first === undefined || copy === undefined) throw new Error('the lab has no name server');
      const found = copy.records[name] ?? [];
      const isNow = (these: readonly string[]): boolean => found.toSorted().join() === these.toSorted().join();
      if (isNow(to)) return;
      if (!isNow(from)) throw new VigieError('names_others', { name, found });
      this.ttl = ttl;
      this.changed.push(name);
      this.set(name, to, this.copying ? undefined : [first]);
    });
  }

  look(word: string, signal?: AbortSignal): Promise<NameView> {
    return this.faults.around('look', signal, () => {
      const name = word.toLowerCase().replace(/\.$/u, '');
      if (!NAME.test(name)) throw new VigieError('names_invalid', { name: word });
      const inZone = name === this.zone || name.endsWith(`.${this.zone}`);
      const [first] = this.servers.values();
      return {
        name,
        zone: inZone ? this.zone : null,
        servers: inZone ? [...this.servers].map(([server, copy]) => this.#asked(server, copy, name, true)) : [],
        resolver: this.#asked('resolver', first ?? null, name, false),
      };
    });
  }

  #asked(server: string, copy: ZoneCopy | null, name: string, own: boolean): AskedServer {
    if (copy === null || !copy.answers) {
      const params = { server, reason: 'no answer within 2000 ms' };
      return { server, address: '192.0.2.53', answer: null, problem: { code: 'names_unanswered', params } };
    }
    const found = (own ? undefined : this.remembered[name]) ?? copy.records[name];
    return {
      server,
      address: '192.0.2.53',
      problem: null,
      answer: {
        code: found === undefined ? 'NXDOMAIN' : 'NOERROR',
        authoritative: own,
        records: (found ?? []).map((address) => ({ address, ttl: this.ttl })),
        alias: null,
        serial: own ? copy.serial : null,
        signedUntil: own && found !== undefined ? copy.signedUntil : null,
      },
    };
  }
}
