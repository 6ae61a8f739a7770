import { plainview, type Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { countClock } from '#app/clocks/count.ts';
import { calendarOf, clockRule, type RuleId } from '#app/clocks/rules.ts';
import { seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { facilitySettings, holidaysBetween } from '#app/facility/facility.server.ts';
import { promisedCount } from '#app/facility/settings.ts';
import { settingNow } from '#app/facility/settings.server.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { localDate } from '#app/words/dates.ts';
import { moveAlert, type AlertMove, type AlertRefusal } from './alert-moves.ts';

export interface RaisedAlert {
  disclosureId: string;
  patientId: string;
  optOutId: string | null;
  /** v3-ActReason code. */
  purpose: string | null;
  /** When the facility knew of it. */
  raisedAt: Date;
}

/** How far the clocks may reach, in milliseconds: holidays are read as far. */
const clockReach = 400 * 24 * 3_600_000;
/** A heap of alerts is one mail: an officer who was told less than an hour ago finds the others in the same list. */
const oneMailFor = 3_600_000;

/**
 * Makes an alert of a transfer that a "no" should have stopped, starts its clocks and tells the officers, in the transaction of the event
 * `disclosure.contradictsOptOut`. Once for a disclosure, however often it is called.
 * @throws when the facility is not set up
 */
export async function openAlert(tx: Tx, alert: RaisedAlert, now: Date): Promise<boolean> {
  const { count } = await tx.optOutAlert.createMany({
    data: [{ ...alert, ...(await startClocks(tx, alert.raisedAt)) }],
    skipDuplicates: true,
  });
  if (count > 0) await tellOfficers(tx, now);
  return count > 0;
}

async function startClocks(tx: Tx, raisedAt: Date) {
  const facility = await facilitySettings(tx);
  if (!facility) throw new Error('the facility is not set up');
  const { timeZone, jurisdiction } = facility;
  const rule = clockRule('promise.optOutAlert');
  const holidays = await holidaysBetween(tx, {
    from: raisedAt,
    to: new Date(raisedAt.getTime() + clockReach),
    owner: calendarOf(rule),
  });
  const promised = promisedCount(await settingNow(tx, 'promises'), rule.id);
  const lastDay = (id: RuleId, own?: number) =>
    new Date(
      countClock({
        rule: id,
        receivedAt: raisedAt.toISOString(),
        timeZone,
        holidays,
        events: [],
        promised: own,
      }).effectiveDueDate,
    );
  // Discovery is the first day on which the facility knows (45 CFR 164.404(a)(2)). Elsewhere no rule of ours counts a day for it.
  const breachRuleId = jurisdiction.startsWith('US') ? ('hipaa.breach.individual' as const) : null;
  return {
    timeZone,
    ruleId: rule.id,
    ruleVersion: rule.version,
    promisedCount: promised ?? null,
    dueOn: lastDay(rule.id, promised),
    breachRuleId,
    breachDueOn: breachRuleId && lastDay(breachRuleId),
  };
}

async function tellOfficers(tx: Tx, now: Date): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('opt-out alerts by mail'))`;
  const told = await tx.notice.findMany({
    where: { kind: 'optOutAlert', owedAt: { gt: new Date(now.getTime() - oneMailFor) } },
    select: { userId: true },
  });
  const officers = await tx.user.findMany({
    where: { role: 'privacyOfficer', disabledAt: null },
    orderBy: { createdAt: 'asc' },
    select: { id: true },
  });
  for (const { id } of officers.filter((one) => !told.some(({ userId }) => userId === one.id)))
    await oweNotice(tx, { kind: 'optOutAlert', userId: id, now });
}

const atOnce = 200;

/** Makes alerts of events that have none: those of before there were alerts, and of what wrote the event alone. @returns how many */
export async function catchUpAlerts(world: Pick<World, 'db' | 'clock'>): Promise<number> {
  const now = world.clock();
  let made = 0;
  for (;;) {
    const missed = await world.db.$queryRaw<
      { disclosureId: string; patientId: string; at: Date; optOutId: string | null; purpose: string | null }[]
    >`select e.subject_id as "disclosureId", e.patient_id as "patientId", min(e.at) as at,
             min(o.id::text) as "optOutId", min(e.after ->> 'purpose') as purpose
        from audit_event e
        left join opt_out o on o.id::text = e.after ->> 'optOutId'
       where e.type = 'disclosure.contradictsOptOut' and e.patient_id is not null
         and not exists (select 1 from opt_out_alert a where a.disclosure_id::text = e.subject_id)
       group by 1, 2 order by 3 limit ${atOnce}`;
    for (const { at, ...one } of missed) {
      const opened = await inTransaction(world.db, (tx) => openAlert(tx, { ...one, raisedAt: at }, now));
      made += Number(opened);
    }
    if (missed.length < atOnce) return made;
  }
}

/** Tells officers once more of alerts whose last day has come. @returns of how many */
export async function remindOfAlerts(world: Pick<World, 'db' | 'clock'>): Promise<number> {
  const now = world.clock();
  const facility = await facilitySettings(world.db);
  if (!facility) return 0;
  return inTransaction(world.db, async (tx) => {
    const due = await tx.optOutAlert.findMany({
      where: {
        state: { not: 'closed' },
        remindedAt: null,
        dueOn: { lte: new Date(localDate(now, facility.timeZone)) },
      },
      take: atOnce,
      select: { id: true, patientId: true },
    });
    for (const { id, patientId } of due) {
      const { count } = await tx.optOutAlert.updateMany({
        where: { id, remindedAt: null },
        data: { remindedAt: now },
      });
      if (count === 0) continue;
      await appendEvent(tx, {
        type: 'optOutAlert.reminded',
        actor: plainview,
        at: now,
        subject: { kind: 'optOutAlert', id },
        patientId,
        visibleToPatient: false,
      });
    }
    if (due.length > 0) await tellOfficers(tx, now);
    return due.length;
  });
}

/** Makes one move of an alert: its state and the event, in one transaction. */
export function decideAlert(
  world: World,
  actor: Person,
  { id, move, expectedVersion }: { id: string; move: AlertMove; expectedVersion: number },
): Promise<{ ok: true } | { ok: false; refusal: AlertRefusal }> {
  return inTransaction(world.db, async (tx) => {
    await tx.$executeRaw`select 1 from opt_out_alert where id = ${id}::uuid for no key update`;
    const alert = await tx.optOutAlert.findUnique({
      where: { id },
      select: { state: true, version: true, patientId: true, disclosureId: true },
    });
    if (!alert) return { ok: false, refusal: 'notFound' };
    const moved = moveAlert(alert, move, expectedVersion);
    if (!moved.ok) return moved;
    const now = world.clock();
    const closes = move.name === 'close';
    await tx.optOutAlert.update({
      where: { id },
      data: {
        state: moved.state,
        version: { increment: 1 },
        ...(closes
          ? {
              closedAt: now,
              closedById: actor.id,
              outcome: move.outcome,
              reasonSealed: seal(world.keys, move.reason, boundTo('opt_out_alert', id)),
            }
          : { takenAt: now, takenById: actor.id, closedAt: null, closedById: null, outcome: null }),
      },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: eventTypes[move.name],
      actor,
      at: now,
      subject: { kind: 'optOutAlert', id },
      patientId: alert.patientId,
      before: { state: alert.state },
      after: {
        state: moved.state,
        disclosureId: alert.disclosureId,
        ...(closes ? { outcome: move.outcome } : {}),
      },
      ...('reason' in move ? { reason: move.reason } : {}),
      visibleToPatient: false,
    });
    return { ok: true };
  });
}

const eventTypes = {
  takeUp: 'optOutAlert.takenUp',
  close: 'optOutAlert.closed',
  reopen: 'optOutAlert.reopened',
} as const;
