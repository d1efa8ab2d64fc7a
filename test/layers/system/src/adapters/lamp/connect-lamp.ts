import { VigieError } from '#kernel/errors.ts';
import { reasonOf } from '#kernel/json.ts';
import type { Lamp } from '#ports/lamp.ts';

/** A lamp that is switched over HTTP. Nothing is connected to before the first call. */
export function connectLamp(url: string): Lamp {
  const ask = async (method: 'GET' | 'PUT', path: string, signal?: AbortSignal): Promise<Response> => {
    try {
      return await fetch(`${url}${path}`, { method, ...(signal === undefined ? {} : { signal }) });
    } catch (error) {
      throw new VigieError('lamp_unreachable', { url, reason: reasonOf(error) });
    }
  };
  return {
    turns: async (signal) => (await (await ask('GET', '/', signal)).text()) === 'on',
    async turn(on, signal) {
      await ask('PUT', on ? '/on' : '/off', signal);
    },
  };
}
