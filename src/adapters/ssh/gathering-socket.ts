import { connect, type Socket } from 'node:net';

type Done = (error?: Error | null) => void;

/**
 * Connects to a server, by a socket that sends what is written in one go as one. ssh2 writes each packet in three parts (its length, itself, its seal): each would be a call of the system, a packet
 * on the network, since nothing is held back there, and would wake the other side.
 */
export function connectGathering(port: number, host: string): Socket {
  const socket = connect(port, host);
  let gathering = false;
  const gather = (): void => {
    gathering = true;
    socket.cork();
    process.nextTick(() => {
      gathering = false;
      socket.uncork();
    });
  };
  // No class: connecting gives a socket Node's own `write` again.
  const write = socket.write.bind(socket);
  socket.write = (chunk: Uint8Array | string, encoding?: BufferEncoding | Done, done?: Done): boolean => {
    if (!gathering) gather();
    return typeof encoding === 'function' ? write(chunk, encoding) : write(chunk, encoding, done);
  };
  return socket;
}
