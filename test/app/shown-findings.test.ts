import { describe, expect, it } from 'vitest';
import { absent, bad, good } from '#app/app/finding.ts';
import { shownFinding } from '#app/app/shown-findings.ts';

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
