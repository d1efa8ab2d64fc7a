import { connectAdmin } from '#test/lab/mattermost/admin.ts';
import { startMattermost } from '#test/lab/mattermost/server.ts';

/**
 * The Mattermost stand-in as a process of its own, for a vigie that lives in another network namespace. Prints its address and
 * the bot's token as one line of JSON, and stops at SIGTERM.
 */
const mattermost = await startMattermost();
const admin = await connectAdmin(mattermost.url, mattermost.adminToken);
const team = await admin.createTeam({ name: 'picasoft' });
const ops = await admin.createChannel({ id: team.id }, { name: 'ops' });
const bot = await admin.createBot('vigie');
const alice = await admin.createPerson({ username: 'alice' });
await admin.addToChannel(ops, bot, alice);
console.log(JSON.stringify({ url: mattermost.url, token: bot.token }));
process.once('SIGTERM', () => void mattermost.stop().then(() => process.exit(0)));
