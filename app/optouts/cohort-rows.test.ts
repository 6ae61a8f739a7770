import { describe, expect, it } from 'vitest';
import { beforeAsked, betweenRecords, recordsIn } from './cohort-rows.ts';

const id = '0198a5c0-0000-7000-8000-000000000001';
const no = [id, 1, 'aiTraining', 0, 'denied', '*', '*', 1, 0, '', '', ''].join('|');
const read = (...records: string[]) =>
  recordsIn([records.join(betweenRecords), id, ''].join(beforeAsked))?.records.length ?? null;

describe('the records in front of a row', () => {
  it('are read all, or none of them: a "no" that cannot be read is never left out', () => {
    expect(read(no)).toBe(1);
    expect(read(no, no)).toBe(2);
    // What the database gives for a record that it cannot write whole.
    expect(read('')).toBeNull();
    expect(read(no, '')).toBeNull();
    expect(read('', no)).toBeNull();
    expect(read(no, no.replace('denied', 'declined'))).toBeNull();
    expect(read(`${no}|`)).toBeNull();
  });

  it('permit nothing where nobody is named that they are asked for', () => {
    const yes = [id, 1, 'aiTraining', 0, 'permitted', '*', '*', 1, 0, '', '', id].join('|');
    const actFor = (asked: string) => recordsIn([yes, asked, ''].join(beforeAsked))?.records[0]?.act;
    expect([actFor(id), actFor(''), actFor('nobody')]).toEqual(['permitted', 'withdrawn', undefined]);
  });

  it('of which nothing but the beginning is there are a "no" to everybody, wherever they were cut', () => {
    const yes = [id, 1, 'aiTraining', 5, 'permitted', '*', '*', 1, 0, '', '', id];
    const cut = Array.from({ length: 12 }, (_, fields) => {
      const { records } = recordsIn([yes.slice(0, fields).join('|'), id, ''].join(beforeAsked)) ?? {};
      return records ? records.map(({ act, vendors, studies }) => [act, vendors, studies]) : null;
    });
    expect(cut).toEqual(cut.map((_, fields) => (fields === 4 ? [['denied', 'all', 'all']] : null)));
  });
});
