import { z } from 'zod';
import { VigieError } from '#kernel/errors.ts';
import type { NodeView } from '#ports/swarm.ts';
import { nodeAnswer } from './answers.ts';
import type { Daemon } from './daemon.ts';
import { refusalOf } from './failures.ts';
import { onNewestVersion } from './newest-version.ts';

/** The index that a change has to name, and the specification that it has to repeat whole. */
const versionedNode = nodeAnswer.extend({ Version: z.looseObject({ Index: z.number() }) });

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
  await onNewestVersion(async () => {
    const { Version: version, Spec: spec } = await inspect(daemon, id, signal);
    if (spec.Availability === availability) return;
    const body = { _query: { version: version.Index }, _body: { ...spec, Availability: availability } };
    await daemon.send(signal, (call) => call.docker.getNode(id).update({ ...body, abortSignal: call.signal }));
  });
}

async function inspect(daemon: Daemon, id: string, signal?: AbortSignal) {
  try {
    return await daemon.ask(versionedNode, signal, ({ docker }) => docker.getNode(id).inspect());
  } catch (error) {
    if (refusalOf(error)?.status === 404) throw new VigieError('swarm_node_unknown', { node: id, nearest: null }, error);
    throw error;
  }
}
