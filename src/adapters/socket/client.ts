import { mkdir, rmdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Tell } from '#ports/gateway.ts';
import { serverLine, type ClientLine } from './protocol.ts';

/** Nobody listens on the socket: vigie is stopped. */
export class NotListening extends Error {
  override readonly name = 'NotListening';
}

/**
 * Gives a command to the running vigie and prints what it tells.
 * @returns whether it went well
 * @throws NotListening
 */
export async function callSocket(path: string, text: string, print: Tell): Promise<boolean> {
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (error) => reject(new NotListening(`nobody listens on ${path}`, { cause: error })));
  });
  const send = (line: ClientLine): void => {
    socket.write(`${JSON.stringify(line)}\n`);
  };
  let proof: string | null = null;
  try {
    for await (const line of createInterface({ input: socket })) {
      const message = serverLine.parse(JSON.parse(line));
      if (message.kind === 'prove') {
        proof = message.folder;
        await mkdir(proof, { mode: 0o700 });
        send({ kind: 'proven' });
        send({ kind: 'command', text });
      } else if (message.kind === 'line') print(message.text, message.code);
      else return message.ok;
    }
    throw new Error('vigie closed the connection before the end: look at its log');
  } finally {
    socket.destroy();
    if (proof !== null) await rmdir(proof).catch(() => undefined);
  }
}
