import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Clock } from '#kernel/clock.ts';
import type { Gateway, SlashCommand } from '#ports/gateway.ts';

export interface SlashOptions {
  /** Mattermost's own address: delayed answers go nowhere else. */
  readonly url: string;
  readonly slashTokens: readonly string[];
  readonly gateway: Gateway;
  readonly clock: Clock;
  readonly log: { warn(data: object, text: string): void };
  /** What takes longer is answered a second time, through the response URL; 60 by default. */
  readonly acknowledgeMs?: number;
}

/** Whoever typed sees nothing until this is over; what takes longer is answered a second time, through the response URL. */
const ACKNOWLEDGE_MS = 60;

const form = z.object({
  token: z.string().default(''),
  trigger_id: z.string().min(1),
  command: z.string().regex(/^\/\S{1,64}$/u),
  text: z.string().max(16_383).default(''),
  user_id: z.string().regex(/^[a-z0-9]{26}$/u),
  channel_id: z.string().regex(/^[a-z0-9]{26}$/u),
  channel_name: z.string().default(''),
  root_id: z.string().default(''),
  response_url: z.string().default(''),
});

export function routeSlashCommands(server: FastifyInstance, options: SlashOptions): void {
  const accepted = options.slashTokens.map(digest);
  server.post('/mattermost/command', async (request, reply) => {
    const token = z.object({ token: z.string() }).safeParse(request.body);
    if (!token.success || !isToken(token.data.token, accepted))
      return await reply.code(401).send({ error: 'the token is none of http.slash_tokens' });
    const fields = form.safeParse(request.body);
    if (!fields.success) {
      const field = String(fields.error.issues[0]?.path[0] ?? '');
      return await reply.code(400).send({ error: `the field ${field} is missing or malformed` });
    }
    const { data } = fields;
    const command: SlashCommand = {
      trigger: data.trigger_id,
      command: data.command.slice(1).toLowerCase(),
      text: data.text.trim(),
      user: data.user_id,
      channel: data.channel_id,
      root: data.root_id === '' ? null : data.root_id,
      direct: data.channel_name.includes('__'),
    };
    const answer = options.gateway.slash(command);
    const early = await Promise.race([answer, options.clock.sleep(options.acknowledgeMs ?? ACKNOWLEDGE_MS).then(() => null)]);
    if (early === null) void later(options, data.response_url, answer);
    // Anything but exactly 200 shows an error to whoever typed.
    return await reply.code(200).send(early === null ? {} : { response_type: 'ephemeral', text: early });
  });
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** In constant time, and over all tokens whatever the first one says. */
function isToken(token: string, accepted: readonly Buffer[]): boolean {
  const given = digest(token);
  return accepted.map((each) => timingSafeEqual(each, given)).includes(true);
}

/** The answer that came too late for the acknowledgement. Only the path of the URL is used: it can't lead elsewhere. */
async function later(options: SlashOptions, responseUrl: string, answer: Promise<string>): Promise<void> {
  try {
    const path = /\/hooks\/commands\/[a-z0-9]{26}$/u.exec(responseUrl)?.[0];
    if (path === undefined) return;
    const text = await answer;
    await fetch(`${options.url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ response_type: 'ephemeral', text }),
      signal: AbortSignal.timeout(10_000),
    });
  } catch (error) {
    options.log.warn({ error }, 'a slow answer to a slash command could not be given');
  }
}
