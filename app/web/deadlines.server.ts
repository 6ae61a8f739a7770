import type { ClockQuestion } from '#app/clocks/question.ts';
import { calendarOf, clockRule, isRuleId } from '#app/clocks/rules.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { allHolidays, holidayDates } from '#app/facility/holidays.server.ts';
import { promisedCount } from '#app/facility/settings.ts';
import { settingNow } from '#app/facility/settings.server.ts';

/** What somebody left open is the facility's: its time zone, its holidays, what it promises now. */
export async function wholeQuestion(
  { db }: World,
  asked: Pick<ClockQuestion, 'rule' | 'receivedAt' | 'events' | 'pauses'> & {
    timeZone?: string | undefined;
    holidays?: readonly string[] | undefined;
  },
): Promise<ClockQuestion> {
  const [facility, holidays, promises, pauses] = await Promise.all([
    asked.timeZone === undefined ? theFacility(db) : null,
    asked.holidays ?? allHolidays(db).then((all) => holidayDates(all, ownerOf(asked.rule))),
    isRuleId(asked.rule) && asked.rule.startsWith('promise.') ? settingNow(db, 'promises') : {},
    settingNow(db, 'pauses'),
  ]);
  return {
    ...asked,
    timeZone: asked.timeZone ?? facility?.timeZone ?? '',
    holidays,
    promised: promisedCount(promises, asked.rule),
    suspendByPolicy: pauses.suspend,
  };
}

const ownerOf = (rule: string) => (isRuleId(rule) ? calendarOf(clockRule(rule)) : null);
