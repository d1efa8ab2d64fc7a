import { parseArgs } from 'node:util';
import { benchAlerts, lackingForAlerts } from './alerts.ts';
import { chartRows } from './charts.ts';
import { benchChat } from './chat.ts';
import { databaseRows, lackingForDatabases } from './databases.ts';
import { houseRows } from './house.ts';
import { manyRows } from './many.ts';
import { metricRows } from './metrics.ts';
import { lackingForPictures, pictureRows } from './pictures.ts';
import { print, type Row } from './table.ts';
import { transferRows } from './transfers.ts';

// npm run bench [-- chat|house|charts|pictures|databases|many|transfers|metrics|alerts …] [-- --minutes 3] [-- --only "postgres on a host"]

const { values, positionals } = parseArgs({
  options: { minutes: { type: 'string', default: '3' }, only: { type: 'string', default: '' } },
  allowPositionals: true,
});
// Clients of chat and search say things of their own.
console.log = () => undefined;
const wanted = (part: string): boolean => positionals.length === 0 || positionals.includes(part);
if (wanted('chat')) print(await benchChat());
if (wanted('house')) print(await houseRows());
if (wanted('charts')) print(await chartRows());
if (wanted('pictures')) await onMachines();
if (wanted('databases')) await onDatabases(databaseRows);
if (wanted('many')) await onDatabases(manyRows);
if (wanted('transfers')) await onDatabases(() => transferRows(values.only));
if (wanted('metrics') || wanted('alerts')) await onElasticsearch();
process.exit(0);

async function onDatabases(rows: () => Promise<readonly Row[]>): Promise<void> {
  const lacking = await lackingForDatabases();
  if (lacking === null) print(await rows());
  else process.stdout.write(`databases: not measured, since ${lacking}\n`);
}

async function onMachines(): Promise<void> {
  const lacking = await lackingForPictures();
  if (lacking === null) print(await pictureRows());
  else process.stdout.write(`pictures: not measured, since ${lacking}\n`);
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
