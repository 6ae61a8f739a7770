import { describe, expect, it } from 'vitest';
import { locales } from '#app/words/locales.ts';
import { composeAnswer } from './letter.ts';

const facility = { name: 'Riverbend', phone: '1', email: 'a@b.example', address: 'Mill Street' };
const read = (
  letter: Omit<Parameters<typeof composeAnswer>[0], 'jurisdiction' | 'note'>,
  locale: 'en' | 'es' = 'en',
) => composeAnswer({ ...letter, jurisdiction: 'US', note: 'Because.' }, facility, locale);

describe('an answer that says yes to a part', () => {
  it.each([
    ['complaint', 'notUpheld', /^For the rest/],
    ['amendment', 'accurateAndComplete', /^The rest/],
  ] as const)('%s: its ground denies the rest alone', (kind, ground, expected) => {
    const part = read({ kind, outcome: 'grantedInPart', ground });
    const whole = read({ kind, outcome: 'denied', ground });
    expect(part.ground?.reason).toMatch(expected);
    expect(whole.ground?.reason).not.toMatch(expected);
    expect(part.ground?.citation).toBe(whole.ground?.citation);
  });
});

describe('a recall that a company refused', () => {
  it.each(locales)('does not say that the facility said no (%s)', (locale) => {
    const { outcome } = read({ kind: 'recall', outcome: 'denied', ground: 'companyRefuses' }, locale);
    expect(outcome).not.toBe(read({ kind: 'access', outcome: 'denied', ground: 'inmate' }, locale).outcome);
  });
});
