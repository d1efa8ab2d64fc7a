import { describe, expect, it } from 'vitest';
import { judgeJob } from '#domain/swarm/job.ts';

const task = (state: string, of: { slot?: number; node?: string; iteration?: number; error?: string } = {}) => ({
  state,
  slot: of.slot ?? (of.node === undefined ? 1 : null),
  node: of.node ?? null,
  error: of.error ?? null,
  createdAt: 0,
  iteration: of.iteration ?? 2,
});
const job = (completions: number | null, tries: number | null = null) => ({ job: { iteration: 2, completions, tries } });

describe('a job that was run again', () => {
  it('has completed when each of its places has', () => {
    expect(judgeJob(job(2), [task('complete'), task('complete', { slot: 2 })], 1)).toMatchObject({
      state: 'completed',
      completed: 2,
      wanted: 2,
    });
    expect(judgeJob(job(2), [task('complete'), task('running', { slot: 2 })], 1)).toMatchObject({ state: 'running', completed: 1 });
  });

  it('takes nothing of an earlier run for this one', () => {
    expect(judgeJob(job(1), [task('complete', { iteration: 1 })], 1).state).toBe('running');
    expect(judgeJob({ job: { iteration: 1, completions: 1, tries: null } }, [task('complete', { iteration: 1 })], 1).state).toBe('running');
  });

  it('on each node has completed when all nodes that have it are done', () => {
    expect(judgeJob(job(null), [task('complete', { node: 'a' }), task('starting', { node: 'b' })], 1).state).toBe('running');
    expect(judgeJob(job(null), [task('complete', { node: 'a' }), task('complete', { node: 'b' })], 1)).toMatchObject({
      state: 'completed',
      wanted: 2,
    });
  });

  it('may fail as often as it is tried', () => {
    const failed = task('failed', { error: 'task: non-zero exit (1)' });
    expect(judgeJob(job(1, 2), [failed], 1).state).toBe('running');
    expect(judgeJob(job(1, 2), [failed, failed], 1)).toMatchObject({
      state: 'failed',
      failures: [{ node: null, error: 'task: non-zero exit (1)', count: 2 }],
    });
  });

  it('isn’t waited for once it has failed three times, though Docker goes on trying', () => {
    expect(judgeJob(job(1), [task('failed'), task('failed'), task('ready')], 1).state).toBe('running');
    expect(judgeJob(job(1), [task('failed'), task('failed'), task('failed'), task('ready')], 1).state).toBe('failed');
  });
});
