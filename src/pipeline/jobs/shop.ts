import type { Workshop } from '../operation/workshop.ts';

/** What finding out and entering what is due needs of the workshop. */
export type JobShop = Pick<Workshop, 'clock' | 'store' | 'jobs' | 'log' | 'operationsChannel' | 'wake'>;
