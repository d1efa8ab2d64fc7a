import { parentPort } from 'node:worker_threads';

/** Never answers: what a drawing that hangs looks like from outside. */
parentPort?.on('message', () => undefined);
