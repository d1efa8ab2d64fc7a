import { describe, expect, it } from 'vitest';
import { fingerprintOf, pinOf } from '#adapters/ssh/host-key.ts';

describe('a host key', () => {
  it('has the fingerprint that ssh-keygen prints', () => {
    const key = Buffer.from('AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl', 'base64');
    expect(fingerprintOf(key)).toBe('SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU');
  });

  it('is the same with its padding', () => {
    expect(pinOf(`SHA256:${'a'.repeat(43)}=`)).toBe(`SHA256:${'a'.repeat(43)}`);
  });

  it.each(['', 'yes', 'SHA256:', 'MD5:00:11', `SHA256:${'a'.repeat(44)}`])('is not pinned by %j', (pin) => {
    expect(() => pinOf(pin)).toThrow(TypeError);
  });
});
