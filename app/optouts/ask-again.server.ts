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
 * Owes patients a mail that asks whether a choice that is to end still stands, the facility's days before its end. Once for a choice,
 * whoever else runs this. They are asked when it goes out (`askedByMail`), and not before: a letter that is given up ends no "no". Whoever
 * has no account, and nobody who acts for them, cannot be asked.
 * @returns for how many choices it was not owed before
 */
export async function askAboutEnding(world: Pick<World, 'db' | 'clock'>): Promise<number> {
  const { db } = world;
  const now = world.clock();
  const facility = await facilitySettings(db);
  if (!facility) return 0;
  const { askDaysBefore } = await settingNow(db, 'choices');
  const today = localDateAt(now, facility.timeZone);
  const until = new Date(now.getTime() + askDaysBefore * 86_400_000);
  let owed = 0;
  let after = 0n;
  for (;;) {
    const due = await db.optOut.findMany({
      where: {
        sequence: { gt: after },
        asked: null,
        supersededBy: { none: {} },
        request: { notices: { none: { kind: 'choiceEnds' } } },
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
      owed += Number(await inTransaction(db, (tx) => oweQuestion(tx, id, { readers, now })));
    }
    const last = due.at(-1);
    if (!last || due.length < atOnce) return owed;
    after = last.sequence;
  }
}

/** @param question.readers who acts for the patient: asked where the patient has no account */
async function oweQuestion(
  tx: Tx,
  id: string,
  { readers, now }: { readers: readonly string[]; now: Date },
): Promise<boolean> {
  // Of two at once the second finds it owed.
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`choiceEnds:${id}`}, 0))`;
  const choice = await tx.optOut.findFirst({
    where: { id, supersededBy: { none: {} }, request: { notices: { none: { kind: 'choiceEnds' } } } },
    select: { act: true, patientId: true, requestId: true },
  });
  if (!choice || choice.act === 'withdrawn') return false;
  const accounts = await tx.user.findMany({
    where: {
      disabledAt: null,
      OR: [{ patientId: { in: await recordGroup(tx, choice.patientId) } }, { id: { in: [...readers] } }],
    },
    select: { id: true, patientId: true },
  });
  const own = accounts.filter(({ id: account }) => !readers.includes(account));
  const people = own.length > 0 ? own : accounts;
  for (const person of people)
    await oweNotice(tx, { kind: 'choiceEnds', userId: person.id, requestId: choice.requestId, now });
  return people.length > 0;
}

/**
 * The mail server took a letter that asks whether a choice still stands: from now on its patient was asked, and has the facility's days to
 * answer. In the transaction that marks the letter as sent; the first of several letters counts.
 * @param letter.requestId by which the choice was filed
 */
export async function askedByMail(
  tx: Tx,
  { requestId, sentAt }: { requestId: string; sentAt: Date },
): Promise<void> {
  const choice = await tx.optOut.findFirst({
    where: { requestId, act: { in: ['denied', 'permitted'] }, supersededBy: { none: {} } },
    select: { id: true, act: true, patientId: true, mayEndAt: true, expiresAt: true },
  });
  const end = choice?.mayEndAt ?? choice?.expiresAt;
  if (!choice || !end || choice.act === 'withdrawn') return;
  const { askDaysBefore } = await settingNow(tx, 'choices');
  const endsAt = endOnceAsked(choice.act, end, sentAt, askDaysBefore);
  const { count } = await tx.optOutAsk.createMany({
    data: [{ optOutId: choice.id, askedAt: sentAt, endsAt }],
    skipDuplicates: true,
  });
  if (count === 0) return;
  await appendEvent(tx, {
    type: 'optOut.askedAbout',
    actor: plainview,
    at: sentAt,
    subject: { kind: 'optOut', id: choice.id },
    patientId: choice.patientId,
    requestId,
    after: { endsAt: endsAt.toISOString() },
    visibleToPatient: true,
  });
}
