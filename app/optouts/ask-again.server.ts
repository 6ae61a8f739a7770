import { plainview } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { localDateAt } from '#app/facility/local-date.ts';
import { settingNow } from '#app/facility/settings.server.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { actedForBy } from '#app/people/representations-reading.server.ts';
import { endOnceAsked } from './rules.ts';

const atOnce = 200;

/**
 * Asks patients by mail whether a choice that is to end still stands, the facility's days before its end; those of an outage are asked
 * late, and have as long to answer. Once for a choice, whoever else runs this. Whoever has no account, and nobody who acts for them,
 * cannot be asked: their "no" does not end.
 * @returns how many choices were asked about
 */
export async function askAboutEnding(world: Pick<World, 'db' | 'clock'>): Promise<number> {
  const { db } = world;
  const now = world.clock();
  const facility = await facilitySettings(db);
  if (!facility) return 0;
  const { askDaysBefore } = await settingNow(db, 'choices');
  const today = localDateAt(now, facility.timeZone);
  const until = new Date(now.getTime() + askDaysBefore * 86_400_000);
  let asked = 0;
  let after = 0n;
  for (;;) {
    const due = await db.optOut.findMany({
      where: {
        sequence: { gt: after },
        asked: null,
        supersededBy: { none: {} },
        OR: [
          { act: 'denied', mayEndAt: { lte: until } },
          { act: 'permitted', expiresAt: { lte: until, gt: now } },
        ],
      },
      orderBy: { sequence: 'asc' },
      take: atOnce,
      select: { id: true, sequence: true, patientId: true },
    });
    for (const { id, patientId } of due) {
      const acting = await actedForBy(db, patientId, today);
      const others = acting.filter((one) => one.standing === 'counts' && one.scope === 'both');
      const readers = [...new Set(others.map(({ representative }) => representative.id))];
      asked += Number(await inTransaction(db, (tx) => askAbout(tx, id, { readers, askDaysBefore, now })));
    }
    const last = due.at(-1);
    if (!last || due.length < atOnce) return asked;
    after = last.sequence;
  }
}

/** @param question.readers who acts for the patient: asked where the patient has no account */
async function askAbout(
  tx: Tx,
  id: string,
  { readers, askDaysBefore, now }: { readers: readonly string[]; askDaysBefore: number; now: Date },
): Promise<boolean> {
  const choice = await tx.optOut.findFirst({
    where: { id, supersededBy: { none: {} } },
    select: { act: true, patientId: true, requestId: true, mayEndAt: true, expiresAt: true },
  });
  const end = choice?.mayEndAt ?? choice?.expiresAt;
  if (!choice || !end || choice.act === 'withdrawn') return false;
  const accounts = await tx.user.findMany({
    where: {
      disabledAt: null,
      OR: [{ patientId: { in: await recordGroup(tx, choice.patientId) } }, { id: { in: [...readers] } }],
    },
    select: { id: true, patientId: true },
  });
  const own = accounts.filter(({ id: account }) => !readers.includes(account));
  const people = own.length > 0 ? own : accounts;
  if (people.length === 0) return false;
  const endsAt = endOnceAsked(choice.act, end, now, askDaysBefore);
  const { count } = await tx.optOutAsk.createMany({
    data: [{ optOutId: id, askedAt: now, endsAt }],
    skipDuplicates: true,
  });
  if (count === 0) return false;
  await appendEvent(tx, {
    type: 'optOut.askedAbout',
    actor: plainview,
    at: now,
    subject: { kind: 'optOut', id },
    patientId: choice.patientId,
    requestId: choice.requestId,
    after: { endsAt: endsAt.toISOString() },
    visibleToPatient: true,
  });
  for (const person of people) await oweNotice(tx, { kind: 'choiceEnds', userId: person.id, now });
  return true;
}
