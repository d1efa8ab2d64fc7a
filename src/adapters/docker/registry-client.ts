import { readText } from '#kernel/bounded-text.ts';
import { BOUNDS } from '#kernel/bounds.ts';
import { VigieError } from '#kernel/errors.ts';
import { isRecord, parseJson, reasonOf } from '#kernel/json.ts';
import type { RegistryCredentials } from './registry-auth.ts';
import { registryOf } from './registry-name.ts';

export interface RegistryOptions {
  /** As images say it: `registry.picasoft.net/pad`, `nginx`. */
  readonly repository: string;
  readonly credentials: RegistryCredentials | undefined;
  /** Docker itself asks this registry without TLS, if it has none. */
  readonly insecure: boolean;
}

/** An answer that was read whole. */
export interface RegistryAnswer {
  readonly body: unknown;
  /** The path of the next page, or null. */
  readonly next: string | null;
}

const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/json',
].join(', ');

/** Reads one repository of a registry (distribution API v2). Credentials go to nobody but the registry, and whom it names for tokens. */
export class RegistryClient {
  readonly host: string;
  readonly name: string;
  readonly #options: RegistryOptions;
  #base: string;
  #authorization: string | null = null;

  constructor(options: RegistryOptions) {
    const host = registryOf(options.repository);
    this.#options = options;
    this.host = host;
    this.name = nameOf(options.repository, host);
    this.#base = `https://${host === 'docker.io' ? 'registry-1.docker.io' : host}`;
  }

  /**
   * @param path below the repository (`tags/list`), or a whole one (`/v2/…`)
   * @throws registry_unreachable, registry_refused, image_unauthorized, image_unknown
   */
  async get(path: string, signal: AbortSignal): Promise<RegistryAnswer> {
    const target = path.startsWith('/') ? path : `/v2/${this.name}/${path}`;
    let answer = await this.#ask(target, signal);
    if (answer.status === 401) {
      this.#authorization = await this.#authorize(answer.headers.get('www-authenticate') ?? '', signal);
      await answer.body?.cancel();
      answer = await this.#ask(target, signal);
    }
    if (!answer.ok) throw await this.#refusal(answer);
    return { body: await this.#read(answer), next: nextOf(answer.headers.get('link')) };
  }

  async #ask(path: string, signal: AbortSignal): Promise<Response> {
    try {
      return await this.#send(`${this.#base}${path}`, signal);
    } catch (error) {
      if (!this.#options.insecure || this.#base.startsWith('http:') || signal.aborted) throw this.#unreachable(error, signal);
    }
    this.#base = this.#base.replace('https:', 'http:');
    try {
      return await this.#send(`${this.#base}${path}`, signal);
    } catch (error) {
      throw this.#unreachable(error, signal);
    }
  }

  async #send(url: string, signal: AbortSignal): Promise<Response> {
    const authorization = this.#authorization === null ? {} : { authorization: this.#authorization };
    return await fetch(url, { headers: { accept: MANIFESTS, ...authorization }, signal });
  }

  /** What to say who vigie is: a password itself, or a token that one is given for it. @throws image_unauthorized */
  async #authorize(challenge: string, signal: AbortSignal): Promise<string> {
    const { credentials, repository } = this.#options;
    const basic = credentials === undefined ? null : `Basic ${btoa8(`${credentials.username}:${credentials.password}`)}`;
    const { scheme, realm, service } = challengeOf(challenge);
    if (scheme === 'basic' && basic !== null) return basic;
    const token = scheme === 'bearer' && realm !== null && this.#mayAsk(realm) ? await this.#token(realm, service, basic, signal) : null;
    if (token === null) throw new VigieError('image_unauthorized', { image: repository });
    return `Bearer ${token}`;
  }

  /** A password goes over TLS, or where the registry itself has none. */
  #mayAsk(realm: string): boolean {
    const url = URL.parse(realm);
    return url !== null && (url.protocol === 'https:' || (url.protocol === 'http:' && this.#base.startsWith('http:')));
  }

  async #token(realm: string, service: string | null, basic: string | null, signal: AbortSignal): Promise<string | null> {
    const url = new URL(realm);
    if (service !== null) url.searchParams.set('service', service);
    url.searchParams.set('scope', `repository:${this.name}:pull`);
    try {
      const answer = await fetch(url, { headers: basic === null ? {} : { authorization: basic }, redirect: 'error', signal });
      const body = answer.ok ? await this.#read(answer) : null;
      const token = isRecord(body) ? (body['token'] ?? body['access_token']) : null;
      return typeof token === 'string' ? token : null;
    } catch (error) {
      throw this.#unreachable(error, signal);
    }
  }

  async #read(answer: Response): Promise<unknown> {
    const text = await readText(answer, BOUNDS.registryAnswer.most);
    if (text === null) throw new VigieError('registry_refused', { registry: this.host, reason: 'its answer is too long' });
    try {
      return parseJson(text);
    } catch (error) {
      throw new VigieError('registry_refused', { registry: this.host, reason: 'its answer is no JSON' }, error);
    }
  }

  async #refusal(answer: Response): Promise<VigieError> {
    const { repository } = this.#options;
    await answer.body?.cancel();
    if (answer.status === 401 || answer.status === 403) return new VigieError('image_unauthorized', { image: repository });
    if (answer.status === 404) return new VigieError('image_unknown', { image: repository });
    return new VigieError('registry_refused', { registry: this.host, reason: `HTTP ${answer.status}` });
  }

  /** @returns the signal's own reason where whoever asked has gone */
  #unreachable(error: unknown, signal: AbortSignal): unknown {
    if (error instanceof VigieError) return error;
    const late = signal.aborted && signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
    if (signal.aborted && !late) return signal.reason;
    // fetch says only "fetch failed": what happened is in its cause.
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    const reason = late ? 'it does not answer' : reasonOf(cause);
    return new VigieError('registry_unreachable', { registry: this.host, reason }, error);
  }
}

/** What follows the host; of Docker Hub's own images the shelf is left out. */
function nameOf(repository: string, host: string): string {
  const name = repository.startsWith(`${host}/`) ? repository.slice(host.length + 1) : repository;
  return host === 'docker.io' && !name.includes('/') ? `library/${name}` : name;
}

function challengeOf(header: string): { readonly scheme: string; readonly realm: string | null; readonly service: string | null } {
  const scheme = (/^\s*(\w+)/u.exec(header)?.[1] ?? '').toLowerCase();
  return { scheme, realm: /realm="([^"]*)"/iu.exec(header)?.[1] ?? null, service: /service="([^"]*)"/iu.exec(header)?.[1] ?? null };
}

/** `</v2/pad/tags/list?last=b&n=100>; rel="next"`. Only a path of the same registry is followed. */
function nextOf(link: string | null): string | null {
  return /^<(\/v2\/[^>]*)>\s*;\s*rel="?next"?/iu.exec(link ?? '')?.[1] ?? null;
}

function btoa8(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
