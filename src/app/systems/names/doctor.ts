import { VigieError } from '#kernel/errors.ts';
import { addressesOf, type AskedServer } from '#domain/names/name-view.ts';
import type { NamesReader } from '#ports/names.ts';
import { absent, bad, good, type Finding, type Words } from '../../finding.ts';
import type { Examination } from '../system.ts';

/** Whether each configured name is answered for, by each server of its zone and by the resolver. */
export async function lookAtNames(names: NamesReader | null, { words }: Examination): Promise<readonly Finding[]> {
  if (names === null || names.list().length === 0)
    return [absent('names', 'no names.public configured: `dns` knows the names of routes alone')];
  return await Promise.all(names.list().map((name) => lookAtName(names, name, words)));
}

async function lookAtName(names: NamesReader, name: string, words: Words): Promise<Finding> {
  const what = `name ${name}`;
  try {
    const view = await names.look(name);
    const silent = [...view.servers, view.resolver].flatMap(({ problem }: AskedServer) => problem ?? []);
    if (silent.length > 0) return bad(what, silent.map(({ code, params }) => words(new VigieError(code, params))).join(' '));
    const found = addressesOf(view);
    if (found.length === 0) return bad(what, 'leads to no address. Correct its DNS records, or take it out of names.public');
    return good(what, `${found.join(', ')}, by ${view.servers.length} servers of ${view.zone ?? 'no zone'}`);
  } catch (error) {
    return bad(what, words(error));
  }
}
