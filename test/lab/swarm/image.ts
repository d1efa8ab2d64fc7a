/** What the container of an image does in the lab. */
export interface ImageBehaviour {
  /** From its start until it runs (healthy), or fails. */
  readonly startMs: number;
  /** How it ends instead of running: its health check fails, or its process exits with 1. */
  readonly fails: 'unhealthy' | 'exit' | null;
  /** It runs, then exits with 1 after so long. */
  readonly exitsAfterMs: number | null;
  /** It runs, then ends well after so long, as a job does. */
  readonly completesAfterMs: number | null;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** A container that is up after a second and stays. */
export const HEALTHY: ImageBehaviour = {
  startMs: 1000,
  fails: null,
  exitsAfterMs: null,
  completesAfterMs: null,
  stdout: ['listening on port 8080'],
  stderr: [],
};

/** One whose health check fails: Docker kills it after its retries. */
export const UNHEALTHY: ImageBehaviour = { ...HEALTHY, startMs: 3000, fails: 'unhealthy' };

/** One whose process ends at once. */
export const CRASHING: ImageBehaviour = {
  ...HEALTHY,
  fails: 'exit',
  stdout: [],
  stderr: ['fatal: could not open the database'],
};

/** A job's: it does its work and ends. */
export const COMPLETING: ImageBehaviour = { ...HEALTHY, completesAfterMs: 2000, stdout: ['working'] };
