import { z } from 'zod';
import { mostPauses, pauseReasons } from '#app/clocks/asked-pauses.ts';
import { clockEventTypes } from '#app/clocks/input.ts';
import { mostEvents, mostHolidays } from '#app/clocks/question.ts';
import { ruleIds } from '#app/clocks/rules.ts';
import { locales } from '#app/words/locales.ts';
import type { MachineCall } from './call.ts';

const text = (longest: number) => z.string().max(longest);
const rule = text(100).describe(`The rule to count by. One of: ${ruleIds.join(', ')}.`);
const receivedAt = text(64).describe(
  'When it was received: RFC 3339 with an offset, or a date of the time zone alone. Years 1900 to 2199.',
);
const timeZone = text(64)
  .optional()
  .describe('IANA name, as in America/New_York. Absent: the time zone of the facility.');
const locale = z.enum(locales).optional().describe('The language of the explanation. Absent: English.');

const pausesText = `When somebody was waited for, ${mostPauses} times at most, each kind one at a time. Refused under a rule that does not stop for it: uk.gdpr.art12a knows all three, eu.gdpr.art12 identity and clarification (they count where the facility chose that reading).`;

/** The question of the POST call. */
export const deadlineQuestion = z.strictObject({
  rule,
  receivedAt,
  timeZone,
  holidays: z
    .array(text(32))
    .optional()
    .describe(
      `Dates (YYYY-MM-DD) that are no working days, ${mostHolidays} at most. Absent: the holidays of the facility.`,
    ),
  events: z
    .array(
      z.strictObject({
        type: text(64).describe(`One of: ${clockEventTypes.join(', ')}.`),
        at: text(64).describe('As receivedAt; not before it.'),
        hasReason: z.boolean().optional().describe('Of an extension notice: it gives the reasons.'),
        hasNewDate: z.boolean().optional().describe('Of an extension notice: it gives the new date.'),
        until: text(32).optional().describe('Of a lawEnforcementWrittenHold: the date that it states.'),
      }),
    )
    .default([])
    .describe(`What happened since, ${mostEvents} events at most.`),
  pauses: z
    .array(
      z.strictObject({
        reason: text(64).describe(`What was waited for. One of: ${pauseReasons.join(', ')}.`),
        from: text(32).describe(
          'The date (YYYY-MM-DD) on which it was asked for, or the fee told; not before receivedAt.',
        ),
        to: text(32)
          .optional()
          .describe('The date on which it came, or the fee was paid. Absent: it has not.'),
      }),
    )
    .optional()
    .describe(pausesText),
  locale,
});

/** The same as it stands in an address. `holidays`: dates with commas between them; empty: none. */
export const deadlineQuery = z.strictObject({
  rule,
  receivedAt,
  timeZone,
  holidays: text(30_000).optional().describe('Dates with commas between them. Empty: none.'),
  pauses: text(3_000)
    .optional()
    .describe(`As in identity:2027-02-01/2027-02-09,fee:2027-03-01/ (not paid yet). ${pausesText}`),
  locale,
});

const date = z.iso.date();

const deadlineAnswer = z.strictObject({
  rule: z.string(),
  version: z.int().describe('Of the rule.'),
  basis: z.enum(['law', 'promise']).describe('Who sets the date.'),
  citation: z.string().nullable(),
  timeZone: z.string(),
  startDate: date.describe('Day 0.'),
  dueDate: date.describe('The last day, without pauses and extension.'),
  extendedDueDate: date.nullable().describe('The same with the extension; null where the rule has none.'),
  effectiveDueDate: date.describe('The last day with what happened.'),
  dueAtExclusive: z.iso.datetime().describe('The first instant that is late.'),
  extended: z.boolean(),
  explanation: z.array(z.string()).describe('How the date was worked out, step by step.'),
  notice: z.string().describe('That this is no legal advice.'),
});
export type DeadlineAnswer = z.infer<typeof deadlineAnswer>;

const shared = {
  path: '/api/v1/deadlines',
  scope: null,
  answers: { 200: { description: 'The dates, and how they were worked out.', schema: deadlineAnswer } },
} as const;

export const deadlineCall: MachineCall = {
  ...shared,
  id: 'countDeadline',
  method: 'GET',
  summary: 'By when does a request have to be answered?',
  description: 'Counts a legal clock or one of the facility’s promises. It needs no key.',
  parameters: { query: deadlineQuery },
  problems: ['bad-request', 'too-many-requests'],
};

export const deadlineOfEventsCall: MachineCall = {
  ...shared,
  id: 'countDeadlineWithEvents',
  method: 'POST',
  summary: 'The same, with what happened since',
  description:
    'Counts a clock with extension notices, pauses, fees and holds. It needs no key and changes nothing: the same Idempotency-Key simply asks again.',
  idempotent: true,
  body: { type: 'application/json', schema: deadlineQuestion },
  problems: ['bad-request', 'too-large', 'too-many-requests'],
};
