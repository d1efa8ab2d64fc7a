import { firstBroken, type HopView } from '#domain/routes/way.ts';
import type { WalkedWay } from './way.ts';

/** A command that might help: an action, and what to do it to. */
export interface Help {
  readonly action: string;
  readonly target: string | null;
}

/** The first broken hop, and what to type next for it: to see more first, then to mend. */
export function helpFor(
  name: string,
  { hops, service, proxy }: WalkedWay,
): { readonly first: HopView | null; readonly help: readonly Help[] } {
  const first = firstBroken(hops);
  const actions = first === null ? [] : actionsFor(first, { name, service, proxy });
  return { first, help: actions.flatMap(([action, target]) => (target === undefined ? [] : [{ action, target }])) };
}

/** An action whose target nobody knows is left out. */
type Proposed = readonly [action: string, target: string | null | undefined];

interface About {
  readonly name: string;
  readonly service: string | null;
  readonly proxy: string | null;
}

function actionsFor({ hop, reason, about }: HopView, { name, service, proxy }: About): readonly Proposed[] {
  const own = service ?? undefined;
  const traefik = proxy ?? undefined;
  switch (hop) {
    case 'dns':
      return [['dns', name]];
    case 'address':
      return [
        ['dns', name],
        ['start', reason === 'dead' ? textOf(about['machine']) : undefined],
      ];
    case 'connect':
      return [
        ['dns', name],
        ['status', null],
        ['logs', traefik],
      ];
    case 'tls':
      return [
        ['certificates', name],
        ['logs', traefik],
      ];
    case 'http':
      return reason === 'no-router'
        ? [
            ['routes', name],
            ['logs', traefik],
            ['restart', traefik],
          ]
        : [
            ['logs', own ?? traefik],
            ['restart', own],
          ];
    case 'router':
      return [
        ['routes', name],
        ['services', null],
      ];
    case 'service':
      return [
        ['releases', own],
        ['scale', own === undefined ? undefined : `${own} 1`],
      ];
    case 'network':
      return [
        ['routes', name],
        ['releases', own],
        ['rollback', own],
      ];
    case 'tasks':
      return [
        ['logs', own],
        ['restart', own],
        ['rollback', own],
      ];
    case 'database':
      return [
        ['logs', textOf(about['server'])],
        ['restart', textOf(about['server'])],
      ];
    case 'disk':
      return (listOf(about['machines']) ?? []).flatMap((machine): Proposed[] => [
        ['space', machine],
        ['clean', machine],
      ]);
    default:
      return hop satisfies never;
  }
}

function textOf(value: HopView['about'][string] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function listOf(value: HopView['about'][string] | undefined): readonly string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}
