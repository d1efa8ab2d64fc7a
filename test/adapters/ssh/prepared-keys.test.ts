import { KeyObject } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSession } from '#adapters/ssh/session.ts';
import { startSsh, type LabSsh } from '#test/lab/ssh-server.ts';
import type { Client } from 'ssh2';

/** Fails with a version of ssh2 that keeps its keys elsewhere: it would be slower, and nothing else would tell. */
describe('the keys of a connection', () => {
  let ssh: LabSsh;
  let client: Client;
  beforeEach(async () => {
    ssh = await startSsh((channel, command) => {
      channel.end(command);
    });
    client = await openSession(ssh.options, () => undefined);
  });
  afterEach(async () => {
    client.end();
    await ssh.stop();
  });

  const keyOf = (cipher: string, name: string): unknown => {
    const protocol: object = Reflect.get(client, '_protocol');
    const holder: object = Reflect.get(protocol, cipher);
    return Reflect.get(holder, name);
  };

  it('are prepared once, for all packets', () => {
    expect(keyOf('_cipher', '_encKey')).toBeInstanceOf(KeyObject);
    expect(keyOf('_decipher', '_decipherKey')).toBeInstanceOf(KeyObject);
  });

  it('are prepared again once both sides have agreed on new ones', async () => {
    const before = keyOf('_cipher', '_encKey');
    const agreed = new Promise<void>((resolve) => client.once('handshake', () => resolve()));
    const protocol: { rekey: () => void } = Reflect.get(client, '_protocol');
    protocol.rekey();
    await agreed;
    expect(keyOf('_cipher', '_encKey')).toBeInstanceOf(KeyObject);
    expect(keyOf('_cipher', '_encKey')).not.toBe(before);
    const said = await new Promise<string>((resolve, reject) =>
      client.exec('after that', (error, channel) => (error === undefined ? channel.on('data', (chunk: Buffer) => resolve(chunk.toString())) : reject(error))),
    ); // prettier-ignore
    expect(said).toBe('after that');
  });
});
