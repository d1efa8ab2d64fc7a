import type { Context } from '../operation/context.ts';

/** What finding out and entering what is due needs of the context. */
export type JobContext = Pick<Context, 'clock' | 'store' | 'jobs' | 'log' | 'operationsChannel' | 'wake' | 'entries' | 'clients'>;
