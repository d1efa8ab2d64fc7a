import type { ErrorId } from './errors.ts';
import type { Answer } from './http.ts';
import type { Post } from './model.ts';

interface Fault {
  left: number;
  status: number;
  match: string;
  headers: Record<string, string>;
  afterwards: boolean;
}

/** What a test may make go wrong. */
export class Faults {
  /** Every request waits this long before it is looked at. */
  latencyMs = 0;
  /** What a dying host does: connections are accepted, and nothing is ever answered, upgrades neither. */
  silent = false;
  /** `EnableBotAccountCreation`, as the System Console has it: off on a new server. */
  botsAllowed = true;
  refusing: (post: Post) => ErrorId | null = () => null;
  #planned: Fault[] = [];

  /**
   * The next requests are refused, before they have any effect.
   * @param status an HTTP status; 429 answers as Mattermost's rate limiter does; 0 breaks the connection.
   * @param match `METHOD /path-prefix` with the path from `/api/v4` on or from its start; '' takes any request.
   * @param headers added to the answer; for 429, over the limiter's own.
   */
  failNext(count: number, status: number, match = '', headers: Record<string, string> = {}): void {
    this.#planned.push({ left: count, status, match, headers, afterwards: false });
  }

  /** The next requests do their work, but their answer is lost: the connection breaks instead. */
  loseAnswers(count: number, match = ''): void {
    this.#planned.push({ left: count, status: 0, match, headers: {}, afterwards: true });
  }

  /** Posts that are refused when they are written or edited: the error, or null. Those of people too. */
  refusePosts(refusing: (post: Post) => ErrorId | null): void {
    this.refusing = refusing;
  }

  /** Back to a server without faults. */
  clear(): void {
    this.#planned = [];
    this.refusing = () => null;
    this.latencyMs = 0;
    this.silent = false;
    this.botsAllowed = true;
  }

  /** The fault for this request, counted down, or null. For the server's own use. */
  take(method: string, path: string, afterwards: boolean): Answer | null {
    const fault = this.#planned.find((one) => one.left > 0 && one.afterwards === afterwards && matches(one.match, method, path));
    if (fault === undefined) return null;
    fault.left -= 1;
    return answerOf(fault);
  }
}

function matches(match: string, method: string, path: string): boolean {
  if (match === '') return true;
  const [wantedMethod = '', prefix = ''] = match.split(' ');
  return wantedMethod === method && (path.startsWith(prefix) || path.startsWith(`/api/v4${prefix}`));
}

/** The limiter's headers are in seconds from now; its body is plain text. */
function answerOf({ status, headers }: Fault): Answer {
  if (status === 429) {
    const limiter = { 'X-RateLimit-Limit': '10', 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '1', 'Retry-After': '1' };
    return {
      status,
      raw: { type: 'text/plain; charset=utf-8', bytes: Buffer.from('limit exceeded\n') },
      headers: { ...limiter, ...headers },
    };
  }
  const json = { id: 'lab.fault.app_error', message: 'A fault that the test asked for.', detailed_error: '', status_code: status };
  return { status, json, headers };
}
