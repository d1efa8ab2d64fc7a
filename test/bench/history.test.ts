import { describe, expect, it } from 'vitest';
import { compared, recorded } from './history.ts';
import { launch } from './launch.ts';
import { floorOf, type Row } from './table.ts';

const row = (what: string, measured: number, least: number): Row => ({
  what,
  measured: '',
  aim: '',
  ...floorOf(measured, least, 'ms', 'as little'),
});
const KNOWN = { '0.1.0': { start: 9, memory: 3 }, '0.2.0': { start: 10, memory: 2 } };

describe('the history of ratios', () => {
  it('tells what is worse than at the last release by more than a tenth', () => {
    expect(compared(KNOWN, [row('start', 109, 10), row('memory', 23, 10), row('fresh', 99, 1)])).toEqual([
      'worse than 0.2.0: memory: 2.30 times its floor, 2.00 then',
    ]);
  });

  it('says so when nothing is', () => {
    expect(compared(KNOWN, [row('start', 100, 10), row('fresh', 9, 1)])).toEqual([
      'nothing of 1 ratios is worse than 0.2.0 by more than 10 %',
    ]);
    expect(compared({}, [row('start', 100, 10)])).toEqual(['no release was measured so far: nothing to compare with']);
  });

  it('keeps what was not measured this time', () => {
    const rows = [row('start', 50, 10), { what: 'without a floor', measured: '', aim: '' }];
    expect(recorded(KNOWN, '0.2.0', rows)).toEqual({ ...KNOWN, '0.2.0': { start: 5, memory: 2 } });
    expect(Object.keys(recorded(KNOWN, '0.3.0', rows))).toEqual(['0.1.0', '0.2.0', '0.3.0']);
  });
});

describe('what is measured', () => {
  it('is started as bin/vigie starts it', () => {
    const { flags, env } = launch();
    expect(flags).toContain('--expose-gc');
    expect(flags.every((flag) => flag.startsWith('--'))).toBe(true);
    expect(env['MALLOC_MMAP_THRESHOLD_']).toBe('81920');
  });
});
