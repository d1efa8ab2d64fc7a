import { z } from 'zod';

/**
 * What Proxmox answers, as far as vigie reads it. It leaves out what doesn't apply, writes numbers as text here and there, and says yes
 * with 1; versions add members at will.
 */
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(?:\.\d+)?$/u)
    .transform(Number),
]);
const whole = number.transform(Math.trunc);
const flag = z.union([z.boolean(), whole.transform((value) => value !== 0)]);

export const CLUSTER_STATUS = z.array(
  z.looseObject({ type: z.string(), name: z.string(), quorate: flag.optional(), online: flag.optional() }),
);

/** One row for the quorum, the master and each machine; one for each guest that is looked after, and that one alone has a `sid`. */
export const HA_STATUS = z.array(
  z.looseObject({
    type: z.string().optional(),
    sid: z.string().optional(),
    node: z.string().optional(),
    state: z.string().optional(),
    crm_state: z.string().optional(),
  }),
);

export const NODES = z.array(
  z.looseObject({ node: z.string(), uptime: number.optional(), maxmem: number.optional(), mem: number.optional() }),
);

export const GUESTS = z.array(
  z.looseObject({
    vmid: whole,
    name: z.string().optional(),
    node: z.string(),
    type: z.enum(['qemu', 'lxc']),
    status: z.string(),
    uptime: number.optional(),
    maxmem: number.default(0),
    template: flag.default(false),
    lock: z.string().nullish(),
  }),
);

export const CURRENT = z.looseObject({
  status: z.string(),
  qmpstatus: z.string().optional(),
  uptime: number.optional(),
  lock: z.string().nullish(),
});

export const CONFIG = z.looseObject({ digest: z.string() });

/** What a backup keeps of it, as the file on the machine has it. */
export const CONFIG_TEXT = z.string();

export const FREE_NUMBER = whole;

export const SNAPSHOTS = z.array(
  z.looseObject({
    name: z.string(),
    description: z.string().default(''),
    snaptime: number.optional(),
    parent: z.string().optional(),
    vmstate: flag.default(false),
  }),
);

export const STORAGES = z.array(
  z.looseObject({
    storage: z.string(),
    type: z.string(),
    content: z.string().default(''),
    total: number.default(0),
    used: number.default(0),
    active: flag.default(false),
    shared: flag.default(false),
  }),
);

export const STORAGE_CONFIGS = z.array(
  z.looseObject({
    storage: z.string(),
    path: z.string().optional(),
    /** Of ZFS its dataset, of others something else. */
    pool: z.string().optional(),
    type: z.string().default(''),
    content: z.string().default(''),
    /** Where it is; left out: on all. */
    nodes: z.string().optional(),
    shared: flag.default(false),
    disable: flag.default(false),
  }),
);

export const REPLICATIONS = z.array(
  z.looseObject({
    id: z.string(),
    guest: whole,
    target: z.string(),
    disable: flag.default(false),
    /** Seconds since the epoch; 0: never. */
    last_sync: number.default(0),
    fail_count: whole.default(0),
    error: z.string().optional(),
  }),
);

export const CONTENT = z.array(
  z.looseObject({
    volid: z.string(),
    ctime: number.optional(),
    size: number.default(0),
    vmid: whole.optional(),
    notes: z.string().default(''),
    protected: flag.default(false),
  }),
);

export const TASK = z.looseObject({ status: z.string(), exitstatus: z.string().optional() });

/** In a list `status` is how the task ended, and isn't there while it runs. */
export const TASKS = z.array(z.looseObject({ upid: z.string(), status: z.string().optional() }));

export const LOG = z.array(z.looseObject({ n: whole, t: z.string().nullish() }));

/** Rights by path: 1 when they hold below it too. */
export const PERMISSIONS = z.record(z.string(), z.record(z.string(), flag));

export const VERSION = z.looseObject({ version: z.string() });

export const STARTED = z.string().regex(/^UPID:/u);

/** Of what it is enough that it came. */
export const ANYTHING = z.unknown();
