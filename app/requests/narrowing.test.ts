import { describe, expect, it } from 'vitest';
import { narrow, timeAskedFor } from './narrowing.ts';

const details = { from: '2020-11-22', to: '2026-11-22' };
const list = { kind: 'accounting', details } as const;
const to = (from: string, until: string, text = '') => narrow(list, { time: { from, to: until }, text });

describe('narrow', () => {
  it('takes any time inside the one that was asked for, to the day', () => {
    for (const [from, until] of [
      ['2020-11-22', '2026-11-21'],
      ['2020-11-23', '2026-11-22'],
      ['2020-11-22', '2020-11-22'],
      ['2026-11-22', '2026-11-22'],
    ] as const)
      expect(to(from, until)).toEqual({ ok: true, time: { from, to: until } });
  });

  it('takes none that is wider on either side, or backwards, with or without a word', () => {
    for (const text of ['', 'Please.']) {
      expect(to('2020-11-21', '2026-11-22', text)).toEqual({ ok: false, refusal: 'timeTooEarly' });
      expect(to('1899-12-31', '1899-12-31', text)).toEqual({ ok: false, refusal: 'timeTooEarly' });
      expect(to('2020-11-22', '2026-11-23', text)).toEqual({ ok: false, refusal: 'timeTooLate' });
      expect(to('2030-01-01', '2030-01-02', text)).toEqual({ ok: false, refusal: 'timeTooLate' });
      expect(to('2025-01-02', '2025-01-01', text)).toEqual({ ok: false, refusal: 'timeBackwards' });
    }
  });

  it('leaves the time as it is for the same days, or for none, and then needs words', () => {
    expect(to(details.from, details.to)).toEqual({ ok: false, refusal: 'changeMissing' });
    expect(to(details.from, details.to, 'By mail.')).toEqual({ ok: true, time: null });
    expect(narrow(list, { time: null, text: ' \n' })).toEqual({ ok: false, refusal: 'changeMissing' });
    expect(narrow(list, { time: null, text: 'By mail.' })).toEqual({ ok: true, time: null });
  });

  it('knows kinds that ask about no time', () => {
    const copies = { kind: 'access', details: { part: 'both', delivery: 'link' } } as const;
    expect(timeAskedFor(copies)).toBeNull();
    expect(narrow(copies, { time: details, text: 'x' })).toEqual({ ok: false, refusal: 'noTime' });
    expect(narrow(copies, { time: null, text: 'x' })).toEqual({ ok: true, time: null });
  });
});
