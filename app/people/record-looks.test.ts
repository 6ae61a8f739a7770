import { describe, expect, it } from 'vitest';
import { lookAt, missingOfReason, type AboutLook } from './record-looks.ts';

const now = new Date('2026-11-22T15:00:00Z');
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
const look = (over: Partial<AboutLook>) =>
  lookAt(
    { role: 'staff', isClosed: false, isExplained: false, reasonAt: null, glassBrokenAt: null, ...over },
    now,
  );

describe('who may open a record', () => {
  it.each<[string, Partial<AboutLook>, ReturnType<typeof lookAt>]>([
    ['staff without a request', {}, 'reasonNeeded'],
    ['staff with an open request', { isExplained: true }, 'open'],
    ['a reason of this day', { reasonAt: ago(8 * 60 - 1) }, 'open'],
    ['a reason of yesterday', { reasonAt: ago(8 * 60) }, 'reasonNeeded'],
    ['an auditor', { role: 'auditor' }, 'open'],
    ['an auditor, of a closed one', { role: 'auditor', isClosed: true }, 'closed'],
    [
      'a closed one, whatever request there is',
      { isClosed: true, isExplained: true, reasonAt: ago(1) },
      'closed',
    ],
    ['a closed one that was opened', { isClosed: true, glassBrokenAt: ago(59) }, 'open'],
    ['a closed one that was opened an hour ago', { isClosed: true, glassBrokenAt: ago(60) }, 'closed'],
    ['not closed any more since', { glassBrokenAt: ago(60) }, 'open'],
    ['an officer', { role: 'privacyOfficer', isClosed: true }, 'open'],
  ])('%s', (_who, over, expected) => expect(look(over)).toBe(expected));
});

it('words of one’s own are needed for something else, and for every closed record', () => {
  expect(missingOfReason({ why: 'patientAsked', text: '', isClosed: false })).toBeNull();
  expect(missingOfReason({ why: 'other', text: '  ', isClosed: false })).toBe('text');
  expect(missingOfReason({ why: 'patientAsked', text: '', isClosed: true })).toBe('text');
  expect(missingOfReason({ why: 'other', text: 'A call from the lab', isClosed: true })).toBeNull();
});
