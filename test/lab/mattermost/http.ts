import type { z } from 'zod';
import { badBody } from './errors.ts';

/** One request, already authenticated. */
export class Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The session's user, or '' on the few routes that need none. */
  readonly userId: string;
  readonly #params: Readonly<Record<string, string>>;

  constructor(fields: {
    method: string;
    url: URL;
    headers: Record<string, string>;
    body: Buffer;
    userId: string;
    params: Record<string, string>;
  }) {
    this.method = fields.method;
    this.path = fields.url.pathname;
    this.query = fields.url.searchParams;
    this.headers = fields.headers;
    this.body = fields.body;
    this.userId = fields.userId;
    this.#params = fields.params;
  }

  /** A `{name}` of the route's pattern; `me` has already become the caller's id. Throws when the route has no such name. */
  param(name: string): string {
    const value = this.#params[name];
    if (value === undefined) throw new Error(`the route has no {${name}}`);
    return value;
  }

  /** The JSON body, checked. Throws 400 `invalid_body_param`. */
  json<Schema extends z.ZodType>(schema: Schema, name = 'body'): z.output<Schema> {
    let value: unknown;
    try {
      value = JSON.parse(this.body.toString('utf8'));
    } catch (error) {
      if (error instanceof SyntaxError) throw badBody(name);
      throw error;
    }
    const result = schema.safeParse(value);
    if (!result.success) throw badBody(String(result.error.issues[0]?.path[0] ?? name));
    return result.data;
  }

  /** A whole number of the query, or its default. */
  number(name: string, fallback: number): number {
    const value = this.query.get(name);
    return value !== null && /^\d+$/.test(value) ? Number(value) : fallback;
  }
}

/** What a handler gives back. `json` is written as `application/json`, without a charset: the official client compares literally. */
export interface Answer {
  status: number;
  json?: unknown;
  raw?: { type: string; bytes: Buffer };
  headers?: Record<string, string>;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/api/v4/posts/{id}`: each `{name}` takes letters and digits; `{name:word}` takes what names are made of. */
  pattern: string;
  /** Open routes need no session. */
  open?: true;
  handle(call: Call): Answer | Promise<Answer>;
}

export function ok(json: unknown): Answer {
  return { status: 200, json };
}

export function created(json: unknown): Answer {
  return { status: 201, json };
}

/** The answer of everything that has nothing to tell. */
export function done(): Answer {
  return { status: 200, json: { status: 'OK' } };
}

export function text(status: number, words: string): Answer {
  return { status, raw: { type: 'text/plain; charset=utf-8', bytes: Buffer.from(words) } };
}

interface Compiled {
  route: Route;
  names: string[];
  path: RegExp;
}

/** Chooses the route of a request: the first that matches wins, so literal paths come before `{id}`. */
export class Router {
  readonly #routes: Compiled[];

  constructor(routes: readonly Route[]) {
    this.#routes = routes.map(compile);
  }

  /** The route with its parameters, or null: the caller answers as Mattermost does for an unknown page. */
  find(method: string, path: string): { route: Route; params: Record<string, string> } | null {
    for (const { route, names, path: pattern } of this.#routes) {
      const match = route.method === method ? pattern.exec(path) : null;
      if (match === null) continue;
      const params: Record<string, string> = {};
      names.forEach((name, index) => (params[name] = decodeURIComponent(match[index + 1] ?? '')));
      return { route, params };
    }
    return null;
  }
}

function compile(route: Route): Compiled {
  const names: string[] = [];
  const source = route.pattern.replace(/\{(\w+)(:word)?\}/g, (_whole, name: string, word: string | undefined) => {
    names.push(name);
    return word === undefined ? '([A-Za-z0-9]+)' : '([A-Za-z0-9._+%-]+)';
  });
  return { route, names, path: new RegExp(`^${source}$`) };
}
