import { defineQuery, lookAtAddresses, z } from '#kit';

/** Each address, where it belongs and where it is; and which port of a hypervisor leads to which machine, and which to nothing. */
export default defineQuery({
  id: 'addresses',
  uses: ['network'],
  input: z.strictObject({}),
  run: async ({ clients, signal }) => await lookAtAddresses(clients, signal),
});
