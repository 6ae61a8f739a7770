import { Prisma } from '#app/db/client.server.ts';
import { countingAsks } from './cohort-rows.ts';

/** The askings by which the row `o` of `opt_out` may end, as `ask`: for a statement of ours. */
// eslint-disable-next-line no-restricted-syntax -- text of ours, with no value in it
export const countedAsks = Prisma.raw(countingAsks('o'));
