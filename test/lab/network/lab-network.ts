import type { Clock } from '#kernel/clock.ts';
import { VigieError } from '#kernel/errors.ts';
import { reduce } from '#domain/routes/condition.ts';
import { asked, type Labelled } from '#domain/routes/judge.ts';
import { ownNetworkOf } from '#domain/routes/network.ts';
import type { RouteSettings, RoutedService, TraefikAnswer } from '#domain/routes/served.ts';
import { addressesOf } from '#domain/names/name-view.ts';
import type { Probe, Prober, ProbeResult, SeenCertificate } from '#ports/prober.ts';
import type { Routes } from '#ports/routes.ts';
import { labelledServices, type LabelSource } from '#adapters/routes/labelled.ts';
import type { MemoryNames } from './memory-names.ts';

const DAY_MS = 86_400_000;
const NOT_FOUND = { status: 404, text: '404 page not found' };

/**
 * The outside of a house, in memory: what its addresses answer, with a Traefik that serves what the labels of a Swarm ask for. It is what the ports
 * for routes and probes see of it.
 */
export class LabNetwork implements Routes, Prober {
  /** Addresses that refuse connections. */
  readonly closed = new Set<string>();
  /** Certificates in the place of good ones, by address or by name. */
  readonly certificates = new Map<string, Partial<SeenCertificate>>();
  /** Names that Traefik serves nothing for, whatever labels say. */
  readonly forgotten = new Set<string>();
  /** What services answer in the place of 200, by name. */
  readonly answers = new Map<string, number>();
  /** True: Traefik's API is configured. */
  api = false;
  readonly #swarm: LabelSource;
  readonly #names: MemoryNames;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #settings: RouteSettings;

  constructor(
    swarm: LabelSource,
    names: MemoryNames,
    clock: Pick<Clock, 'now'>,
    settings: RouteSettings = { exposedByDefault: true, tlsEntryPoints: ['websecure', 'https'] },
  ) {
    this.#swarm = swarm;
    this.#names = names;
    this.#clock = clock;
    this.#settings = settings;
  }

  settings(): RouteSettings {
    return this.#settings;
  }

  labelled(signal?: AbortSignal): Promise<readonly RoutedService[]> {
    return labelledServices(this.#swarm, signal);
  }

  async served(signal?: AbortSignal): Promise<readonly TraefikAnswer[]> {
    if (!this.api) return [];
    const routers = asked({ services: await this.labelled(signal), settings: this.#settings })
      .filter(({ router }) => router.condition !== null && router.port !== null && !router.hosts.some((host) => this.forgotten.has(host)))
      .map(({ router: { name, protocol, rule, condition, hosts } }) => {
        const status = 'enabled' as const;
        return { name, provider: 'swarm', protocol, rule, condition, hosts, tls: true, status, errors: [], servers: [] };
      });
    return [{ name: 'traefik', view: { generation: 2, routers }, problem: null }];
  }

  async probe({ kind, target, expect }: Probe, signal?: AbortSignal): Promise<ProbeResult> {
    signal?.throwIfAborted();
    if (kind !== 'http' && kind !== 'tls') throw new VigieError('probe_impossible', { kind, reason: 'the lab has no such outside' });
    const host = target.replace(/^https:\/\//u, '').replace(/[/:].*$/u, '');
    const pinned = expect['address'];
    const [address] = typeof pinned === 'string' ? [pinned] : addressesOf(await this.#names.look(host, signal));
    if (address === undefined) return failed('dns', { code: 'probe_unresolved', params: { target, hop: 'dns', reason: 'ENOTFOUND' } });
    if (this.closed.has(address))
      return failed('connect', { code: 'probe_broken', params: { target, hop: 'connect', reason: 'ECONNREFUSED' } });
    const certificate = this.#certificate(host, address);
    const least = typeof expect['days'] === 'number' ? expect['days'] : 0;
    const trouble = this.#troubleOf(certificate, target, least);
    if (trouble !== null) return { ...failed('certificate', trouble), certificate };
    if (kind === 'tls') return { ...WELL, certificate };
    const http = { ...(await this.#answer(host)), url: target };
    const problem = { code: 'probe_status', params: { target, status: http.status, expected: null } } as const;
    return http.status < 400 ? { ...WELL, certificate, http } : { ...failed('http', problem), certificate, http };
  }

  #certificate(host: string, address: string): SeenCertificate {
    return {
      subject: host,
      issuer: "Let's Encrypt",
      names: [host],
      endsAt: this.#clock.now() + 60 * DAY_MS,
      maker: 'authority',
      trouble: null,
      ...this.certificates.get(host),
      ...this.certificates.get(address),
    };
  }

  #troubleOf({ maker, trouble, endsAt }: SeenCertificate, target: string, least: number): ProbeResult['problem'] {
    if (maker === 'traefik') return { code: 'probe_certificate_traefik', params: { target } };
    const days = endsAt === null ? null : Math.floor((endsAt - this.#clock.now()) / DAY_MS);
    if (days !== null && days < least) return { code: 'probe_certificate_ends', params: { target, days, least } };
    return trouble === null ? null : { code: 'probe_certificate_untrusted', params: { target, reason: trouble } };
  }

  /** As Traefik answers, by the labels and what runs. */
  async #answer(host: string): Promise<{ readonly status: number; readonly text: string }> {
    const services = await this.labelled();
    const found = asked({ services, settings: this.#settings }).find(
      ({ router }) => router.condition !== null && reduce(router.condition, { host, path: '/' }) === true,
    );
    if (found === undefined || this.forgotten.has(host)) return NOT_FOUND;
    return this.#behind(found, services);
  }

  #behind({ service, router }: Labelled, services: readonly RoutedService[]): { readonly status: number; readonly text: string } {
    if (router.port === null) return NOT_FOUND;
    if (service.running === 0) return { status: 503, text: 'no available server' };
    const network = ownNetworkOf(service, services);
    if (network !== null && network.state !== 'well') return { status: 504, text: 'Gateway Timeout' };
    const status = this.answers.get(service.name) ?? 200;
    return { status, text: status < 400 ? '' : 'Internal Server Error' };
  }
}

const WELL: ProbeResult = {
  ok: true,
  hop: null,
  detail: '',
  problem: null,
  latencyMs: 42,
  value: null,
  walked: ['connect', 'tls', 'certificate', 'http'],
};

function failed(hop: NonNullable<ProbeResult['hop']>, problem: NonNullable<ProbeResult['problem']>): ProbeResult {
  return { ...WELL, ok: false, hop, problem, detail: problem.code, walked: [hop] };
}
