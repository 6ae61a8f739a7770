import { z } from 'zod';
import type { World } from '#app/db/world.ts';
import { continueImport, resumeImports } from '#app/disclosures/imports/run.server.ts';

const payload = z.object({ importId: z.uuid() });

export function takeInFileJob(world: World, given: unknown): Promise<void> {
  return continueImport(world, payload.parse(given).importId);
}

/** Longer than a part of a file takes, also on a busy machine. */
const quietFor = 2 * 60_000;

/** Files whose job was lost with its process go on. Running it twice does no harm. */
export function resumeImportsJob(world: World): Promise<void> {
  return resumeImports(world, quietFor);
}
