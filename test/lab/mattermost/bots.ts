import { z } from 'zod';
import { AppError } from './errors.ts';
import { created, ok } from './http.ts';
import type { Answer, Call, Route } from './http.ts';
import type { Lab } from './lab.ts';
import type { Bot } from './model.ts';
import { must } from './permissions.ts';
import { addUser, page, setActive } from './users.ts';
import { userOf } from './world.ts';

const NewBot = z.object({
  username: z.string().regex(/^[a-z0-9._-]{1,64}$/i),
  display_name: z.string().default(''),
  description: z.string().default(''),
});

/** `/bots…`: a bot is a user whose posts carry `from_bot`. */
export function botRoutes(lab: Lab): Route[] {
  const { world } = lab;
  const botOf = (call: Call): Bot => {
    const bot = world.bots.get(call.param('id'));
    if (bot === undefined) throw new AppError('store.sql_bot.get.missing.app_error');
    return bot;
  };
  return [
    { method: 'POST', pattern: '/api/v4/bots', handle: (call) => createBot(lab, call) },
    {
      method: 'GET',
      pattern: '/api/v4/bots',
      handle: (call) =>
        ok(
          page(
            call,
            [...world.bots.values()].filter((bot) => bot.delete_at === 0),
          ),
        ),
    },
    { method: 'GET', pattern: '/api/v4/bots/{id}', handle: (call) => ok(botOf(call)) },
    { method: 'POST', pattern: '/api/v4/bots/{id}/disable', handle: (call) => enable(lab, call, botOf(call), false) },
    { method: 'POST', pattern: '/api/v4/bots/{id}/enable', handle: (call) => enable(lab, call, botOf(call), true) },
  ];
}

function createBot(lab: Lab, call: Call): Answer {
  must(lab.world, call.userId, 'manage_bots');
  if (!lab.botsAllowed()) throw new AppError('api.bot.create_disabled');
  const { username, display_name, description } = call.json(NewBot);
  const user = addUser(lab.world, { username, first_name: display_name });
  user.is_bot = true;
  user.bot_description = description;
  const bot: Bot = {
    user_id: user.id,
    create_at: user.create_at,
    update_at: user.update_at,
    delete_at: 0,
    username: user.username,
    display_name,
    description,
    owner_id: call.userId,
  };
  lab.world.bots.set(user.id, bot);
  return created(bot);
}

function enable(lab: Lab, call: Call, bot: Bot, active: boolean): Answer {
  must(lab.world, call.userId, 'manage_bots');
  bot.update_at = lab.world.now();
  bot.delete_at = active ? 0 : bot.update_at;
  setActive(lab, userOf(lab.world, bot.user_id), active);
  return ok(bot);
}
