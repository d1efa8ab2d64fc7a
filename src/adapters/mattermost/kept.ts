type Dispatcher = NonNullable<RequestInit['dispatcher']>;

/**
 * How long a connection stays open that nobody uses, in milliseconds: until after the next proof of the stream, which uses it, and less than
 * Mattermost keeps one (60 s). Source: `ServiceSettings.IdleTimeout` of Mattermost.
 */
const KEPT_MS = 45_000;

/** Under this name undici keeps the agent of `fetch`, for all copies of itself in a process. Source: undici, `lib/global.js`. */
const AGENT = Symbol.for('undici.globalDispatcher.1');

let kept: Dispatcher | null = null;

/**
 * What `fetch` asks Mattermost through. By itself it lets go of a connection after four seconds, so that whoever types at a human pace waits for a new one,
 * and for its TLS, each time. Made by Node's own undici, that is loaded already; the package would hold some megabytes more.
 * @returns nothing before anything was fetched, or where a later Node has none under that name: then connections last four seconds
 */
export function keptConnections(): { readonly dispatcher?: Dispatcher } {
  kept ??= makeAgent(Reflect.get(globalThis, AGENT));
  return kept === null ? {} : { dispatcher: kept };
}

function makeAgent(own: unknown): Dispatcher | null {
  if (typeof own !== 'object' || own === null) return null;
  // Its class is no export of Node either.
  const made: unknown = Reflect.construct(own.constructor, [{ keepAliveTimeout: KEPT_MS }]);
  return isDispatcher(made) ? made : null;
}

function isDispatcher(made: unknown): made is Dispatcher {
  return typeof made === 'object' && made !== null && 'dispatch' in made && typeof made.dispatch === 'function';
}
