import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Gateway } from '#ports/gateway.ts';

const body = z.object({
  user_id: z.string().regex(/^[a-z0-9]{26}$/u),
  channel_id: z.string().regex(/^[a-z0-9]{26}$/u),
  post_id: z.string().regex(/^[a-z0-9]{26}$/u),
  trigger_id: z.string().min(1).max(1_000),
  context: z.record(z.string(), z.unknown()),
});

/** Callbacks of buttons carry no credential at all: what they say is checked behind the gateway. */
export function routeClicks(server: FastifyInstance, gateway: Gateway): void {
  server.post('/mattermost/action', async (request, reply) => {
    const click = body.safeParse(request.body);
    if (!click.success) {
      const field = String(click.error.issues[0]?.path[0] ?? 'body');
      return await reply.code(400).send({ error: `the field ${field} is missing or malformed` });
    }
    const { data } = click;
    const text = await gateway.click({
      trigger: data.trigger_id,
      user: data.user_id,
      post: data.post_id,
      channel: data.channel_id,
      context: data.context,
    });
    return await reply.code(200).send(text === '' ? {} : { ephemeral_text: text });
  });
}
