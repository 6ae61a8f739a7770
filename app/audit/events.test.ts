import { describe, expect, test } from 'vitest';
import { contentText, linkText } from './events.ts';

const event = {
  at: new Date('2026-09-14T12:15:02.417Z'),
  type: 'disclosure.recorded',
  actorKind: 'machine',
  actorId: '0199-archive',
  actorName: 'Archive "Río" \u2028',
  onBehalfOf: null,
  subjectKind: 'disclosure',
  subjectId: '0199-row',
  patientId: null,
  requestId: null,
  before: null,
  after: { purpose: 'aiTraining', images: 120, counts: { 9: 'nine', 10: 'ten' }, b: [{ z: null, a: false }] },
  reason: 'said "no"',
  visibleToPatient: true,
  recordedAt: null,
  shownPatientIds: null,
};

/** As the texts of the chains that are out there were made: each object's keys sorted by their code units. */
function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${pairs.map(([key, one]) => `${JSON.stringify(key)}:${sorted(one)}`).join(',')}}`;
}

describe('the texts that hashes are taken of', () => {
  test('of an event, with nothing where the first events had nothing', () => {
    const { recordedAt: _, shownPatientIds: __, ...first } = event;
    expect(contentText(event)).toBe(sorted({ ...first, at: '2026-09-14T12:15:02.417Z' }));
    expect(contentText({ ...event, shownPatientIds: [] })).toBe(contentText(event));
  });

  test('of an event that says when it was written down and whom a list showed', () => {
    const later = { ...event, recordedAt: new Date('2026-09-14T12:15:03Z'), shownPatientIds: ['b', 'a'] };
    expect(contentText(later)).toBe(
      sorted({ ...later, at: '2026-09-14T12:15:02.417Z', recordedAt: '2026-09-14T12:15:03.000Z' }),
    );
  });

  test('of a link, whatever order its fields come in', () => {
    const link = {
      sealedAt: new Date('2026-09-14T12:15:04Z'),
      sequence: 12n,
      previousHash: '0'.repeat(64),
      contentHash: 'a'.repeat(64),
    };
    expect(linkText(link)).toBe(
      `{"contentHash":"${'a'.repeat(64)}","previousHash":"${'0'.repeat(64)}","sealedAt":"2026-09-14T12:15:04.000Z","sequence":"12"}`,
    );
  });
});
