import { z } from 'zod';
import type { Forward, Forwards } from '#ports/network.ts';

const ruleset = z.object({ nftables: z.array(z.record(z.string(), z.unknown())) });
const rule = z.object({ chain: z.string(), expr: z.array(z.record(z.string(), z.unknown())).default([]) });

const port = z.union([
  z.int().transform(String),
  z.object({ range: z.tuple([z.int(), z.int()]) }).transform(({ range }) => range.join('-')),
]);
const ports = z.union([port.transform((one) => [one]), z.object({ set: z.array(port) }).transform(({ set }) => set)]);
const prefix = z
  .object({ prefix: z.object({ addr: z.string(), len: z.int() }) })
  .transform(({ prefix: { addr, len } }) => `${addr}/${len}`);
const address = z.union([z.string(), prefix]);
const addresses = z.union([address.transform((one) => [one]), z.object({ set: z.array(address) }).transform(({ set }) => set)]);
const portMatch = z.object({
  op: z.literal('=='),
  left: z.object({ payload: z.object({ protocol: z.enum(['tcp', 'udp']), field: z.literal('dport') }) }),
  right: ports,
});
const addressMatch = z.object({
  op: z.literal('=='),
  left: z.object({ payload: z.object({ protocol: z.enum(['ip', 'ip6']), field: z.literal('daddr') }) }),
  right: addresses,
});
const protocolMatch = z.object({ left: z.object({ meta: z.object({ key: z.literal('l4proto') }) }), right: z.enum(['tcp', 'udp']) });
/** Matches that say nothing of where something is led to, as the interface it comes in at. */
const otherMatch = z.object({ left: z.object({ meta: z.object({ key: z.string() }) }) });

const target = z.object({ addr: z.string(), port: z.int().optional() });
const mapped = z.object({
  addr: z.object({
    map: z.object({
      key: z.object({ payload: z.object({ protocol: z.enum(['tcp', 'udp']), field: z.literal('dport') }) }),
      data: z.object({
        set: z.array(z.tuple([port, z.union([z.string(), z.object({ concat: z.tuple([z.string(), z.int()]) })])])),
      }),
    }),
  }),
});

/** Forwards among all rules of `nft -j list ruleset`; null where it printed something else. Those of iptables stand there without where they lead. */
export function parseNft(value: unknown): Forwards | null {
  const read = ruleset.safeParse(value);
  if (!read.success) return null;
  const list: Forward[] = [];
  let unread = 0;
  for (const entry of read.data.nftables) {
    const found = rule.safeParse(entry['rule']);
    const dnat: unknown = found.success ? found.data.expr.find((each) => 'dnat' in each)?.['dnat'] : undefined;
    if (!found.success || dnat === undefined) continue;
    const forwards = forwardsOf(found.data.expr, dnat);
    if (forwards === null) unread += 1;
    else list.push(...forwards);
  }
  return { list, unread };
}

function forwardsOf(expr: readonly Readonly<Record<string, unknown>>[], dnat: unknown): readonly Forward[] | null {
  const matches = expr.flatMap((each) => ('match' in each ? [each['match']] : []));
  const known = [portMatch, addressMatch, protocolMatch, otherMatch];
  if (!matches.every((match) => known.some((form) => form.safeParse(match).success))) return null;
  const [byPort] = matches.flatMap((match) => portMatch.safeParse(match).data ?? []);
  const [byAddress] = matches.flatMap((match) => addressMatch.safeParse(match).data ?? []);
  const [byProtocol] = matches.flatMap((match) => protocolMatch.safeParse(match).data ?? []);
  const to: readonly (string | null)[] = byAddress?.right ?? [null];
  const protocol = byPort?.left.payload.protocol ?? byProtocol?.right ?? null;
  const straight = target.safeParse(dnat);
  if (straight.success) {
    const { addr, port: toPort = null } = straight.data;
    const wanted: readonly (string | null)[] = byPort?.right ?? [null];
    return to.flatMap((each) =>
      wanted.map((one) => ({ protocol, address: each, port: one, to: addr, toPort: toPort === null ? null : String(toPort) })),
    );
  }
  const map = mapped.safeParse(dnat);
  if (!map.success) return null;
  const { key, data } = map.data.addr.map;
  return to.flatMap((each) =>
    data.set.map(([one, where]) => {
      const [addr, toPort] = typeof where === 'string' ? [where, null] : where.concat;
      return { protocol: key.payload.protocol, address: each, port: one, to: addr, toPort: toPort === null ? null : String(toPort) };
    }),
  );
}
