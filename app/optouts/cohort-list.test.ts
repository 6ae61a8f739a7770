import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { bodyOf } from './cohort-body.server.ts';
import { endMarkFinder, hasOtherBreaks, listLimits, listShape, Pace, rowCutter } from './cohort-list.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (piece: Uint8Array) => new TextDecoder().decode(piece);

describe('the line of column names', () => {
  it.each([
    [
      'patient_id;issuer;"name, first"',
      { delimiter: ';', columns: 3, at: { patient_id: 0, issuer: 1, study_uid: null } },
    ],
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
    '"patient_id,issuer"',
    'patient_id,issuer,"x',
  ])('%j is none', (line) => expect(listShape(line)).toBeNull());

  it.each(['\r', '\n', '\0', '\f', '\v', '\u0085', '\u2028', '\u2029'])(
    'with %j in it is more than one line to somebody who reads it',
    (mark) => {
      expect(hasOtherBreaks(`patient_id,issuer${mark}RB000417,RIVERBEND`)).toBe(true);
      expect(hasOtherBreaks('patient_id\tissuer\tNiño é')).toBe(false);
    },
  );
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
        const add = (of: Uint8Array, start: number, end: number) => found.push(text(of.subarray(start, end)));
        for (let at = 0; at < whole.length;) {
          const size = Number(sizes.next().value);
          cut(whole.subarray(at, at + size), add);
          at += size;
        }
        cut(null, add);
        expect(found).toEqual(written);
      }),
    );
  });
});

describe('a body', () => {
  const limits = { ...listLimits, bytes: 100, lines: 3 };
  const read = async (body: AsyncIterable<Uint8Array>, stillAsks = () => Promise.resolve()) => {
    const pieces = bodyOf(body, { stillAsks, limits });
    try {
      while ((await pieces.next()) !== null);
    } finally {
      await pieces.leave();
    }
  };
  const sent = async function* (...pieces: string[]) {
    for (const piece of pieces) yield await Promise.resolve(bytes(piece));
  };

  it('may have so many bytes and lines, whatever ends them', async () => {
    await expect(read(sent('a\n'.repeat(3), 'x'.repeat(94)))).resolves.toBeUndefined();
    await expect(read(sent('x'.repeat(60), 'x'.repeat(41)))).rejects.toMatchObject({
      refusal: { reason: 'tooLong' },
    });
    for (const end of ['\n', '\r', '\r\n'])
      await expect(read(sent(`a${end}`.repeat(4)))).rejects.toMatchObject({ refusal: { reason: 'tooLong' } });
  });

  it('that comes too slowly is refused, and who sends nothing is asked for all the same', async () => {
    vi.useFakeTimers();
    try {
      const never: AsyncIterable<Uint8Array> = {
        [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
      };
      const slow = expect(read(never)).rejects.toMatchObject({ refusal: { reason: 'tooSlow' } });
      const ended = expect(read(never, () => Promise.reject(new Error('ended')))).rejects.toThrow('ended');
      await vi.advanceTimersByTimeAsync(4_000);
      await ended;
      await vi.advanceTimersByTimeAsync(30_000);
      await slow;
    } finally {
      vi.useRealTimers();
    }
    const pace = new Pace(listLimits);
    pace.add(0, 30_000);
    expect(pace.isTooSlow()).toBe(false);
    pace.add(31 * 64 * 1024, 1_000);
    expect(pace.isTooSlow()).toBe(false);
    pace.add(0, 1_000);
    expect(pace.isTooSlow()).toBe(true);
  });

  it('that keeps the pace is refused all the same once its place was held too long', () => {
    const pace = new Pace(listLimits);
    for (let minute = 0; minute < 30; minute++) pace.add(60 * 128 * 1024, 60_000);
    expect(pace.isTooSlow()).toBe(false);
    pace.add(128 * 1024, 1_000);
    expect(pace.isTooSlow()).toBe(true);
  });

  it.each([
    ['\\.\na,b\n', true],
    ['a,b\n\\.\nc,d\n', true],
    ['a,b\r\n\\.\r\nc,d\r\n', true],
    ['a,b\n\\.', true],
    ['a,\\.\n\\.,b\n\\.x\n', false],
    ['', false],
  ])('%j with a line that ends it for the database: %s, in pieces of any length', (list, expected) => {
    for (const length of [1, 2, 3, 100]) {
      const find = endMarkFinder();
      const pieces = Array.from({ length: Math.ceil(list.length / length) }, (_, at) =>
        bytes(list.slice(at * length, (at + 1) * length)),
      );
      expect([...pieces.map(find), find(null)].includes(true)).toBe(expected);
    }
  });
});
