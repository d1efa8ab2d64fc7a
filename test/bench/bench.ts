import { parseArgs } from 'node:util';
import { benchAlerts, lackingForAlerts } from './alerts.ts';
import { benchChat } from './chat.ts';
import { print } from './table.ts';

// npm run bench [-- alerts] [-- --minutes 3]

const { values, positionals } = parseArgs({ options: { minutes: { type: 'string', default: '3' } }, allowPositionals: true });
// Clients of chat and search say things of their own.
console.log = () => undefined;
if (!positionals.includes('alerts')) print(await benchChat());
const lacking = await lackingForAlerts();
if (lacking === null) print(await benchAlerts(Number(values.minutes)));
else process.stdout.write(`alerts: not measured, since ${lacking}\n`);
process.exit(0);
