import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import type { z } from 'zod';
import { explainClock } from '#app/clocks/explain.ts';
import { mostPauses, pausesInText } from '#app/clocks/asked-pauses.ts';
import { askClock, type ClockQuestion } from '#app/clocks/question.ts';
import type { QuestionMistakeCode } from '#app/clocks/question-mistakes.ts';
import { clockRule } from '#app/clocks/rules.ts';
import type { World } from '#app/db/world.ts';
import { deadlineQuery, deadlineQuestion, type DeadlineAnswer } from '#app/web/calls/deadlines.ts';
import { wholeQuestion } from '#app/web/deadlines.server.ts';
import { idempotencyKey, openDoor, readJson } from '#app/web/machine.server.ts';
import { problem } from '#app/web/problem.server.ts';
import { defaultLocale, type Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';

const mostBytes = 256 * 1024;

export function loader(args: LoaderFunctionArgs) {
  return openDoor(args, 'deadlines', async ({ world, request }) => {
    const query = new URL(request.url).searchParams;
    const doubled = [...new Set(query.keys())].filter((name) => query.getAll(name).length > 1);
    if (doubled.length > 0)
      return unreadable(doubled.map((at) => ({ at, why: 'This stands in the address more than once.' })));
    const parsed = deadlineQuery.safeParse(Object.fromEntries(query));
    if (!parsed.success) return unreadable(issuesOf(parsed.error));
    const { locale, holidays, pauses, receivedAt, ...asked } = parsed.data;
    return answer(world, locale, {
      ...asked,
      // A plus sign that nobody encoded arrives as a space.
      receivedAt: receivedAt.replace(/ (\d\d:\d\d)$/, '+$1'),
      holidays: holidays === undefined ? undefined : holidays === '' ? [] : holidays.split(','),
      events: [],
      pauses: pauses === undefined ? undefined : pausesInText(pauses),
    });
  });
}

export function action(args: ActionFunctionArgs) {
  return openDoor(args, 'deadlines', async ({ world, request }) => {
    // Nothing changes, so the same key simply asks again.
    idempotencyKey(request);
    const { tooLarge, body } = await readJson(request, mostBytes);
    if (tooLarge)
      return problem('too-large', { detail: `The body may have ${mostBytes} bytes.`, limit: mostBytes });
    if (body === undefined)
      return problem('bad-request', { detail: 'The body is not JSON in UTF-8, or names a member twice.' });
    const parsed = deadlineQuestion.safeParse(body);
    if (!parsed.success) return unreadable(issuesOf(parsed.error));
    const { locale, ...asked } = parsed.data;
    return answer(world, locale, asked);
  });
}

type Asked = Omit<ClockQuestion, 'timeZone' | 'holidays'> & {
  timeZone?: string | undefined;
  holidays?: readonly string[] | undefined;
};

async function answer(world: World, locale: Locale = defaultLocale, asked: Asked): Promise<Response> {
  const counted = askClock(await wholeQuestion(world, asked));
  if (!counted.ok)
    return unreadable(
      counted.mistakes.map(({ field, code, value }) => ({ at: field, why: why[code], code, value })),
    );
  const { count } = counted;
  const { basis, citation } = clockRule(count.rule, count.version);
  return Response.json({
    rule: count.rule,
    version: count.version,
    basis,
    citation,
    timeZone: count.timeZone,
    startDate: count.startDate,
    dueDate: count.dueDate,
    extendedDueDate: count.extendedDueDate,
    effectiveDueDate: count.effectiveDueDate,
    dueAtExclusive: count.dueAtExclusive,
    extended: count.extended,
    explanation: explainClock(count, locale),
    notice: wordsFor(locale)('deadlines.notAdvice'),
  } satisfies DeadlineAnswer);
}

/** What is wrong, for programmers: English, like every problem of the machine API. */
const why: Record<QuestionMistakeCode, string> = {
  unknownRule: 'There is no such rule. The document of this API lists them.',
  badReceivedAt:
    'This is no date (YYYY-MM-DD) and no RFC 3339 instant with an offset in the years 1900 to 2199.',
  badTimeZone: 'There is no such IANA time zone.',
  badDate: 'This is no date.',
  badHoliday: 'This is no date (YYYY-MM-DD) in the years 1900 to 2199.',
  badEventType: 'There is no such event.',
  badEventAt:
    'This is no date (YYYY-MM-DD) and no RFC 3339 instant with an offset in the years 1900 to 2199.',
  badEventUntil:
    'A lawEnforcementWrittenHold needs the date (YYYY-MM-DD) that it states, not before its own; no other event has one.',
  eventBeforeReceipt: 'This lies before the day of receipt.',
  badPromised: 'The facility has promised no number of days that counts.',
  tooManyEvents: 'There are too many events.',
  tooManyHolidays: 'There are too many holidays.',
  doubledEvent: 'The same event at the same time is there before.',
  doubledHoliday: 'The same day is there before.',
  badPauseReason: 'A pause has one of these reasons: identity, clarification, fee.',
  pauseNotInRule: 'This rule does not stop for that. Leave the pause out.',
  badPauseDay: 'This is no date (YYYY-MM-DD) in the years 1900 to 2199.',
  pauseBeforeReceipt: 'The pause begins before the day of receipt.',
  pauseEndsEarly: 'The pause ends before it begins.',
  pausesOverlap: 'The pause begins before an earlier one of the same kind has ended.',
  tooManyPauses: `There may be ${mostPauses} pauses.`,
};

function unreadable(wrong: { at: string; why: string }[]): Response {
  const fields = [...new Set(wrong.slice(0, 10).map(({ at }) => at))].join(', ');
  return problem('bad-request', {
    detail: `This cannot be counted. Look at: ${fields || 'the whole'}.`,
    wrong: wrong.slice(0, 10),
  });
}

function issuesOf({ issues }: z.ZodError): { at: string; why: string }[] {
  return issues.flatMap((issue) => {
    const at = issue.path.join('.');
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({
          at: [at, key.slice(0, 60)].filter(Boolean).join('.'),
          why: 'There is no such field.',
        }))
      : [{ at, why: issue.message }];
  });
}
