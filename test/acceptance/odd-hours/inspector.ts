import { once } from 'node:events';
import { isRecord, parseJson } from '#kernel/json.ts';

/** A Node process that was started with `--inspect=127.0.0.1:0`, asked over its inspector. */
export class Inspector {
  readonly #socket: WebSocket;
  #sent = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** @param log what the process printed so far: its address stands there */
  static async connect(log: string): Promise<Inspector> {
    const [, url] = /Debugger listening on (ws:\/\/\S+)/u.exec(log) ?? [];
    if (url === undefined) throw new Error(`no inspector in ${log}`);
    const socket = new WebSocket(url);
    await once(socket, 'open');
    return new Inspector(socket);
  }

  /** Bytes that are used on the heap once what nobody needs is gone. */
  async heap(): Promise<number> {
    await this.#ask('HeapProfiler.collectGarbage', {});
    const used = await this.#ask('Runtime.getHeapUsage', {});
    return isRecord(used) ? Number(used['usedSize']) : Number.NaN;
  }

  close(): void {
    this.#socket.close();
  }

  async #ask(method: string, params: object): Promise<unknown> {
    this.#sent += 1;
    const id = this.#sent;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const hear = ({ data }: MessageEvent): void => {
      const answer = parseJson(String(data));
      if (!isRecord(answer) || answer['id'] !== id) return;
      this.#socket.removeEventListener('message', hear);
      resolve(answer['result']);
    };
    this.#socket.addEventListener('message', hear);
    this.#socket.send(JSON.stringify({ id, method, params }));
    return await promise;
  }
}
