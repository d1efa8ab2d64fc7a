import { VigieError } from '#kernel/errors.ts';

/** What a client says of a dump that it can't load. */
export class Complaint extends Error {
  /** Whether it is the dump's own. */
  readonly fault: 'dump' | 'other';

  constructor(message: string, { fault = 'dump', ...options }: ErrorOptions & { readonly fault?: 'dump' | 'other' } = {}) {
    super(message, options);
    this.fault = fault;
  }
}

/** What a client complains about, in the port's words; everything else stays as it is. */
export async function asImport(name: string, load: Promise<void>): Promise<void> {
  try {
    await load;
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    throw new VigieError('import_failed', { database: name, reason: error.message, fault: error.fault }, error);
  }
}
