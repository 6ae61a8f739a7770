import { plainview } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { localDateAt } from '#app/facility/local-date.ts';
import { settingNow } from '#app/facility/settings.server.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { recordGroup, recordGroups } from '#app/people/records.server.ts';
import { actedForBy } from '#app/people/representations-reading.server.ts';
import { askThatCounts, endOnceAsked } from './rules.ts';

const atOnce = 200;

/**
 * Owes patients a mail that asks whether a choice that is to end still stands, the facility's days before its end. Once for a choice and a
 * person, whoever else runs this. They are asked when it goes out (`askedByMail`), and not before: a letter that is given up ends no "no".
 * Whoever has no account, and nobody who acts for them, cannot be asked. Where only somebody was asked whose record was parted from the
 * choice's since, the question is open again.
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
    const due = await dueChoices(db, { after, until, now });
    const groups = await recordGroups(
      db,
      due.map(({ patientId }) => patientId),
    );
    for (const { id, patientId, asks } of due) {
      if (askThatCounts(asks, groups.get(patientId) ?? [])) continue;
      const acting = await actedForBy(db, patientId, today);
      const readers = [...new Set(acting.filter(isAsked).map(({ representative }) => representative.id))];
      owed += Number(await inTransaction(db, (tx) => oweQuestion(tx, id, { readers, now })));
    }
    const last = due.at(-1);
    if (!last || due.length < atOnce) return owed;
    after = last.sequence;
  }
}

const isAsked = ({ standing, scope }: { standing: string; scope: string }) =>
  standing === 'counts' && scope === 'both';

/** Choices that are to end and about which nobody was asked under their own record. */
async function dueChoices(db: Db, { after, until, now }: { after: bigint; until: Date; now: Date }) {
  const ids = await db.$queryRaw<{ id: string }[]>`
    select o.id::text as id from opt_out o
     where o.sequence > ${after}
       and ((o.act = 'denied' and o.may_end_at <= ${until})
         or (o.act = 'permitted' and o.expires_at <= ${until} and o.expires_at > ${now}))
       and not exists (select from opt_out later where later.supersedes_id = o.id)
       and not exists (select from opt_out_ask ask where ask.opt_out_id = o.id and ask.patient_id = o.patient_id)
     order by o.sequence limit ${atOnce}`;
  return db.optOut.findMany({
    where: { id: { in: ids.map(({ id }) => id) } },
    orderBy: { sequence: 'asc' },
    select: {
      ...{ id: true, sequence: true, patientId: true },
      asks: { select: { patientId: true, askedAt: true, endsAt: true } },
    },
  });
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
    where: { id, supersededBy: { none: {} } },
    select: {
      ...{ act: true, patientId: true, requestId: true },
      request: { select: { notices: { where: { kind: 'choiceEnds' }, select: { userId: true } } } },
    },
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
  const owed = new Set(choice.request.notices.map(({ userId }) => userId));
  const untold = people.filter((person) => !owed.has(person.id));
  for (const person of untold)
    await oweNotice(tx, { kind: 'choiceEnds', userId: person.id, requestId: choice.requestId, now });
  return untold.length > 0;
}

/**
 * The mail server took a letter that asks whether a choice still stands: from now on its reader was asked, for those of their records, or of
 * those whom they act for, that are one person with the choice's own at this moment; and has the facility's days to answer. A letter may
 * have waited while records were parted: then nobody was asked. In the transaction that marks the letter as sent; the first for a record
 * counts.
 * @param letter.requestId by which the choice was filed
 */
export async function askedByMail(
  tx: Tx,
  { requestId, userId, sentAt }: { requestId: string; userId: string; sentAt: Date },
): Promise<void> {
  const choice = await tx.optOut.findFirst({
    where: { requestId, act: { in: ['denied', 'permitted'] }, supersededBy: { none: {} } },
    select: { id: true, act: true, patientId: true, mayEndAt: true, expiresAt: true },
  });
  const end = choice?.mayEndAt ?? choice?.expiresAt;
  if (!choice || !end || choice.act === 'withdrawn') return;
  const asked = await recordsAskedOf(tx, { userId, patientId: choice.patientId, at: sentAt });
  if (asked.length === 0) return;
  const { askDaysBefore } = await settingNow(tx, 'choices');
  const endsAt = endOnceAsked(choice.act, end, sentAt, askDaysBefore);
  const { count } = await tx.optOutAsk.createMany({
    data: asked.map((patientId) => ({ optOutId: choice.id, patientId, askedAt: sentAt, endsAt })),
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

/** The records by which an account may answer for a person: its own, or those for which it acts, joined with the person's. */
async function recordsAskedOf(
  tx: Tx,
  { userId, patientId, at }: { userId: string; patientId: string; at: Date },
): Promise<string[]> {
  const [facility, group, user] = await Promise.all([
    facilitySettings(tx),
    recordGroup(tx, patientId),
    tx.user.findUnique({ where: { id: userId }, select: { patientId: true } }),
  ]);
  if (user?.patientId && group.includes(user.patientId)) return [user.patientId];
  if (!facility) return [];
  const acting = await actedForBy(tx, patientId, localDateAt(at, facility.timeZone));
  const records = acting
    .filter((one) => isAsked(one) && one.representative.id === userId)
    .flatMap((one) => one.patientId ?? []);
  return [...new Set(records)];
}
