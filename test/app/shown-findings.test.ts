import { describe, expect, it } from 'vitest';
import { absent, bad, good } from '#app/app/finding.ts';
import { shownFinding, summaryOf } from '#app/app/shown-findings.ts';
import { foundWithin } from '#app/app/within.ts';

describe('findings of doctor', () => {
  it('are summed up in a last line', () => {
    const findings = [good('store'), bad('Swarm', 'no manager'), absent('Proxmox', 'none configured')];
    expect(summaryOf(findings)).toBe('✗ 1 well, 1 wrong, 1 not configured');
    expect(summaryOf([good('store')])).toBe('✓ 1 well, 0 wrong, 0 not configured');
  });

  it('come in time from what hangs', async () => {
    const late = await foundWithin(20, 'Swarm', new Promise(() => undefined));
    expect(late).toEqual([bad('Swarm', 'no answer within 0.02 s. Look whether it is reached from here')]);
    expect(await foundWithin(1_000, 'store', Promise.resolve([good('store')]))).toEqual([good('store')]);
  });
});

describe('a finding of doctor', () => {
  it('that is well is one line, whatever it says', () => {
    expect(shownFinding(good('Swarm', 'Docker 29. Eight services'))).toBe('✓ Swarm: Docker 29. Eight services');
    expect(shownFinding(good('clock'))).toBe('✓ clock');
  });

  it('that nobody configured is neither well nor wrong', () => {
    expect(shownFinding(absent('backups', 'none configured: databases are dumped by nobody'))).toBe(
      '○ backups: none configured: databases are dumped by nobody',
    );
  });

  it('that is wrong has what to do on a line below', () => {
    expect(shownFinding(bad('store', '12 MB free in /var/lib/vigie. Make room'))).toBe(
      '✗ store: 12 MB free in /var/lib/vigie.\n  Make room',
    );
    expect(shownFinding(bad('Swarm', 'Docker on lab does not answer (refused).\nCheck that it runs. Then look again'))).toBe(
      '✗ Swarm: Docker on lab does not answer (refused).\n  Check that it runs. Then look again',
    );
  });
});
