import { decideExport, type ExportQuestion, type OptOutRecord } from '#app/optouts/decide.ts';
import { optOutPurposes } from '#app/optouts/purposes.ts';
import type { ExportRules } from '#app/optouts/rules.ts';

// Records of a patient's choices for tests of the decision alone.

export const day = (n: number) => new Date(Date.UTC(2026, 8, n, 12));
export const denial = (change: Partial<OptOutRecord> = {}): OptOutRecord => ({
  id: 'r1',
  sequence: 1n,
  act: 'denied',
  purposes: ['aiTraining'],
  vendors: 'all',
  studies: 'all',
  coversDeidentified: true,
  effectiveFrom: day(10),
  expiresAt: null,
  recordedAt: day(10),
  supersedesId: null,
  ...change,
});
export const yes = (change: Partial<OptOutRecord> = {}): OptOutRecord =>
  denial({ id: 'yes', act: 'permitted', ...change });
export const question = (change: Partial<ExportQuestion> = {}): ExportQuestion => ({
  purpose: 'MLTRAINING',
  vendorId: 'kestrel',
  identifiable: true,
  studyUid: null,
  ...change,
});

/** Silence permits. */
const silence: ExportRules = { permission: [] };
/** Nothing goes without a "yes". */
export const asked: ExportRules = { permission: optOutPurposes };
export const decide = (
  records: readonly OptOutRecord[],
  about: ExportQuestion,
  at: Date,
  knownAt: Date = at,
  rules: ExportRules = silence,
) => decideExport(records, about, at, knownAt, rules);
