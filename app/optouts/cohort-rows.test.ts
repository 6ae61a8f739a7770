import { describe, expect, it } from 'vitest';
import { beforeAsked, betweenRecords, recordsIn } from './cohort-rows.ts';

const id = '0198a5c0-0000-7000-8000-000000000001';
const no = [id, 1, 'denied', 'aiTraining', '*', '*', 1, 0, '', 0, '', id, ''].join('|');
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
});
