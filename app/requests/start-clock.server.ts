import { isJurisdiction } from '#app/clocks/jurisdictions.ts';
import { calendarOf, clockRule, type ClockRule, type RuleId } from '#app/clocks/rules.ts';
import type { Db, Tx } from '#app/db/client.server.ts';
import { facilitySettings, holidaysBetween } from '#app/facility/facility.server.ts';
import { promisedCount } from '#app/facility/settings.ts';
import { settingNow } from '#app/facility/settings.server.ts';
import { countedColumns } from './kept-clock.server.ts';
import { kindDefinition, type RequestKind } from './kinds/registry.ts';
import { countKept, type CountedClock } from './request-clock.ts';

/** How far a clock may reach, in milliseconds: the longest period with its extension, and long pauses. Holidays are kept as far. */
export const clockReach = 400 * 24 * 3_600_000;

/**
 * Counts a new request's clock from the facility's local day of receipt, by the rule of the facility's jurisdiction, and keeps
 * everything it was counted with. @throws when the facility has no jurisdiction that is known: nothing is filed without a clock
 */
export async function startClock(
  tx: Db | Tx,
  { kind, receivedAt, isAppeal }: { kind: RequestKind; receivedAt: Date; isAppeal: boolean },
) {
  const facility = await facilitySettings(tx);
  if (!facility || !isJurisdiction(facility.jurisdiction))
    throw new Error('the facility has no jurisdiction whose rules are known');
  const rule = clockRule(isAppeal ? 'promise.appeal' : kindDefinition(kind).rules[facility.jurisdiction]);
  const holidaysOf = (counted: ClockRule) =>
    holidaysBetween(tx, {
      from: receivedAt,
      to: new Date(receivedAt.getTime() + clockReach),
      owner: calendarOf(counted),
    });
  const holidays = await holidaysOf(rule);
  const promised = promisedCount(await settingNow(tx, 'promises'), rule.id) ?? null;
  const { timeZone } = facility;
  const { suspend: suspendByPolicy } = await settingNow(tx, 'pauses');
  const plain = { receivedAt, timeZone, holidays, suspendByPolicy, clockEvents: [] };
  const count = countKept({
    ...plain,
    ruleId: rule.id,
    ruleVersion: rule.version,
    promisedCount: promised,
  });
  return {
    timeZone,
    jurisdiction: facility.jurisdiction,
    ruleId: rule.id,
    ruleVersion: rule.version,
    promisedCount: promised,
    suspendByPolicy: rule.pauses === 'policySuspend' && suspendByPolicy,
    ...(await ackColumns(
      isAppeal ? undefined : kindDefinition(kind).acknowledged?.[facility.jurisdiction],
      plain,
      holidaysOf,
    )),
    holidays: holidays.map(dateColumn),
    receivedOn: dateColumn(count.startDate),
    ...countedColumns(count),
  };
}

/** The duty to say that it arrived, as the request keeps it. */
async function ackColumns(
  ruleId: RuleId | undefined,
  plain: Pick<CountedClock, 'receivedAt' | 'timeZone' | 'suspendByPolicy' | 'clockEvents'>,
  holidaysOf: (rule: ClockRule) => Promise<string[]>,
) {
  if (!ruleId) return { ackRuleId: null, ackRuleVersion: null, ackDueOn: null, ackHolidays: [] };
  const rule = clockRule(ruleId);
  const holidays = await holidaysOf(rule);
  const clock = { ...plain, holidays, ruleId: rule.id, ruleVersion: rule.version, promisedCount: null };
  return {
    ackRuleId: rule.id,
    ackRuleVersion: rule.version,
    ackDueOn: dateColumn(countKept(clock).effectiveDueDate),
    ackHolidays: holidays.map(dateColumn),
  };
}

/** A legal date as its column keeps it. @param date `YYYY-MM-DD` */
export function dateColumn(date: string): Date {
  return new Date(`${date}T00:00:00Z`);
}
