import { parentPort } from 'node:worker_threads';

/** Dies of drawings whose title says so; answers others with their number. */
parentPort?.on('message', ({ id, drawing }: { id: number; drawing: { panels: { title: string }[] } }) => {
  if (drawing.panels[0]?.title === 'die') process.exit(7);
  parentPort?.postMessage({ id, png: new Uint8Array([id]) });
});
