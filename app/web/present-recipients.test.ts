import { describe, expect, it } from 'vitest';
import type { DisclosureRow } from '#app/disclosures/disclosures.server.ts';
import type { ChoiceMade } from '#app/optouts/choosing.ts';
import type { OptOutRecord } from '#app/optouts/decide.ts';
import { effectView } from './present-effect.server.ts';
import { againstNoView, recipientsView } from './present-recipients.server.ts';

const reader = {
  locale: 'en',
  timeZone: 'America/New_York',
  now: new Date('2026-11-22T12:00:00Z'),
  rules: [],
} as const;

function sent(over: Partial<DisclosureRow> & { company: string }): DisclosureRow {
  const { company, ...rest } = over;
  return {
    id: `${company} ${over.occurredAt?.toISOString() ?? ''}`,
    occurredAt: new Date('2026-08-19T16:40:00Z'),
    assumedTimeZone: null,
    timeOfDayKnown: true,
    vendor: { id: company, slug: company, name: company, address: null, relationship: 'other' },
    studyUid: null,
    accessionNumber: null,
    modality: 'CT',
    studyDescription: null,
    studyOn: null,
    instanceCount: 412,
    anonymized: null,
    purpose: 'HRESCH',
    legalBasis: null,
    legallyRequired: true,
    exclusionReason: null,
    recordedAt: new Date('2026-06-01T12:00:00Z'),
    destination: 'AE',
    sourceAeTitle: null,
    correctsId: null,
    ...rest,
  };
}

const no: OptOutRecord = {
  id: 'no',
  sequence: 1n,
  act: 'denied',
  purposes: ['research', 'aiTraining'],
  vendors: 'all',
  studies: 'all',
  coversDeidentified: true,
  effectiveFrom: new Date('2026-11-20T03:00:00Z'),
  expiresAt: null,
  recordedAt: new Date('2026-11-20T03:00:00Z'),
  supersedesId: null,
};
const takenBack: OptOutRecord = {
  ...no,
  id: 'back',
  sequence: 2n,
  act: 'withdrawn',
  effectiveFrom: new Date('2026-11-21T12:00:00Z'),
  recordedAt: new Date('2026-11-21T12:00:00Z'),
  supersedesId: 'no',
};
const rows = [
  sent({ company: 'Kestrel' }),
  sent({ company: 'Kestrel', occurredAt: new Date('2025-02-06T16:00:00Z') }),
  sent({ company: 'Northlight', purpose: 'TREATDS' }),
  sent({ company: 'Nobody', purpose: null }),
];

describe('who got the images', () => {
  it('is a line for each company and purpose, with the stop and its facility-local day first', () => {
    expect(recipientsView(rows, [no], reader)).toEqual([
      {
        id: 'Kestrel HRESCH',
        name: 'Kestrel',
        to: '/vendors/Kestrel',
        purpose: 'research',
        detail: 'For research · sent 2 times',
        stopped: 'stopped November 19, 2026',
      },
      {
        id: 'Nobody ',
        name: 'Nobody',
        to: '/vendors/Nobody',
        purpose: 'other',
        detail: 'We do not know what for · sent once',
      },
      {
        id: 'Northlight TREATDS',
        name: 'Northlight',
        to: '/vendors/Northlight',
        purpose: 'care',
        detail: 'For your care · sent once',
      },
    ]);
  });

  it('shows no stop without a "no", or once it was taken back', () => {
    for (const records of [[], [no, takenBack]])
      expect(recipientsView(rows, records, reader).filter((line) => line.stopped)).toEqual([]);
  });
});

it('shows that nothing goes without a "yes", where the facility asks for one', () => {
  const rules = [{ from: new Date('2026-11-01T00:00:00Z'), rules: { permission: ['research'] as const } }];
  const stopped = recipientsView(rows, [], { ...reader, rules }).filter((line) => line.stopped);
  expect(stopped.map(({ id, stopped: why }) => [id, why])).toEqual([
    ['Kestrel HRESCH', 'not sent without your “yes”'],
  ]);
});

describe('a "no" or a "yes" to a part', () => {
  const rules = [{ from: new Date('2026-11-01T00:00:00Z'), rules: { permission: ['research'] as const } }];
  const whole = sent({ company: 'Kestrel', studyUid: '1.1' });
  const bare = sent({ company: 'Kestrel', studyUid: '1.2', anonymized: true });
  const yes: OptOutRecord = { ...no, id: 'yes', act: 'permitted' };
  const ofOne = { ...no, studies: ['1.1'] };
  const ofName = { ...no, coversDeidentified: false };
  it.each([
    ['all', [whole, bare], [no], [], 'stopped November 19, 2026'],
    ['one study', [whole], [ofOne], [], 'stopped for 1 study'],
    ['images with the name', [whole], [ofName], [], 'stopped November 19, 2026'],
    [
      'images with the name, of a company that gets both',
      [whole, bare],
      [ofName],
      [],
      'stopped with your name',
    ],
    ['images with the name, of a company that gets none', [bare], [ofName], [], null],
    [
      'one study with the name',
      [whole, bare],
      [{ ...ofOne, coversDeidentified: false }],
      [],
      'stopped for 1 study with your name',
    ],
    [
      'one study by a yes',
      [whole],
      [{ ...yes, studies: ['1.1'] }],
      rules,
      'not sent without your “yes”, but for 1 study',
    ],
    ['all by a yes', [whole], [yes], rules, null],
  ] as const)('%s', (_, sentRows, records, over, says) => {
    const [line] = recipientsView(sentRows, records, { ...reader, rules: over });
    const isWhole = says?.startsWith('stopped November') ?? false;
    expect(line?.stopped ?? null).toBe(isWhole ? says : null);
    expect(line?.detail).toBe(
      [
        'For research',
        `sent ${sentRows.length === 1 ? 'once' : '2 times'}`,
        ...(says && !isWhole ? [says] : []),
      ].join(' · '),
    );
  });

  const choice = { purposes: ['research'], vendors: 'all', studies: 'all' } as const;
  it.each([
    ['all', [whole, bare], { coversDeidentified: true }, 'stops when you send this'],
    [
      'only with the name, of both',
      [whole, bare],
      { coversDeidentified: false },
      'stops with your name when you send this',
    ],
    ['only with the name, where none goes', [bare], { coversDeidentified: false }, 'stays as it is'],
    [
      'one study',
      [whole],
      { coversDeidentified: true, studies: ['1.1'] },
      'stops for 1 study when you send this',
    ],
    [
      'one study with the name',
      [whole, bare],
      { coversDeidentified: false, studies: ['1.1'] },
      'stops for 1 study with your name when you send this',
    ],
  ] as const)('before it is sent: %s', (_, sentRows, over, says) => {
    const made: ChoiceMade = {
      act: 'denied',
      replaces: null,
      choice: {
        ...choice,
        ...over,
        purposes: [...choice.purposes],
        studies: 'studies' in over ? [...over.studies] : 'all',
      },
    };
    const [line] = effectView({ rows: sentRows, records: [] }, made, reader).recipients;
    expect(`${line?.stopped ?? ''} ${line?.detail}`).toContain(says);
  });
});

describe('images sent against a "no"', () => {
  const told = (at: string, over: Partial<DisclosureRow> = {}) =>
    againstNoView(
      [sent({ company: 'Kestrel', occurredAt: new Date(at), ...over })],
      [no, takenBack],
      reader,
      new Map(),
    ).map(({ text }) => text);

  it.each([
    ['2026-11-20T02:59:59Z', []],
    ['2026-11-20T03:00:00Z', ['Kestrel got images of yours on November 19, 2026.']],
    ['2026-11-21T11:59:59Z', ['Kestrel got images of yours on November 21, 2026.']],
    ['2026-11-21T12:00:00Z', []],
  ])('sent at %s: %j', (at, lines) => {
    expect(told(at)).toEqual(lines);
  });

  it.each([
    [{ state: 'open', outcome: null }, 'Our privacy officer will look into it by November 30, 2026.'],
    [{ state: 'lookedInto', outcome: null }, 'Our privacy officer is looking into it now.'],
    [{ state: 'closed', outcome: 'breach' }, 'We looked into it. It was a breach.'],
  ] as const)('say what the facility does about it: %j', (alert, says) => {
    const row = sent({ company: 'Kestrel', occurredAt: new Date('2026-11-21T00:00:00Z') });
    const [line] = againstNoView(
      [row],
      [no, takenBack],
      reader,
      new Map([[row.id, { ...alert, dueOn: '2026-11-30' }]]),
    );
    expect(line?.text).toContain(says);
  });

  it('are not those for care, nor those sent for a purpose nobody knows', () => {
    expect(told('2026-11-21T00:00:00Z', { purpose: 'TREATDS' })).toEqual([]);
    expect(told('2026-11-21T00:00:00Z', { purpose: null })).toEqual([]);
  });
});
