import type { Person } from '#app/audit/actor.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { letterOfNoticeSent } from '#app/optouts/vendor-notices/letters.server.ts';
import { acknowledge, takeAnswer, type Teller } from '#app/optouts/vendor-notices/answers.server.ts';
import { chaseVendorNotices } from '#app/optouts/vendor-notices/chase.server.ts';
import { setChannel } from '#app/vendors/channels.server.ts';
import { localDate } from '#app/words/dates.ts';
import { facility } from './cast.ts';
import { vendors } from './vendors.ts';

/** How each company of the demo is told, as staff set it before anybody said no. */
export async function setChannels(world: World, actor: Person): Promise<void> {
  for (const { slug, contact } of vendors) {
    const { id: vendorId } = await world.db.vendor.findUniqueOrThrow({
      where: { slug },
      select: { id: true },
    });
    const set = await setChannel(world, {
      ...{ vendorId, kind: 'mail', target: contact, reason: 'As its contract names it', actor },
    });
    if (!set.ok) throw new Error(set.refusal);
  }
}

/** Hands over what is owed at an instant of the story, with the letters in the post. */
export async function tellCompanies(world: World): Promise<void> {
  await chaseVendorNotices(world);
  const letters = await world.db.notice.findMany({
    where: { kind: 'vendorNotice', sentAt: null },
    select: { id: true, owedAt: true },
  });
  for (const { id, owedAt } of letters)
    await inTransaction(world.db, async (tx) => {
      // The notice first, as its job does: a worker that runs beside this waits, and finds it sent.
      const { count } = await tx.notice.updateMany({
        where: { id, sentAt: null },
        data: { sentAt: owedAt, detailsSealed: null },
      });
      if (count === 0) return;
      await letterOfNoticeSent(tx, id, owedAt);
      await tx.$queryRaw`select graphile_worker.remove_job(${`notice:${id}`}::text)::text`;
    });
}

/** Umbra CAD says by its link, a day after it was told of each "no", that it stopped. The others say nothing. */
export async function umbraAnswers(world: World): Promise<void> {
  const umbra = await world.db.vendor.findUniqueOrThrow({
    where: { slug: 'umbra' },
    select: { id: true, name: true },
  });
  const teller: Teller = { actor: { kind: 'system', name: umbra.name }, byId: null, linkMadeAt: null };
  const told = await world.db.vendorNotice.findMany({
    where: { vendorId: umbra.id, kind: 'stop', sentAt: { not: null }, answeredAt: null },
    select: { id: true },
  });
  for (const { id } of told) {
    await acknowledge(world, id, teller);
    const answered = await takeAnswer(world, id, teller, {
      deeds: ['stopped', 'removedFromTraining'],
      sinceOn: localDate(world.clock(), facility.timeZone),
      text: 'We took this patient out of the training list.',
      proof: null,
    });
    if (!answered.ok) throw new Error(answered.refusal);
  }
}
