import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabMachine } from './lab-machine.ts';
import { answer, Fault, faultOf } from './wsman.ts';

/** AMT's account. */
const USER = 'admin';
/** After so many failures in a row nobody is let in for a while. */
const FAILURES = 10;
const LOCKED_MS = 5_000;

export interface AmtWeb {
  readonly port: number;
  /** Failures of the password in a row. */
  failures(): number;
  close(): Promise<void>;
}

/** AMT 11's web service on loopback: WS-Man with HTTP digest, as the stand-in beside the real machine speaks it. */
export async function startAmtWeb(machine: LabMachine): Promise<AmtWeb> {
  const gate = new Gate(machine);
  const server: Server = createServer((request, response) => void serve(machine, gate, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    failures: () => gate.failures,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

class Gate {
  failures = 0;
  readonly #machine: LabMachine;
  readonly #realm: string;
  readonly #uses = new Map<string, number>();
  #lockedUntil = 0;

  constructor(machine: LabMachine) {
    this.#machine = machine;
    this.#realm = `Digest:${md5(machine.name).toUpperCase()}`;
  }

  /** @returns null for whoever may pass; else the challenge */
  admit(header: string | undefined): string | null {
    const { clock, password, lab } = this.#machine;
    const given = new Map([...(header ?? '').matchAll(/(\w+)="?([^",\s]*)"?/gu)].map(([, name = '', value = '']) => [name, value]));
    const nonce = given.get('nonce') ?? '';
    if (header === undefined || clock.now() < this.#lockedUntil) return this.#challenge(false);
    const uses = this.#uses.get(nonce);
    if (uses === undefined || uses >= lab.nonceUses) return this.#challenge(true);
    const middle = [nonce, given.get('nc'), given.get('cnonce'), given.get('qop')].join(':');
    const expected = md5(`${md5(`${USER}:${this.#realm}:${password}`)}:${middle}:${md5('POST:/wsman')}`);
    if (given.get('username') === USER && given.get('response') === expected) {
      this.#uses.set(nonce, uses + 1);
      this.failures = 0;
      return null;
    }
    this.failures += 1;
    if (this.failures >= FAILURES) this.#lockedUntil = clock.now() + LOCKED_MS;
    this.#machine.note(6, 5);
    return this.#challenge(false);
  }

  #challenge(stale: boolean): string {
    const nonce = randomBytes(24).toString('base64');
    this.#uses.set(nonce, 0);
    return `Digest realm="${this.#realm}", nonce="${nonce}",stale="${stale}",qop="auth"`;
  }
}

async function serve(machine: LabMachine, gate: Gate, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const { lab } = machine;
  if (lab.drop > 0) {
    lab.drop -= 1;
    request.socket.destroy();
    return;
  }
  await sleep(lab.slow);
  const challenge = gate.admit(request.headers.authorization);
  if (challenge !== null) {
    response.writeHead(401, { 'www-authenticate': challenge, 'content-type': 'text/html', connection: 'close' });
    response.end('<!DOCTYPE html><html><head><title>401</title></head><body>Unauthorized</body></html>');
    return;
  }
  const text = Buffer.concat(chunks).toString();
  const { status, body } = answered(machine, text);
  if (lab.deafen > 0 && /_INPUT/u.test(text)) {
    lab.deafen -= 1;
    request.socket.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/soap+xml; charset=UTF-8' });
  response.end(body);
}

function answered(machine: LabMachine, text: string): { readonly status: number; readonly body: string } {
  try {
    return { status: 200, body: answer(machine, text) };
  } catch (error) {
    if (error instanceof Fault) return { status: 400, body: faultOf(error) };
    throw error;
  }
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
