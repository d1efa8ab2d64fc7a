import { describe, expect, it } from 'vitest';
import { isGuestName, namedAfter } from '#domain/hypervisor/guest-name.ts';
import { restorePercent } from '#domain/hypervisor/vzdump-log.ts';

describe('the name of a VM', () => {
  it.each(['pica01', 'a', 'pica01-restored', 'mail.example.org', 'A1', 'x'.repeat(63)])('may be %j', (name) => {
    expect(isGuestName(name)).toBe(true);
  });

  it.each(['', '-a', 'a-', 'a_b', 'é', 'a b', 'a..b', '.a', 'a.', 'a/b', '../a', 'a\nb', 'x'.repeat(64)])('is never %j', (name) => {
    expect(isGuestName(name)).toBe(false);
  });

  it('that is made of another one is as long as it may be, and says what it is', () => {
    expect(namedAfter('pica01', '-restored')).toBe('pica01-restored');
    expect(namedAfter('x'.repeat(63), '-restored')).toBe(`${'x'.repeat(54)}-restored`);
  });
});

describe('the log of a restore', () => {
  it('says how far it is', () => {
    expect(restorePercent([])).toBeNull();
    expect(restorePercent(['progress 1% (read 171835392 bytes, duration 0 sec)', 'progress 42% (read 1 bytes, duration 66 sec)'])).toBe(42);
    expect(restorePercent(['INFO:  42% (13.4 GiB of 32.0 GiB) in 1m 6s', 'progress 420% (read'])).toBeNull();
  });
});
