import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listShape, rowCutter } from './cohort-list.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (piece: Uint8Array) => new TextDecoder().decode(piece);

describe('the line of column names', () => {
  it.each([
    ['patient_id,issuer', { delimiter: ',', columns: 2, at: { patient_id: 0, issuer: 1, study_uid: null } }],
    [
      ' Issuer ;"PATIENT_ID";x;study_uid',
      { delimiter: ';', columns: 4, at: { patient_id: 1, issuer: 0, study_uid: 3 } },
    ],
    [
      'issuer\tpatient_id',
      { delimiter: '\t', columns: 2, at: { patient_id: 1, issuer: 0, study_uid: null } },
    ],
  ])('%j is one', (line, shape) => expect(listShape(line)).toEqual(shape));

  it.each([
    '',
    'patient_id',
    'patient_id issuer',
    'patient_id,issuer,issuer',
    'issuer,patient_id,"a""b"',
    'mrn,issuer',
  ])('%j is none', (line) => expect(listShape(line)).toBeNull());
});

describe('rows', () => {
  it('are the same in whatever pieces they come', () => {
    const cell = fc.constantFrom('a', '', '"x,\ny"', '"""q"""', '"\n\n"');
    const rows = fc.array(
      fc.array(cell, { minLength: 1, maxLength: 3 }).map((cells) => `${cells.join(',')}\n`),
    );
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.integer({ min: 1, max: 9 })), (written, sizes) => {
        const whole = bytes(written.join(''));
        const cut = rowCutter();
        const found: string[] = [];
        for (let at = 0; at < whole.length;) {
          const size = Number(sizes.next().value);
          cut(whole.subarray(at, at + size), (row) => found.push(text(row)));
          at += size;
        }
        cut(null, (row) => found.push(text(row)));
        expect(found).toEqual(written);
      }),
    );
  });
});
