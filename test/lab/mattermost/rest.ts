import { z } from 'zod';

/** An answer of the server, whatever its status. */
export interface RestAnswer {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body, or undefined when it isn't JSON. */
  json: unknown;
}

/** The server refused. `id` is the error's identifier, '' when the body names none. */
export class RestError extends Error {
  readonly status: number;
  readonly id: string;

  constructor(request: string, answer: RestAnswer) {
    const id = errorId(answer);
    super(`${request}: ${answer.status} ${id || answer.text.slice(0, 200)}`);
    this.status = answer.status;
    this.id = id;
  }
}

/** The `id` of a refusal, or ''. */
export function errorId(answer: RestAnswer): string {
  const parsed = z.object({ id: z.string() }).safeParse(answer.json);
  return parsed.success ? parsed.data.id : '';
}

/** A person's way to the REST API of any Mattermost, the lab's or a real one. */
export class Rest {
  readonly url: string;
  readonly token: string;

  constructor(url: string, token: string) {
    this.url = url.replace(/\/$/, '');
    this.token = token;
  }

  /**
   * Sends a request and returns the answer, refusals included.
   * @param path from `/api/v4` on, such as `/posts`; a path starting with `/hooks` is taken as it is.
   * @param body JSON, or bytes or a form as they are.
   */
  async request(method: string, path: string, body?: unknown): Promise<RestAnswer> {
    const bare = body instanceof FormData || body instanceof Uint8Array;
    const response = await fetch(`${this.url}${path.startsWith('/hooks') ? '' : '/api/v4'}${path}`, {
      method,
      headers: {
        ...(this.token !== '' && { Authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && !bare && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && {
        body: body instanceof FormData ? body : body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body),
      }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: response.status, headers: response.headers, text, json: isJson && text !== '' ? JSON.parse(text) : undefined };
  }

  /** Sends a request that must succeed, and checks the shape of its answer. Throws {@link RestError}. */
  async ask<Schema extends z.ZodType>(schema: Schema, method: string, path: string, body?: unknown): Promise<z.output<Schema>> {
    const answer = await this.request(method, path, body);
    if (answer.status >= 300) throw new RestError(`${method} ${path}`, answer);
    return schema.parse(answer.json);
  }

  /** Sends a request that must succeed, whatever it answers. Throws {@link RestError}. */
  async tell(method: string, path: string, body?: unknown): Promise<void> {
    await this.ask(z.unknown(), method, path, body);
  }
}
