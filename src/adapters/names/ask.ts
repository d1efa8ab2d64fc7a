import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { decode, DNSSEC_OK, encode, RECURSION_DESIRED, type DecodedPacket, type OptAnswer, type RecordType } from 'dns-packet';
import { beforeAbort } from '#kernel/abort.ts';
import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import { overTcp } from './over-tcp.ts';

/** Where a name server listens. */
export interface ServerAddress {
  /** As people know it: its name, or its address. */
  readonly server: string;
  readonly address: string;
  readonly port: number;
}

export interface DnsQuestion {
  readonly name: string;
  readonly type: RecordType;
  /** Whether the server is to look it up elsewhere. */
  readonly recursive: boolean;
}

/** What passes every network unbroken. Source: DNS flag day 2020. */
const UDP_BYTES = 1_232;

/**
 * Asks one server one question, over UDP, and over TCP what doesn't fit there.
 * @param timeoutMs for all tries together
 * @throws VigieError names_unanswered; the signal's reason
 */
export async function askServer(
  server: ServerAddress,
  question: DnsQuestion,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<DecodedPacket> {
  signal?.throwIfAborted();
  const deadline = AbortSignal.timeout(timeoutMs);
  const either = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  try {
    const answer = await overUdp(server, question, timeoutMs / 2, either);
    return answer.flag_tc ? await askOverTcp(server, question, either) : answer;
  } catch (error) {
    signal?.throwIfAborted();
    const reason = deadline.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error);
    throw new VigieError('names_unanswered', { server: server.server, reason }, error);
  }
}

/** EDNS: longer answers, with their signatures. */
const OPTIONS: OptAnswer = {
  type: 'OPT',
  name: '.',
  udpPayloadSize: UDP_BYTES,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: DNSSEC_OK,
  flag_do: true,
  options: [],
};

function packetOf({ name, type, recursive }: DnsQuestion, id: number) {
  return {
    type: 'query' as const,
    id,
    flags: recursive ? RECURSION_DESIRED : 0,
    questions: [{ type, name }],
    additionals: [OPTIONS],
  };
}

/** The socket is connected: nobody else's datagram is read; and an answer to another question is no answer. */
async function overUdp(
  { address, port }: ServerAddress,
  question: DnsQuestion,
  againMs: number,
  signal: AbortSignal,
): Promise<DecodedPacket> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  const id = randomInt(65_536);
  const packet = encode(packetOf(question, id));
  const { promise, resolve, reject } = Promise.withResolvers<DecodedPacket>();
  socket.on('error', reject);
  socket.on('message', (message) => {
    const answer = decoded(message);
    if (answer !== null && answers(answer, question, id)) resolve(answer);
  });
  const send = (): void => socket.send(packet);
  socket.connect(port, address, send);
  // One datagram may be lost.
  const again = AbortSignal.timeout(againMs);
  again.addEventListener('abort', send, { once: true });
  try {
    return await beforeAbort(signal, promise);
  } finally {
    again.removeEventListener('abort', send);
    socket.close();
  }
}

async function askOverTcp(server: ServerAddress, question: DnsQuestion, signal: AbortSignal): Promise<DecodedPacket> {
  const id = randomInt(65_536);
  const answer = decoded(await overTcp(server, encode(packetOf(question, id)), signal));
  if (answer === null || !answers(answer, question, id)) throw new Error('an answer to something else');
  return answer;
}

function decoded(message: Buffer): DecodedPacket | null {
  try {
    return decode(message);
  } catch {
    return null;
  }
}

function answers({ id, type, questions }: DecodedPacket, question: DnsQuestion, asked: number): boolean {
  const [about] = questions ?? [];
  return id === asked && type === 'response' && about?.type === question.type && about.name.toLowerCase() === question.name.toLowerCase();
}
