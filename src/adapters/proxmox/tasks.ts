import { VigieError } from '#kernel/errors.ts';
import type { HypervisorTask, TaskEnd } from '#ports/hypervisor.ts';
import { LOG, TASK, TASKS } from './answers.ts';
import type { Client } from './client.ts';
import { onlineNodes } from './cluster-view.ts';
import { guestViews } from './guests.ts';
import { parseUpid, type Upid } from './upid.ts';

/** @throws task_unknown for what is no UPID */
export function upidOf(id: string): Upid {
  const upid = parseUpid(id);
  if (upid === null) throw new VigieError('task_unknown', { task: id });
  return upid;
}

export function taskPath(id: string, ...below: readonly string[]): readonly string[] {
  return ['nodes', upidOf(id).node, 'tasks', id, ...below];
}

export async function taskView(client: Client, id: string, signal?: AbortSignal): Promise<HypervisorTask> {
  const { node } = upidOf(id);
  const { status, exitstatus } = await client.read(TASK, { path: taskPath(id, 'status') }, signal, { node, task: id });
  return taskOf(id, status === 'running' ? { state: 'running' } : endOf(exitstatus));
}

function taskOf(id: string, end: TaskEnd): HypervisorTask {
  const { node, kind, vmid, startedAt } = upidOf(id);
  return { id, node, kind, vmid, startedAt, end };
}

/** `OK`, `WARNINGS: 2`, or what went wrong. A worker that was killed leaves nothing. */
function endOf(words: string | undefined): TaskEnd {
  if (words === 'OK') return { state: 'ok' };
  const warnings = /^WARNINGS: (\d+)$/u.exec(words ?? '')?.[1];
  if (warnings !== undefined) return { state: 'warnings', count: Number(warnings) };
  return { state: 'failed', reason: words?.trim() || 'unexpected status' };
}

const PAGE = 1_000;
/** A log of more pages than this is nobody's to read; its newest lines are then the newest that were looked at. */
const PAGES = 100;

/** Proxmox counts from the beginning: the newest lines are known at the end. */
export async function taskLog(client: Client, id: string, lines: number, signal?: AbortSignal): Promise<readonly string[]> {
  const { node } = upidOf(id);
  let newest: readonly string[] = [];
  for (let page = 0; page < PAGES; page += 1) {
    const params = { start: page * PAGE, limit: PAGE };
    const found = await client.read(LOG, { path: taskPath(id, 'log'), params }, signal, { node, task: id });
    newest = [...newest, ...found.map(({ t }) => t ?? '')].slice(-lines);
    if (found.length < PAGE) break;
  }
  return lines === 0 || isEmptyLog(newest) ? [] : newest;
}

/** How Proxmox shows a log without a line. */
function isEmptyLog(lines: readonly string[]): boolean {
  return lines.length === 1 && lines[0] === 'no content';
}

const NEWEST = 500;

/**
 * Newest first, from every node that is online: the guest may have moved since.
 * @param since milliseconds; what began within the same second counts
 * @throws node_offline when the guest's own node is: what runs there can't be told
 */
export async function tasksOf(client: Client, vmid: number, since: number, signal?: AbortSignal): Promise<readonly HypervisorTask[]> {
  const nodes = await onlineNodes(client, signal);
  const home = (await guestViews(client, signal)).find((guest) => guest.vmid === vmid)?.node;
  if (home !== undefined && !nodes.includes(home)) throw new VigieError('node_offline', { node: home });
  const from = Math.floor(since / 1000);
  const params = { source: 'all', vmid, since: from, limit: NEWEST };
  const lists = await Promise.all(nodes.map((node) => client.read(TASKS, { path: ['nodes', node, 'tasks'], params }, signal, { node })));
  return lists
    .flat()
    .flatMap(({ upid, status }) => {
      const parts = parseUpid(upid);
      if (parts === null || parts.vmid !== vmid || parts.startedAt < from * 1000) return [];
      const end: TaskEnd = status === undefined || status === 'RUNNING' ? { state: 'running' } : endOf(status);
      return [{ task: taskOf(upid, end), tick: parts.tick }];
    })
    .toSorted((one, other) => other.task.startedAt - one.task.startedAt || other.tick - one.tick)
    .map(({ task }) => task);
}
