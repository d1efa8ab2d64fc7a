import type { LoadedConfig } from '#config/load.ts';
import { startApp } from '../app.ts';

/** Runs until SIGTERM or SIGINT; what is under way is parked and goes on at the next start. */
export async function run(loaded: LoadedConfig): Promise<number> {
  const app = await startApp(loaded);
  return await new Promise((resolve) => {
    const stop = (): void => {
      app.log.info({}, 'stopping');
      app.stop().then(
        () => resolve(0),
        (error: unknown) => {
          app.log.error({ error }, 'stopping failed');
          resolve(1);
        },
      );
    };
    const reload = (): void => {
      app.reloadRules().catch((error: unknown) => app.log.error({ error }, 'the rules could not be read again'));
    };
    process.on('SIGHUP', reload);
    process.once('SIGTERM', stop);
    process.once('SIGINT', stop);
  });
}
