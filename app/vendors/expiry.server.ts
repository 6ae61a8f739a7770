import { plainview } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction, type Db } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { localDate } from '#app/words/dates.ts';
import { expiryStepsDue, type Ending } from './expiry.ts';
import { lastDayOf } from './label.ts';
import { labelsInForce } from './published-labels.server.ts';

/** Every agreement and every published answer that has an end, with its last day. */
async function endings(db: Db, timeZone: string): Promise<Ending[]> {
  const [agreements, labels, added] = await Promise.all([
    db.vendorAgreement.findMany({
      where: { validTo: { not: null } },
      select: { id: true, vendorId: true, validFrom: true, validTo: true },
    }),
    labelsInForce(db),
    db.auditEvent.findMany({
      where: { type: 'agreement.ended', subjectKind: 'vendorAgreement' },
      orderBy: { id: 'asc' },
      select: { subjectId: true, at: true },
    }),
  ]);
  const endWritten = new Map(added.map(({ subjectId, at }) => [subjectId, at]));
  const ofAgreements = agreements.flatMap(({ id, vendorId, validFrom, validTo }): Ending[] =>
    validTo && validTo > validFrom
      ? [
          {
            subject: `agreement:${id}`,
            vendorId,
            endsOn: lastDayOf(validTo.toISOString().slice(0, 10)),
            knownFrom: localDate(endWritten.get(id) ?? validFrom, timeZone),
          },
        ]
      : [],
  );
  const ofLabels = [...labels].flatMap(([vendorId, { publishedAt, values }]) =>
    Object.entries(values).flatMap(([field, { state, validUntil }]): Ending[] =>
      validUntil === null || state === 'notAnswered'
        ? []
        : [
            {
              subject: `label:${vendorId}:${field}`,
              vendorId,
              endsOn: validUntil,
              knownFrom: localDate(publishedAt, timeZone),
            },
          ],
    ),
  );
  return [...ofAgreements, ...ofLabels];
}

/**
 * Tells every officer, in one mail, of agreements and answers of labels that end: 60, 30 and 7 days before and once they have ended, also
 * what came due while nothing ran. Each step is made once for an end, whoever else runs this at the same time; a moved end is told anew.
 * @returns how many steps were made
 */
export async function remindOfExpiry(world: Pick<World, 'db' | 'clock'>): Promise<number> {
  const { db } = world;
  const now = world.clock();
  const facility = await facilitySettings(db);
  if (!facility) return 0;
  const today = localDate(now, facility.timeZone);
  const due = (await endings(db, facility.timeZone)).flatMap((ending) =>
    expiryStepsDue(ending, today).map((step) => ({ ...ending, step })),
  );
  if (due.length === 0) return 0;
  return inTransaction(db, async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('expiry reminders'))`;
    const officers = await tx.user.findMany({
      where: { role: 'privacyOfficer', disabledAt: null },
      select: { id: true },
    });
    // Nobody is there to read it: it stays owed until somebody is.
    if (officers.length === 0) return 0;
    const made = await tx.expiryReminder.findMany({
      where: { subject: { in: [...new Set(due.map(({ subject }) => subject))] } },
      select: { subject: true, step: true, endsOn: true },
    });
    const keyOf = (subject: string, step: string, endsOn: string) => `${subject} ${step} ${endsOn}`;
    const known = new Set(
      made.map(({ subject, step, endsOn }) => keyOf(subject, step, endsOn.toISOString().slice(0, 10))),
    );
    const owed = due.filter(({ subject, step, endsOn }) => !known.has(keyOf(subject, step, endsOn)));
    if (owed.length === 0) return 0;
    await tx.expiryReminder.createMany({
      data: owed.map(({ subject, step, endsOn }) => ({
        subject,
        step,
        endsOn: new Date(`${endsOn}T00:00:00Z`),
        madeAt: now,
      })),
    });
    for (const vendorId of new Set(owed.map((one) => one.vendorId)))
      await appendEvent(tx, {
        type: 'vendor.expiryReminded',
        actor: plainview,
        at: now,
        subject: { kind: 'vendor', id: vendorId },
        after: {
          ends: owed
            .filter((one) => one.vendorId === vendorId)
            .map(({ subject, step, endsOn }) => ({ subject, step, endsOn })),
        },
        visibleToPatient: false,
      });
    for (const { id: userId } of officers) await oweNotice(tx, { kind: 'vendorExpiry', userId, now });
    return owed.length;
  });
}
