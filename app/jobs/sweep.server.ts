import type { World } from '#app/db/world.ts';
import { sweepImports } from '#app/disclosures/imports/uploads.server.ts';
import { placeMissed } from '#app/disclosures/matching-missed.server.ts';
import { sweepOutbox } from '#app/mail/outbox.server.ts';
import { catchUpLate } from '#app/optouts/vendor-notices/chase.server.ts';
import { sweepEndedAccess } from '#app/people/ended-access.server.ts';
import { sweepDevices } from '#app/people/known-devices.server.ts';
import { sweepKeptForms } from '#app/people/kept-forms.server.ts';
import { sweepTokens } from '#app/people/machine-tokens.server.ts';
import { sweepLimits } from '#app/people/limits.server.ts';
import { sweepDrafts } from '#app/requests/drafts.server.ts';
import { removeOldRequests } from '#app/requests/remove-old.server.ts';

/**
 * Removes what has ended and is no evidence: kept forms and drafts of requests nobody came back for, browsers not seen for half a year,
 * counters of refused tries that no longer count, tokens of programs, sessions, proofs and unused invitations after their end, mail that a demo wrote
 * down, and the content of imported files and of those that nobody took in. Removes answered requests whose six years are over. Never the ledger, the audit, or a “no”. Puts reports that wait for a person into
 * their queue, where one was missed, and tells companies of each “no” where the look of every five minutes missed it. Running it twice, or a day late, changes nothing.
 */
export async function sweep(world: World): Promise<void> {
  const now = world.clock();
  await sweepKeptForms(world.db, now);
  await sweepDevices(world.db, now);
  await sweepLimits(world.db, now);
  await sweepTokens(world.db, now);
  await sweepDrafts(world.db, now);
  await sweepEndedAccess(world.db, now);
  await sweepOutbox(world.db, now);
  await sweepImports(world);
  await placeMissed(world);
  await removeOldRequests(world);
  await catchUpLate(world);
}
