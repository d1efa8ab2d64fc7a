import { createServer, type Server, type Socket } from 'node:net';
import { systemClock } from '#kernel/clock.ts';
import { createProber, type ProberOptions } from '#adapters/probe/prober.ts';
import type { Probe, ProbeResult } from '#ports/prober.ts';
import { isInet } from '#test/lab/pager/http-sink.ts';

export type Look = (target: string, expect?: Probe['expect'], timeoutMs?: number) => Promise<ProbeResult>;

/** A prober of one kind, with a deadline that a test can wait for. */
export function looker(kind: Probe['kind'], options: Partial<ProberOptions> = {}): Look {
  const prober = createProber({ clock: systemClock, systems: {}, ...options });
  return (target, expect = {}, timeoutMs = 3_000) => prober.probe({ kind, target, expect, timeoutMs });
}

/** A TCP server on loopback that does with each connection what it is told. */
export async function tcpServer(serve: (socket: Socket) => void): Promise<{ readonly port: number; readonly stop: () => Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: isInet(address) ? address.port : 0,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** A port of this machine at which nobody listens. */
export async function closedPort(): Promise<number> {
  const { port, stop } = await tcpServer(() => undefined);
  await stop();
  return port;
}
