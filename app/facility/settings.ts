import { z } from 'zod';

/**
 * What a facility sets about its requests, by name. A setting that was never set is its default. What was filed under an older value
 * keeps it.
 */
export const settingSchemas = {
  /** Days or business days that the facility promises, by clock rule; a rule that is not here keeps its own number. */
  promises: z.record(z.string().regex(/^promise\.[a-zA-Z]{1,40}$/), z.int().min(1).max(366)),
  /** When a request's last day is brought to somebody's mind by mail. */
  reminders: z.strictObject({
    halfWay: z.boolean(),
    /** Calendar days before the last day. */
    daysBefore: z.array(z.int().min(1).max(60)).max(5),
    due: z.boolean(),
    /** Each day, all that is late in one mail. */
    overdueDaily: z.boolean(),
    /** Whom: who has the request (officers, where nobody has it), the privacy officers, or both. */
    to: z.enum(['assignee', 'officers', 'both']),
  }),
  /** When a company that was told of a choice and says nothing is asked again, and when an officer is told. Days after it was told. */
  vendorNotices: z.strictObject({
    remindAfter: z.array(z.int().min(1).max(180)).max(5),
    escalateAfter: z.int().min(1).max(365),
  }),
  /**
   * Whether the clock of Art. 12 GDPR stands still while the facility waits to know who asks, or what is asked. The text of the law has no
   * such pause: guidance allows for one (EDPB Guidelines 01/2022), so that it is a choice.
   */
  pauses: z.strictObject({ suspend: z.boolean() }),
  /** Which uses of images need a patient's "yes", how long a choice counts, and when patients are asked again. */
  choices: z.strictObject({
    /** Nothing is sent for these without permission. For the others a patient says no. */
    permission: z.array(z.enum(['aiTraining', 'research', 'commercialSharing'])),
    /** Years; null: until it is taken back. A changed number counts for choices made from then on. */
    noCountsFor: z.int().min(1).max(20).nullable(),
    yesCountsFor: z.int().min(1).max(20).nullable(),
    /** Days before its end on which the patient is asked. */
    askDaysBefore: z.int().min(14).max(180),
  }),
  /** The first accounting in 12 months is free by law (45 CFR 164.528(c)(2)): no setting changes that. */
  fees: z.strictObject({
    currency: z.enum(['USD', 'EUR', 'GBP']),
    /** Each further accounting within the 12 months. */
    accountingCents: z.int().min(0).max(50_000),
    /** A copy of records (45 CFR 164.524(c)(4)). */
    accessCents: z.int().min(0).max(50_000),
  }),
} as const;

export type SettingName = keyof typeof settingSchemas;
export type Settings = { [N in SettingName]: z.output<(typeof settingSchemas)[N]> };

export const currencies = ['USD', 'EUR', 'GBP'] as const;
export const reminderReaders = ['assignee', 'officers', 'both'] as const;

export const settingDefaults: Settings = {
  promises: {},
  reminders: { halfWay: true, daysBefore: [10, 3], due: true, overdueDaily: true, to: 'both' },
  vendorNotices: { remindAfter: [7, 14, 30], escalateAfter: 30 },
  pauses: { suspend: false },
  choices: { permission: [], noCountsFor: null, yesCountsFor: null, askDaysBefore: 30 },
  fees: { currency: 'USD', accountingCents: 0, accessCents: 0 },
};

/** What the facility promises for a rule; undefined where it is the rule's own number. */
export function promisedCount(promises: Settings['promises'], ruleId: string): number | undefined {
  return Object.hasOwn(promises, ruleId) ? promises[ruleId] : undefined;
}
