import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import { BOUNDS } from '#kernel/bounds.ts';

/** What every agent of Node's does with a request; missing in its types. */
interface Adding {
  addRequest(request: ClientRequest, ...rest: unknown[]): void;
}

/** Logs are read as they come, by whoever asked for them. */
const STREAMED = /\/services\/[^/]+\/logs\?/u;

/**
 * Ends answers that are larger than any that vigie needs: dockerode reads them whole. What was upgraded to a stream of its own (a command
 * in a container) isn't an answer.
 */
export function boundAnswers<T extends Agent>(agent: T): T {
  if (!isAdding(agent)) return agent;
  const add = agent.addRequest.bind(agent);
  agent.addRequest = (request, ...rest) => {
    if (!STREAMED.test(request.path)) request.prependListener('response', count);
    add(request, ...rest);
  };
  return agent;
}

function isAdding(agent: Agent): agent is Agent & Adding {
  return 'addRequest' in agent && typeof agent.addRequest === 'function';
}

function count(answer: IncomingMessage): void {
  const { most } = BOUNDS.dockerAnswer;
  let bytes = 0;
  answer.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > most) answer.destroy(new Error(`more than ${most / 1024 / 1024} MB`));
  });
}
