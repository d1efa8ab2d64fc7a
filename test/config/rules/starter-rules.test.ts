import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadAssets } from '#app/app/assets.ts';
import { remedyChecker } from '#app/app/remedies.ts';
import { loadRules } from '#config/rules/load-rules.ts';
import { DEFAULTS } from './written.ts';

const folder = join(import.meta.dirname, '../../../templates/rules');
const checkRemedy = remedyChecker(await loadAssets());
const { rules, problems, warnings } = loadRules([folder], { ...DEFAULTS, checkRemedy, environment: () => undefined });

/** French signs without the space that belongs before them, and straight quotes. */
const SLIPS = /[^\u00a0][:;?!»%]|'|"/u;

describe('starter rules', () => {
  it('load without a word', () => {
    expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
    expect(rules.map(({ name }) => name).toSorted()).toEqual([
      'Address held twice',
      'Backup too old',
      'Brick down',
      'CPU busy',
      'CPU taken by others',
      'CPU waits for disks',
      'Certificate about to end',
      'Certificate ends soon',
      'Certificate made by Traefik itself',
      'Container keeps dying',
      'Container unhealthy',
      'Disk failing',
      'Disk filling up',
      'Disk full',
      'Disk full soon',
      'Disk hot',
      'Disk worn',
      'Elasticsearch red',
      'Elasticsearch yellow',
      'Errors in the log',
      'Heal pending',
      'Host silent',
      'Inodes running out',
      'Memory nearly full',
      'Name leads to a dead machine',
      'RAID degraded',
      'RAID disk failed',
      'RAID inconsistent',
      'RAID rebuilding',
      'Requests fail',
      'SSH logins fail',
      'Site down',
      'Split-brain',
      'Swap nearly full',
      'Volume full soon',
      'Volume not mounted',
    ]);
  });

  it.each(rules.map((rule) => [rule.name, rule] as const))('%s says what is wrong and what to do, in both languages', (_name, rule) => {
    for (const words of [rule.summary, rule.runbook]) {
      expect(Object.keys(words)).toEqual(['en', 'fr']);
      expect(words['fr']).not.toBe(words['en']);
      const french = (words['fr'] ?? '').replaceAll(/`[^`]*`/gu, '').replaceAll(/^\d+\./gmu, '');
      expect(SLIPS.exec(french)?.[0]).toBeUndefined();
    }
    expect(rule.queryKey).not.toEqual([]);
  });

  it('a silent host keeps its other alerts quiet', () => {
    expect(rules.find(({ name }) => name === 'Host silent')?.inhibits).toEqual([{ 'host.name': '{host.name}' }]);
  });

  it('proposes a restart of what is unhealthy', () => {
    expect(rules.flatMap(({ remedy }) => remedy ?? [])).toEqual(['restart {container.labels.com_docker_swarm_service_name}']);
  });
});
