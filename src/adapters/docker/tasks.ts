import { z } from 'zod';
import type { NetworkView, NodeView, TaskView } from '#ports/swarm.ts';
import { networkAnswer, type NodeAnswer, nodeAnswer, taskAnswer } from './answers.ts';
import type { Daemon } from './daemon.ts';
import { findService } from './services.ts';
import { nodeView, taskView } from './views.ts';

const nodes = z.array(nodeAnswer);
const tasks = z.array(taskAnswer);
const networks = z.array(networkAnswer);

/** With what is meant to run on each: two requests, whatever their number. */
export async function listNodes(daemon: Daemon, signal?: AbortSignal): Promise<readonly NodeView[]> {
  const filters = JSON.stringify({ 'desired-state': ['running'] });
  const [answers, running] = await Promise.all([
    nodeAnswers(daemon, signal),
    daemon.ask(tasks, signal, (call) => call.docker.listTasks({ filters, abortSignal: call.signal })),
  ]);
  // Docker's order is that of ids, which are of chance.
  return answers.map((answer) => nodeView(answer, running)).toSorted((a, b) => a.hostname.localeCompare(b.hostname));
}

/** Those of the Swarm. */
export async function listNetworks(daemon: Daemon, signal?: AbortSignal): Promise<readonly NetworkView[]> {
  const filters = JSON.stringify({ scope: ['swarm'] });
  const found = await daemon.ask(networks, signal, (call) => call.docker.listNetworks({ filters, abortSignal: call.signal }));
  return found.map(({ Id: id, Name: name }) => ({ id, name }));
}

function nodeAnswers(daemon: Daemon, signal?: AbortSignal): Promise<readonly NodeAnswer[]> {
  return daemon.ask(nodes, signal, (call) => {
    const query = { abortSignal: call.signal };
    return call.docker.listNodes(query);
  });
}

/** Names of the nodes by their ids. */
export async function hostnames(daemon: Daemon, signal?: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const answers = await nodeAnswers(daemon, signal);
  return new Map(answers.map((answer) => [answer.ID, answer.Description?.Hostname ?? answer.ID]));
}

/** Newest first. @throws service_unknown */
export async function listTasks(daemon: Daemon, service: string, signal?: AbortSignal): Promise<readonly TaskView[]> {
  const { ID: id } = await findService(daemon, service, signal);
  const filters = JSON.stringify({ service: [id] });
  const [answers, names] = await Promise.all([
    daemon.ask(tasks, signal, (call) => call.docker.listTasks({ filters, abortSignal: call.signal })),
    hostnames(daemon, signal),
  ]);
  return answers.map((answer) => taskView(answer, names)).toSorted((a, b) => b.createdAt - a.createdAt);
}
