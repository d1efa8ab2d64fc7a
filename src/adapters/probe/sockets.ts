import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { beforeAbort } from '#kernel/abort.ts';
import type { ProbeTarget } from '#domain/alert/probe-target.ts';
import type { Walk } from './walk.ts';

/** Opens a connection, entering `dns` for a name, then `connect`. Whoever asks destroys it. */
export async function openSocket(way: Walk, { host, port }: ProbeTarget, deadline: AbortSignal): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  way.enter(isIP(host) === 0 ? 'dns' : 'connect');
  const socket = connect({ host, port: port ?? 0 });
  socket.on('lookup', (error: Error | null) => {
    if (error === null && way.hop === 'dns') way.enter('connect');
  });
  socket.on('connect', () => resolve(socket));
  socket.on('error', reject);
  return await orDestroy(socket, deadline, promise);
}

export interface TlsWay {
  /** The name that the certificate must be for, and that is asked for. */
  readonly name: string;
  /** Authorities besides those that Node knows, as PEM. */
  readonly ca: readonly string[] | null;
}

/** Speaks TLS on a connection, entering `tls`. Whether the certificate is to be trusted is left to the caller. */
export async function openTls(way: Walk, socket: Socket, { name, ca }: TlsWay, deadline: AbortSignal): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  way.enter('tls');
  const secure = connectTls({
    socket,
    host: name,
    ...(isIP(name) === 0 ? { servername: name } : {}),
    ...(ca === null ? {} : { ca: [...ca] }),
    rejectUnauthorized: false,
  });
  secure.on('secureConnect', () => resolve(secure));
  secure.on('error', reject);
  secure.on('close', () => reject(new Error('the connection was closed')));
  return await orDestroy(socket, deadline, promise);
}

async function orDestroy<T>(socket: Socket, deadline: AbortSignal, opened: Promise<T>): Promise<T> {
  try {
    return await beforeAbort(deadline, opened);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
