import type { Duplex } from 'node:stream';
import { deadline } from '#kernel/abort.ts';
import { VigieError } from '#kernel/errors.ts';
import { isRecord, parseJson, reasonOf } from '#kernel/json.ts';
import type { Account, RefusalMemory } from '../refusals.ts';
import type { Turns } from '../turns.ts';
import { ask, OtherCertificate, type Answered, type Asked } from './https.ts';
import { inside, isPath, linkIn, listIn, textIn, type Resource } from './resource.ts';

export interface RedfishOptions {
  /** The configuration's name of the machine. */
  readonly machine: string;
  readonly account: Account;
  /** SHA-256 of the controller's certificate, the only one that is accepted: `AB:CD:…`. */
  readonly fingerprint: string;
  /** Which system, where a controller has several; null: the only one. */
  readonly system: string | null;
  readonly open: (signal: AbortSignal) => Promise<Duplex>;
  readonly refusals: RefusalMemory;
  readonly turns: Turns;
  readonly now: () => number;
  /** For one request, its whole answer included. */
  readonly timeoutMs: number;
}

/** One conversation with a controller: nobody else is heard meanwhile. */
export interface Conversation {
  /** The machine itself. */
  readonly system: () => Promise<Found>;
  /** @throws machine_refused, also where there is no such thing */
  readonly get: (path: string) => Promise<Resource>;
  /** Null where there is no such thing. */
  readonly find: (path: string | null) => Promise<Resource | null>;
  /** @param doing as errors name it @throws machine_refused */
  readonly post: (doing: string, path: string, body: object) => Promise<void>;
  /** @param found what is changed, as it was read: a change that came between is not written over @returns its status: 202 is a promise */
  readonly patch: (doing: string, found: Found, body: object) => Promise<number>;
  readonly machine: string;
}

export interface Found {
  readonly path: string;
  readonly resource: Resource;
  /** Of this very state of it; null where the controller gives none. */
  readonly etag: string | null;
}

const ROOT = '/redfish/v1/';
const SYSTEMS = '/redfish/v1/Systems';
/** vigie isn't held up by it when it stops. */
const LOGOUT_MS = 3_000;

interface Session {
  readonly token: string;
  /** Where it is ended; null where the controller doesn't say. */
  readonly path: string | null;
}

/** Redfish of one controller. A session is kept, since controllers note each login in their log, and ended when vigie ends. */
export class RedfishClient {
  readonly #options: RedfishOptions;
  #session: Session | null = null;
  #system: string | null = null;

  constructor(options: RedfishOptions) {
    this.#options = options;
  }

  /** @throws machine_password before anything is asked of a controller that refused this very password */
  async talk<T>(signal: AbortSignal | undefined, about: (conversation: Conversation) => Promise<T>): Promise<T> {
    const { turns, refusals, machine } = this.#options;
    return await turns.take(signal, async () => {
      const at = await refusals.at();
      if (at !== null) throw new VigieError('machine_password', { machine, at });
      return await about(this.#conversation(signal));
    });
  }

  /** Ends the session. A controller that doesn't answer soon ends it by itself after a while. */
  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    if (session?.path == null) return;
    const asked = withToken({ method: 'DELETE', path: session.path, headers: {}, body: null }, session);
    const late = deadline(LOGOUT_MS, () => this.#unreachable('it ends no session'));
    // vigie stops: nobody is left who could do anything about it.
    await this.#options.turns.take(late, () => this.#send(asked, late)).catch(() => undefined);
  }

  #conversation(signal: AbortSignal | undefined): Conversation {
    const { machine } = this.#options;
    const read = async (path: string): Promise<Answered> => await this.#admitted({ method: 'GET', path, headers: {}, body: null }, signal);
    const get = async (path: string): Promise<Resource> => this.#resource(await read(path));
    return {
      machine,
      get,
      system: async () => {
        const path = (this.#system ??= await this.#whichSystem(await get(SYSTEMS)));
        const answered = await read(path);
        const resource = this.#resource(answered);
        return { path, resource, etag: answered.headers.etag ?? (textIn(resource, '@odata.etag') || null) };
      },
      find: async (path) => {
        const answered = path === null ? null : await read(path);
        return answered === null || answered.status === 404 ? null : this.#resource(answered);
      },
      post: async (doing, path, body) => {
        this.#taken(doing, await this.#admitted({ method: 'POST', path, headers: {}, body: JSON.stringify(body) }, signal));
      },
      patch: async (doing, { path, etag }, body) => {
        const headers: Asked['headers'] = etag === null ? {} : { 'if-match': etag };
        const answered = await this.#admitted({ method: 'PATCH', path, headers, body: JSON.stringify(body) }, signal);
        this.#taken(doing, answered);
        return answered.status;
      },
    };
  }

  async #whichSystem(collection: Resource): Promise<string> {
    const { machine, system } = this.#options;
    const paths = listIn(collection, 'Members').flatMap((member) => linkIn(member) ?? []);
    const named = paths.filter((path) => system === null || path.split('/').at(-1) === system);
    const [only, ...others] = named;
    if (only !== undefined && others.length === 0) return only;
    throw new VigieError('machine_systems', { machine, system, known: paths.slice(0, 20).map((path) => path.split('/').at(-1) ?? path) });
  }

  #resource(answered: Answered): Resource {
    this.#taken('ask', answered);
    const found = jsonOf(answered.text);
    if (found === null) throw this.#unreachable(`HTTP ${answered.status}, and not what Redfish answers`);
    return found;
  }

  #taken(doing: string, answered: Answered): void {
    if (answered.status >= 200 && answered.status < 300) return;
    throw new VigieError('machine_refused', { machine: this.#options.machine, doing, value: complaintOf(answered) });
  }

  /** A session that is known no more is begun anew, once: what was asked was not heard. */
  async #admitted(asked: Asked, signal: AbortSignal | undefined): Promise<Answered> {
    const known = this.#session;
    const session = known ?? (await this.#begin(signal));
    const first = await this.#send(withToken(asked, session), signal);
    if (first.status !== 401) return first;
    this.#session = null;
    if (known === null) return first;
    return await this.#send(withToken(asked, await this.#begin(signal)), signal);
  }

  /** The password is sent to what shows the pinned certificate and says that it is Redfish, once. @throws machine_password */
  async #begin(signal: AbortSignal | undefined): Promise<Session> {
    const { account, machine, refusals, now } = this.#options;
    const root = this.#resource(await this.#send({ method: 'GET', path: ROOT, headers: {}, body: null }, signal));
    const path = linkIn(inside(root, 'Links'), 'Sessions');
    if (path === null) throw this.#unreachable('it says nothing of sessions: not Redfish, or one that is too old');
    const body = JSON.stringify({ UserName: account.user, Password: account.password });
    const answered = await this.#send({ method: 'POST', path, headers: {}, body }, signal);
    if (answered.status === 401 || answered.status === 403) {
      const at = now();
      await refusals.note(at);
      throw new VigieError('machine_password', { machine, at });
    }
    this.#taken('ask', answered);
    const token = answered.headers['x-auth-token'];
    if (typeof token !== 'string' || token === '') throw this.#unreachable('it began a session without a token');
    this.#session = { token, path: sessionPath(answered) };
    return this.#session;
  }

  async #send(asked: Asked, signal?: AbortSignal): Promise<Answered> {
    const { machine, fingerprint, open, timeoutMs } = this.#options;
    signal?.throwIfAborted();
    const tooLate = this.#unreachable(`no answer within ${timeoutMs / 1_000} s`);
    const late = deadline(timeoutMs, () => tooLate);
    const either = signal === undefined ? late : AbortSignal.any([signal, late]);
    const expected = fingerprint.toUpperCase();
    try {
      return await ask(await open(either), asked, expected, either);
    } catch (error) {
      signal?.throwIfAborted();
      if (late.aborted) throw tooLate;
      if (error instanceof OtherCertificate) throw new VigieError('machine_fingerprint', { machine, expected, got: error.got });
      throw error instanceof VigieError ? error : this.#unreachable(reasonOf(error), error);
    }
  }

  #unreachable(reason: string, cause?: unknown): VigieError {
    return new VigieError('machine_unreachable', { machine: this.#options.machine, reason }, cause);
  }
}

function withToken(asked: Asked, { token }: Session): Asked {
  return { ...asked, headers: { ...asked.headers, 'x-auth-token': token } };
}

function sessionPath({ headers, text }: Answered): string | null {
  const path = (headers.location ?? textIn(jsonOf(text) ?? {}, '@odata.id')).replace(/^https?:\/\/[^/]+/u, '');
  return isPath(path) ? path : null;
}

function jsonOf(text: string): Resource | null {
  try {
    const found = parseJson(text);
    return isRecord(found) ? found : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** `HTTP 409 Base.1.8.ResourceInUse`: the status, and the registry's name for why. */
function complaintOf({ status, text }: Answered): string {
  const error = inside(jsonOf(text) ?? {}, 'error');
  const [first = {}] = listIn(error, '@Message.ExtendedInfo');
  return `HTTP ${status} ${textIn(first, 'MessageId') || textIn(error, 'code')}`.trim();
}
