import { z } from 'zod';
import { baseUrl } from './kinds.ts';

/** A light that turns where somebody sleeps. */
export const lamp = z.strictObject({ url: baseUrl.describe("The lamp's address") });
