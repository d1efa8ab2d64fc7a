import { createSocket, type Socket } from 'node:dgram';

/** Addresses by name; a name that isn't there doesn't exist. */
export type Records = Readonly<Record<string, { readonly A?: readonly string[]; readonly AAAA?: readonly string[] }>>;

const TYPES: Readonly<Record<number, 'A' | 'AAAA'>> = { 1: 'A', 28: 'AAAA' };

/** A name server on loopback that knows what it is told (RFC 1035, as far as a resolver asks). */
export class DnsServer {
  readonly #socket: Socket = createSocket('udp4');
  /** False: it hears, and says nothing. */
  answers = true;

  static async start(records: Records): Promise<DnsServer> {
    const server = new DnsServer();
    server.#socket.on('message', (query, { port, address }) => {
      if (server.answers) server.#socket.send(answerTo(query, records), port, address);
    });
    await new Promise<void>((resolve) => server.#socket.bind(0, '127.0.0.1', resolve));
    return server;
  }

  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }
}

function answerTo(query: Buffer, records: Records): Buffer {
  const { name, end } = questionOf(query);
  const kind = TYPES[query.readUInt16BE(end)];
  const known = records[name];
  const found = kind === undefined ? [] : (known?.[kind] ?? []);
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8580 + (known === undefined ? 3 : 0), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(found.length, 6);
  return Buffer.concat([head, query.subarray(12, end + 4), ...found.map((address) => record(address))]);
}

function questionOf(query: Buffer): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

/** The name is the question's own: a pointer to byte 12. */
function record(address: string): Buffer {
  const four = address.includes('.');
  const data = four ? Buffer.from(address.split('.').map(Number)) : sixteenBytes(address);
  const head = Buffer.from([0xc0, 12, 0, four ? 1 : 28, 0, 1, 0, 0, 0, 60, 0, data.length]);
  return Buffer.concat([head, data]);
}

function sixteenBytes(address: string): Buffer {
  const [left = '', right = ''] = address.split('::');
  const groups = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const [before, after] = [groups(left), groups(right)];
  const all = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => 0), ...after];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
