import { z } from 'zod';
import { ABSOLUTE, NAME } from './kinds.ts';

const mount = z.strictObject({
  host: NAME.describe('Machine of `hosts` that it is mounted on'),
  path: ABSOLUTE.describe('Where, such as /DATA'),
  volume: NAME.describe('The volume that belongs there'),
  marker: NAME.regex(/^[^/]+$/u, 'must be the name of a file, without /')
    .optional()
    .describe('Name of a file that is in it: as the marker of `backups`'),
});

/** `gluster:` of vigie.yaml. */
export const gluster = z.strictObject({
  hosts: z
    .array(NAME)
    .min(1)
    .describe(
      'Machines of `hosts` that GlusterFS runs on, asked one after the other until one answers. Their account is root, or may use sudo',
    ),
  mounts: z.array(mount).default([]).describe('Where volumes are to be mounted'),
  aside: ABSOLUTE.refine((path) => !/^\/+$/u.test(path) && !path.split('/').includes('..'), 'must be a folder below /, without ..')
    .default('/var/lib/vigie-aside')
    .describe('Folder on the machine of a brick, and not on a brick, where the losing side of a split-brain is kept'),
});
