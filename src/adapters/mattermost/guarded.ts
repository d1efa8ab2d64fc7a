import type { Log } from '#ports/log.ts';

/** The client parses every frame without a guard: a malformed one must not end vigie. */
export function guarded(socket: WebSocket, log: Log): WebSocket {
  Object.defineProperty(socket, 'onmessage', {
    set: (listener: (event: MessageEvent) => void) => {
      socket.addEventListener('message', (event) => {
        try {
          listener(event);
        } catch (error) {
          log.warn({ error }, 'a websocket frame could not be read');
        }
      });
    },
  });
  return socket;
}
