import { describe, expect, it } from 'vitest';
import { choiceOf, chosenReleases, patientReleases, useOf, type TracedRow } from './patient-releases.ts';

const sent = (at: string, slug: string, over: Partial<TracedRow> = {}): TracedRow => ({
  id: `${slug} ${at}`,
  occurredAt: new Date(at),
  assumedTimeZone: null,
  timeOfDayKnown: true,
  vendor: { id: slug, slug, name: slug, address: null },
  instanceCount: 1,
  modality: 'CT',
  studyOn: null,
  studyUid: null,
  anonymized: null,
  purpose: 'HRESCH',
  legalBasis: 'irbWaiver',
  legallyRequired: true,
  exclusionReason: null,
  destination: 'AE',
  sourceAeTitle: null,
  recordedAt: new Date(at),
  correctsId: null,
  ...over,
});
const care = { purpose: 'TREATDS', legalBasis: 'treatment', legallyRequired: false };
// Three to one company for one purpose: an official list would sum them up.
const rows = [
  sent('2026-03-01T12:00:00Z', 'kestrel'),
  sent('2026-04-01T12:00:00Z', 'kestrel'),
  sent('2025-04-01T12:00:00Z', 'kestrel'),
  // The evening of the year before, at the facility.
  sent('2025-01-01T03:00:00Z', 'northlight', care),
];
const localDate = (at: Date) => new Date(at.getTime() - 5 * 3_600_000).toISOString().slice(0, 10);
const releases = patientReleases(rows, localDate, [], 'states');
const nothing = { from: null, to: null, company: null, use: null, layer: null };

it('is every release for itself, newest first, with its layer, its use and its facility-local year', () => {
  expect(releases.map(({ row, layer, use, year }) => [row.occurredOn, layer, use, year])).toEqual([
    ['2026-04-01', 'law', 'research', '2026'],
    ['2026-03-01', 'law', 'research', '2026'],
    ['2025-04-01', 'law', 'research', '2025'],
    ['2024-12-31', 'also', 'care', '2024'],
  ]);
});

describe('what a patient chooses', () => {
  it.each([
    ['nothing', {}, 4],
    ['one year', { from: '2026', to: '2026' }, 2],
    ['years', { from: '2024', to: '2025' }, 2],
    ['years the wrong way round', { from: '2025', to: '2024' }, 2],
    ['from a year on', { from: '2025' }, 3],
    ['a company', { company: 'northlight' }, 1],
    ['a use', { use: 'research' }, 3],
    ['a list', { layer: 'also' }, 1],
    ['what does not go together', { use: 'care', layer: 'law' }, 0],
    ['what nobody has: all', { from: '1999', company: 'nobody', use: 'constructor', layer: '__proto__' }, 4],
  ])('%s', (_, asked, count) => {
    expect(chosenReleases(releases, choiceOf({ ...nothing, ...asked }, releases))).toHaveLength(count);
  });
});

it.each([
  ['TREAT', 'care'],
  ['MLTRAINING', 'ai'],
  ['CLINTRCH', 'research'],
  ['HOPERAT', 'other'],
  [null, 'other'],
])('%s is for %s', (code, use) => {
  expect(useOf(code)).toBe(use);
});

it('has one layer where a GDPR rules, which leaves out no receiver', () => {
  const everyone = patientReleases(rows, localDate, [], 'EU');
  expect(everyone).toHaveLength(releases.length);
  expect(new Set(everyone.map(({ layer }) => layer))).toEqual(new Set(['law']));
  expect(everyone.every(({ row }) => row.exclusionReason === null)).toBe(true);
});
