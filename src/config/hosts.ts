import { z } from 'zod';
import { ABSOLUTE, NAME, sshAccess } from './kinds.ts';

const host = z.strictObject({
  ssh: sshAccess(
    'user@host: an account that may use Docker; for the logs of containers root, for the journal the group systemd-journal',
  ).describe('How it is reached'),
  partials: z
    .array(ABSOLUTE.refine((path) => !/^\/+$/u.test(path) && !path.split('/').includes('..'), 'must be a folder below /, without ..'))
    .default([])
    .describe('Folders in which .partial files of copies that broke off may be removed once they are a day old'),
  forwards: z
    .boolean()
    .optional()
    .describe('Whether `addresses` shows what its NAT leads on; if not given, that of machines that `proxmox.hosts` names too'),
  aliases: z.array(NAME).default([]).describe('What else it is called, such as by rules: pica01.picasoft.net'),
});

/** `hosts:` of vigie.yaml. */
export const hosts = z
  .record(NAME.regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]{0,62}$/u, 'must be a name of letters, digits, dots and -'), host)
  .default({});
