import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import type { NodeView } from '#ports/swarm.ts';
import { nodeAnswer } from './answers.ts';
import type { Daemon } from './daemon.ts';
import { refusalOf } from './failures.ts';

/** The index that a change has to name, and the specification that it has to repeat whole. */
const versionedNode = nodeAnswer.extend({ Version: z.looseObject({ Index: z.number() }) });

/** Docker's words when the version index isn't the node's any more: its status moves it too. */
const OUT_OF_SEQUENCE = 'update out of sequence';
const TRIES = 5;

/**
 * Says whether a node takes tasks. Labels and role stay as they are.
 * @param id the node's own, not its name
 * @throws swarm_node_unknown
 */
export async function setAvailability(
  daemon: Daemon,
  id: string,
  availability: NodeView['availability'],
  signal?: AbortSignal,
): Promise<void> {
  for (let left = TRIES; ; left -= 1) {
    const { Version: version, Spec: spec } = await inspect(daemon, id, signal);
    if (spec.Availability === availability) return;
    const body = { _query: { version: version.Index }, _body: { ...spec, Availability: availability } };
    try {
      await daemon.send(signal, (call) => call.docker.getNode(id).update({ ...body, abortSignal: call.signal }));
      return;
    } catch (error) {
      if (left === 1 || refusalOf(error)?.message.includes(OUT_OF_SEQUENCE) !== true) throw error;
    }
  }
}

async function inspect(daemon: Daemon, id: string, signal?: AbortSignal) {
  try {
    return await daemon.ask(versionedNode, signal, ({ docker }) => docker.getNode(id).inspect());
  } catch (error) {
    if (refusalOf(error)?.status === 404) throw new VigieError('swarm_node_unknown', { node: id, nearest: null }, error);
    throw error;
  }
}
