import { describe, expect, it } from 'vitest';
import { canonicalAddress, isSameAddresses } from '#domain/names/address.ts';
import { addressBytes } from '#adapters/names/update/wire.ts';

describe('an address', () => {
  it.each([
    ['91.224.148.60', '91.224.148.60'],
    ['2001:DB8::60', '2001:db8::60'],
    ['2001:db8:0:0:0:0:0:60', '2001:db8::60'],
    ['::ffff:192.0.2.1', '::ffff:c000:201'],
  ])('%s is %s', (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each([
    '',
    '91.224.148',
    '91.224.148.256',
    '91.224.148.60.',
    '1.2.3.4.5',
    'team',
    '2001:db8',
    '2001:db8:::1',
    'fe80::1%eth0',
    '[::1]',
    '::1]/x',
    '١.٢.٣.٤',
  ])('%j is none', (text) => {
    expect(canonicalAddress(text)).toBeNull();
  });

  it('is the same in every form, and so are several in any order', () => {
    expect(isSameAddresses(['2001:DB8::1', '192.0.2.1'], ['192.0.2.1', '2001:db8:0::1'])).toBe(true);
    expect(isSameAddresses(['192.0.2.1'], ['192.0.2.1', '192.0.2.2'])).toBe(false);
  });

  it.each([
    ['192.0.2.57', 'c0000239'],
    ['2001:db8::60', '20010db8000000000000000000000060'],
    ['::', '0'.repeat(32)],
    ['::1', `${'0'.repeat(31)}1`],
    ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201'],
    ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ])('%s is %s in a record', (address, hex) => {
    expect(addressBytes(address).toString('hex')).toBe(hex);
  });
});
