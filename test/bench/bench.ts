import { parseArgs } from 'node:util';
import { benchAlerts, lackingForAlerts } from './alerts.ts';
import { chartRows } from './charts.ts';
import { benchChat } from './chat.ts';
import { databaseRows, lackingForDatabases } from './databases.ts';
import { metricRows } from './metrics.ts';
import { print } from './table.ts';

// npm run bench [-- chat|charts|databases|metrics|alerts …] [-- --minutes 3]

const { values, positionals } = parseArgs({ options: { minutes: { type: 'string', default: '3' } }, allowPositionals: true });
// Clients of chat and search say things of their own.
console.log = () => undefined;
const wanted = (part: string): boolean => positionals.length === 0 || positionals.includes(part);
if (wanted('chat')) print(await benchChat());
if (wanted('charts')) print(await chartRows());
if (wanted('databases')) await onDatabases();
if (wanted('metrics') || wanted('alerts')) await onElasticsearch();
process.exit(0);

async function onDatabases(): Promise<void> {
  const lacking = await lackingForDatabases();
  if (lacking === null) print(await databaseRows());
  else process.stdout.write(`databases: not measured, since ${lacking}\n`);
}

async function onElasticsearch(): Promise<void> {
  const lacking = await lackingForAlerts();
  if (lacking !== null) {
    process.stdout.write(`metrics and alerts: not measured, since ${lacking}\n`);
    return;
  }
  if (wanted('metrics')) print(await metricRows());
  if (wanted('alerts')) print(await benchAlerts(Number(values.minutes)));
}
