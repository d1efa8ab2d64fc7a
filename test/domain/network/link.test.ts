import { expect, it } from 'vitest';
import { linkOf } from '#domain/network/link.ts';

const on = (address: string, prefix: number, name = 'eth0') => ({ address, prefix, interface: name });

it.each([
  ['of the same network', '10.0.0.57', [on('10.0.0.12', 24)], 'eth0'],
  ['at the edge of it', '10.0.0.255', [on('10.0.0.12', 24)], 'eth0'],
  ['beside it', '10.0.1.57', [on('10.0.0.12', 24)], null],
  ['of a small network', '192.0.2.61', [on('192.0.2.57', 29)], 'eth0'],
  ['beside a small network', '192.0.2.64', [on('192.0.2.57', 29)], null],
  ['of the second interface', '192.0.2.57', [on('10.0.0.12', 24), on('192.0.2.60', 26, 'vmbr1')], 'vmbr1'],
  ['beside one that stands alone: it is routed there', '192.0.2.58', [on('192.0.2.57', 32)], null],
  ['beside one that says it is on every link', '192.0.2.58', [on('192.0.2.57', 0)], null],
  ['that is held already, by itself', '10.0.0.57', [on('10.0.0.57', 24)], null],
  ['of IPv6', 'fd00::57', [on('fd00::12', 64)], null],
  ['that is none', '10.0.0', [on('10.0.0.12', 24)], null],
])('an address %s', (_what, address, held, link) => {
  expect(linkOf(address, held)).toBe(link);
});
