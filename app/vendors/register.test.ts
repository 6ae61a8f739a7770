import { describe, expect, it } from 'vitest';
import {
  mayAdd,
  mayAddUntilNext,
  mayEnd,
  normalEndpoint,
  slugOf,
  type RegisteredEndpoint,
} from './register.ts';

describe('normalEndpoint', () => {
  it.each([
    ['aeTitle', ' KESTREL_R2 ', 'KESTREL_R2'],
    ['aeTitle', 'Kestrel', 'Kestrel'],
    ['aeTitle', 'SEVENTEEN_LETTERS', null],
    ['aeTitle', 'BACK\\SLASH', null],
    // A Cyrillic K.
    ['aeTitle', 'КESTREL', null],
    ['host', 'STOW.Kestrel.example', 'stow.kestrel.example'],
    ['host', 'kestrel.example/path', null],
    ['host', '-kestrel.example', null],
    ['ipCidr', '192.0.2.40/31', '192.0.2.40/31'],
    ['ipCidr', '192.0.2.40', '192.0.2.40/32'],
    ['ipCidr', '2001:DB8::/32', '2001:db8::/32'],
    ['ipCidr', '0.0.0.0/0', null],
    ['ipCidr', '192.0.2.400/31', null],
    ['uriPrefix', 'https://stow.kestrel.example/dicom', 'https://stow.kestrel.example/dicom'],
    ['uriPrefix', 'https://me:secret@kestrel.example/', null],
    ['uriPrefix', 'javascript:alert(1)', null],
    ['login', 'kestrel-sender', 'kestrel-sender'],
    ['login', '   ', null],
  ] as const)('%s "%s"', (kind, typed, kept) => {
    expect(normalEndpoint(kind, typed)).toBe(kept);
  });
});

const day = (on: string) => new Date(`${on}T05:00:00Z`);

describe('mayAdd', () => {
  const there: RegisteredEndpoint = {
    id: '1',
    vendorId: 'kestrel',
    kind: 'aeTitle',
    value: 'RES',
    validFrom: day('2020-01-01'),
    validTo: day('2026-03-01'),
  };
  const added = { vendorId: 'umbra', kind: 'aeTitle', value: 'RES' } as const;

  it.each([
    ['of another at that time', {}, '2026-02-28', 'ofAnother'],
    ['of the same at that time', { vendorId: 'umbra' }, '2026-02-28', 'thereAlready'],
    ['from the day that the other ends', {}, '2026-03-01', undefined],
    [
      'another with the same time, that was taken back',
      { validTo: there.validFrom },
      '2020-01-01',
      undefined,
    ],
    ['of another kind', { kind: 'login' as const }, '2026-02-28', undefined],
    ['that goes on', { validTo: null }, '2030-01-01', 'ofAnother'],
  ])('%s', (_, changed, from, refusal) => {
    const may = mayAdd([{ ...there, ...changed }], { ...added, validFrom: day(from) });
    expect(may.ok ? undefined : may.refusal).toBe(refusal);
  });
});

describe('mayAddUntilNext', () => {
  const row = (vendorId: string, from: string, to: string | null): RegisteredEndpoint => ({
    id: `${vendorId} ${from}`,
    vendorId,
    kind: 'aeTitle',
    value: 'RES',
    validFrom: day(from),
    validTo: to === null ? null : day(to),
  });
  const register = [
    row('kestrel', '2020-01-01', '2022-01-01'),
    row('umbra', '2024-01-01', '2024-01-01'),
    row('umbra', '2025-01-01', null),
    row('northlight', '2024-06-01', '2025-01-01'),
  ];
  it.each([
    ['while another has it', 'umbra', '2021-12-31', null],
    ['on the day that another ends', 'umbra', '2022-01-01', '2024-06-01'],
    ['beside its own rows', 'kestrel', '2019-01-01', '2024-06-01'],
    ['before all others', 'northlight', '2019-01-01', '2020-01-01'],
    ['on the day that another begins', 'kestrel', '2025-01-01', null],
  ])('%s: %s from %s', (_, vendorId, from, until) => {
    const may = mayAddUntilNext(register, { vendorId, kind: 'aeTitle', value: 'RES', validFrom: day(from) });
    expect(may).toEqual(
      until === null ? { ok: false, refusal: 'ofAnother' } : { ok: true, validTo: day(until) },
    );
  });

  it('goes on where nobody else comes after', () => {
    const added = {
      vendorId: 'kestrel',
      kind: 'aeTitle',
      value: 'RES',
      validFrom: day('2026-01-01'),
    } as const;
    expect(mayAddUntilNext([row('umbra', '2020-01-01', '2026-01-01')], added)).toEqual({
      ok: true,
      validTo: null,
    });
  });
});

it('ends what is valid, not before it began, and never later than it ended', () => {
  const valid = { validFrom: '2026-01-01', validTo: null };
  expect(mayEnd(valid, '2026-01-01')).toEqual({ ok: true });
  expect(mayEnd(valid, '2025-12-31')).toMatchObject({ refusal: 'endsBeforeItBegan' });
  const ended = { ...valid, validTo: '2026-06-01' };
  expect(mayEnd(ended, '2026-05-31')).toEqual({ ok: true });
  expect(mayEnd(ended, '2026-06-01')).toMatchObject({ refusal: 'endedAlready' });
});

it.each([
  ['Kestrel Research Institute', 'kestrel-research-institute'],
  ['  Óptica & Visión, S.A. ', 'optica-vision-s-a'],
  ['检查', ''],
])('slug of "%s"', (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});
