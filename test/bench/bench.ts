import { parseArgs } from 'node:util';
import { benchAlerts, lackingForAlerts } from './alerts.ts';
import { chartRows } from './charts.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { burstRows } from './burst.ts';
import { benchChat } from './chat.ts';
import { databaseRows, lackingForDatabases } from './databases.ts';
import { compared, readHistory, recorded, writeHistory } from './history.ts';
import { houseRows } from './house.ts';
import { manyRows } from './many.ts';
import { metricRows } from './metrics.ts';
import { lackingForPictures, pictureRows } from './pictures.ts';
import { print, printedRows, type Row } from './table.ts';
import { transferRows } from './transfers.ts';

// npm run bench [-- chat|house|burst|charts|pictures|databases|many|transfers|metrics|alerts …] [-- --minutes 3] [-- --only "postgres on a host"] [-- --compare] [-- --record]

const { values, positionals } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    compare: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
// Clients of chat and search say things of their own.
console.log = () => undefined;
const wanted = (part: string): boolean => positionals.length === 0 || positionals.includes(part);
if (wanted('chat')) print(await benchChat());
if (wanted('house')) print(await houseRows());
if (wanted('burst')) print(await burstRows(Number(values.minutes)));
if (wanted('charts')) print(await chartRows());
if (wanted('pictures')) await onMachines();
if (wanted('databases')) await onDatabases(databaseRows);
if (wanted('many')) await onDatabases(manyRows);
if (wanted('transfers')) await onDatabases(() => transferRows(values.only));
if (wanted('metrics') || wanted('alerts')) await onElasticsearch();
if (values.compare) process.stdout.write(`${compared(await readHistory(), printedRows()).join('\n')}\n`);
if (values.record) await writeHistory(recorded(await readHistory(), packageJson.version, printedRows()));
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
