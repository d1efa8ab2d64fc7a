import type { ShownCertificate } from '#actions/network/certificates.ts';
import { standingOfNames, type NamesStanding } from '#actions/network/standing.ts';
import type { NameFinding } from '#domain/names/judge.ts';
import type { StatusAbout, StatusLine } from '#ports/status.ts';

/** Names of one line: the rest is a number, since a phone is small. */
const SHOWN = 3;

/** Public names that lead nowhere, or to the wrong machine, and certificates near their end. Of one thing, nothing: its routes name it. */
export async function namesStatus({ names, around }: StatusAbout, signal: AbortSignal): Promise<readonly StatusLine[]> {
  if (names !== null) return [];
  const standing = await standingOfNames(around, signal);
  if (standing.looked.length === 0 && standing.unlisted === null) return [];
  return [...nameTroubles(standing), ...certificateTroubles(standing), ...wellOf(standing)];
}

function nameTroubles({ looked, unlisted, unsure }: NamesStanding): readonly StatusLine[] {
  const found = looked.flatMap(({ name, findings }) => findings.map((finding) => ({ name, finding })));
  const of = <K extends NameFinding['kind']>(kind: K) =>
    found.flatMap(({ name, finding }) => (isOf(finding, kind) ? [{ name, finding }] : []));
  const unknown = looked.filter(({ view }) => view === null).map(({ name }) => name);
  const amiss = (['lame', 'behind', 'disagree', 'silent', 'signature'] as const).flatMap((kind) => of(kind).map(({ name }) => name));
  return [
    ...line(
      'names-missing',
      of('missing').map(({ name }) => name),
    ),
    ...grouped(of('dead'), ({ address, machine }) => ({ address, machine })).flatMap(([about, all]) => line('names-dead', all, about)),
    ...grouped(of('stranger'), ({ address, nearest }) => ({ address, nearest })).flatMap(([about, all]) =>
      line('names-stranger', all, about),
    ),
    ...grouped(of('spare'), ({ address }) => ({ address })).flatMap(([about, all]) => line('names-spare', all, about)),
    ...line('names-amiss', amiss),
    ...line('names-unknown', unknown),
    ...line('names-unsure', unsure),
    ...(unlisted === null ? [] : [trouble('names-unlisted', {})]),
  ];
}

function certificateTroubles({ looked, shown }: NamesStanding): readonly StatusLine[] {
  const bad = shown.filter(({ state }) => state === 'bad');
  const made = bad.filter(({ certificate }) => certificate?.maker === 'traefik').map(({ name }) => name);
  const soon = shown.filter(({ state }) => state === 'soon').toSorted((a, b) => (a.days ?? 0) - (b.days ?? 0));
  return [
    ...line('certificates-traefik', made),
    ...unique(bad.filter(({ name }) => !made.includes(name)).map(({ name }) => name)).flatMap((name) => badCertificate(name, shown)),
    ...line(
      'certificates-soon',
      soon.map(({ name }) => name),
      { days: soon[0]?.days ?? null },
    ),
    ...line(
      'certificates-unknown',
      shown.filter((each) => each.state === 'unknown' && !isTold(each, looked)).map(({ name }) => name),
    ),
  ];
}

/** Nobody is there to show one, and that is told already. */
function isTold({ name, address }: ShownCertificate, looked: NamesStanding['looked']): boolean {
  const findings = looked.find((each) => each.name === name)?.findings ?? [];
  return findings.some((finding) => (finding.kind === 'dead' || finding.kind === 'stranger') && finding.address === address);
}

function badCertificate(name: string, shown: NamesStanding['shown']): readonly StatusLine[] {
  const problem = shown.find((each) => each.name === name && each.state === 'bad')?.problem ?? null;
  return [trouble('certificate-bad', { name, problem: problem === null ? null : { code: problem.code, params: problem.params } })];
}

/** Only what was seen to be well counts. */
function wellOf({ looked, shown, unsure }: NamesStanding): readonly StatusLine[] {
  const names = looked.filter(
    ({ name, view, findings }) =>
      view !== null && !unsure.includes(name) && findings.every(({ kind }) => kind === 'ttl' || kind === 'resolver'),
  ).length;
  const certificates = new Set(shown.map(({ name }) => name));
  for (const { name, state } of shown) if (state !== 'well') certificates.delete(name);
  return [
    ...(names === 0 ? [] : [{ level: 'well', says: 'names', about: { names } } as const]),
    ...(certificates.size === 0 ? [] : [{ level: 'well', says: 'certificates', about: { certificates: certificates.size } } as const]),
  ];
}

function isOf<K extends NameFinding['kind']>(finding: NameFinding, kind: K): finding is Extract<NameFinding, { kind: K }> {
  return finding.kind === kind;
}

function trouble(says: string, about: StatusLine['about']): StatusLine {
  return { level: 'trouble', says, about };
}

/** One line about several names; none where there are none. */
function line(says: string, all: readonly string[], about: StatusLine['about'] = {}): readonly StatusLine[] {
  const names = unique(all);
  if (names.length === 0) return [];
  return [trouble(says, { ...about, count: names.length, names: names.slice(0, SHOWN), more: Math.max(0, names.length - SHOWN) })];
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

type Of<F> = { readonly name: string; readonly finding: F };

/** Names by what is the same of all of them. */
function grouped<F>(
  found: readonly Of<F>[],
  of: (finding: F) => StatusLine['about'],
): readonly (readonly [StatusLine['about'], readonly string[]])[] {
  const groups = new Map<string, readonly [StatusLine['about'], string[]]>();
  for (const { name, finding } of found) {
    const about = of(finding);
    const key = JSON.stringify(about);
    const group = groups.get(key) ?? [about, []];
    group[1].push(name);
    groups.set(key, group);
  }
  return [...groups.values()];
}
