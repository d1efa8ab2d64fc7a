import { z } from 'zod';
import { complaintOf } from '#ports/commands.ts';
import { must, refused, run, type GlusterMachine } from './machine.ts';
import { parseXml } from './xml.ts';

/** `--mode=script`: nothing is asked back. */
const GLUSTER = ['gluster', '--mode=script'];
const end = z.object({ cliOutput: z.object({ opRet: z.string(), opErrstr: z.string() }) });

/** An answer of `gluster … --xml`, in the form that is expected. @throws gluster_refused, with GlusterFS's own words */
export async function ask<S extends z.ZodType>(
  machine: GlusterMachine,
  words: readonly string[],
  schema: S,
  signal?: AbortSignal,
): Promise<z.output<S>> {
  const command = [...GLUSTER, '--xml', ...words];
  const result = await run(machine, command, signal);
  const xml = await parseXml(result.stdout);
  const said = end.safeParse(xml);
  // Without its daemon it prints a sentence, and with some errors nothing else.
  if (!said.success) throw refused(machine, command, result.stderr === '' ? result.stdout || complaintOf(result) : complaintOf(result));
  const { opRet, opErrstr } = said.data.cliOutput;
  if (opRet !== '0') throw refused(machine, command, opErrstr);
  const read = schema.safeParse(xml);
  if (!read.success) throw refused(machine, command, 'an answer of another form');
  return read.data;
}

/** A command that answers in a sentence, for what has no XML. @throws gluster_refused */
export async function tell(machine: GlusterMachine, words: readonly string[], signal?: AbortSignal): Promise<string> {
  const command = [...GLUSTER, ...words];
  const result = await run(machine, command, signal);
  if (result.code !== 0) throw refused(machine, command, result.stdout.trim() === '' ? complaintOf(result) : result.stdout);
  return result.stdout;
}

/** What a machine has installed: `10.3`. @throws gluster_refused */
export async function versionOf(machine: GlusterMachine, signal?: AbortSignal): Promise<string> {
  const command = ['gluster', '--version'];
  const { version } = /^glusterfs (?<version>\d[\w.]*)/u.exec(await must(machine, command, signal))?.groups ?? {};
  if (version === undefined) throw refused(machine, command, 'an answer of another form');
  return version;
}
