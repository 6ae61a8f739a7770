import type { Role } from '#app/audit/actor.ts';
import { describe, expect, it } from 'vitest';
import { siteNav, type Opens, type SiteSection } from './site-nav.ts';

const paths = (section: SiteSection, role?: Role) => siteNav(section, '/', role).map((item) => item.to);

describe('siteNav', () => {
  it('shows each part of the site its own ways', () => {
    expect(paths('patient', 'patient')).toEqual(['/home', '/disclosures', '/opt-outs', '/requests']);
    expect(paths('staff', 'staff')).toEqual([
      '/staff',
      '/staff/patients',
      '/staff/disclosures',
      '/staff/imports',
      '/staff/list-cleaner',
      '/staff/unmatched',
      '/staff/vendors',
      '/staff/sign-in-help',
    ]);
    expect(paths('staff', 'privacyOfficer')).toEqual([
      '/officer',
      '/officer/people',
      '/officer/keys',
      '/officer/sources',
      '/officer/notices',
      '/officer/settings',
      '/staff',
      '/staff/patients',
      '/staff/disclosures',
      '/staff/imports',
      '/staff/list-cleaner',
      '/staff/unmatched',
      '/staff/vendors',
      '/staff/sign-in-help',
    ]);
    expect(paths('officer', 'auditor')).toEqual([
      '/officer',
      '/officer/people',
      '/officer/keys',
      '/officer/sources',
      '/officer/notices',
      '/officer/settings',
      '/staff',
      '/staff/patients',
      '/staff/disclosures',
      '/staff/imports',
      '/staff/unmatched',
      '/staff/vendors',
    ]);
    expect(paths('public')).toEqual(['/sign-in', '/vendors']);
  });

  it('offers a signed-in visitor of a public page the way home instead of the way in', () => {
    expect(paths('public', 'patient')).toEqual(['/home', '/vendors']);
    expect(paths('public', 'staff')).toEqual(['/staff', '/vendors']);
    expect(paths('public', 'auditor')).toEqual(['/officer', '/vendors']);
    expect(paths('public', 'privacyOfficer')).toEqual(['/officer', '/vendors']);
  });

  it('shows an account that opens no records only where it goes on', () => {
    const without = (opens: Opens, section: SiteSection = 'patient') =>
      siteNav(section, '/account/security', 'patient', null, opens).map(({ to }) => to);
    expect(without('nothing')).toEqual(['/welcome']);
    expect(without('representatives')).toEqual(['/account/representatives']);
    expect(without('nothing', 'public')).toEqual(['/welcome']);
  });

  it.each([
    ['/requests', '/requests', 'page'],
    ['/requests/new/access', '/requests', 'true'],
    ['/home', '/home', 'page'],
    ['/opt-outs/new', '/opt-outs', 'true'],
  ])('at %s marks %s as %s, and nothing else', (path, to, current) => {
    const marked = siteNav('patient', path, 'patient').filter((item) => item.current);
    expect(marked).toMatchObject([{ to, current }]);
  });

  it('marks the people where officers confirm what was asked about them', () => {
    const marked = siteNav('officer', '/officer/orders/1', 'privacyOfficer').filter((item) => item.current);
    expect(marked).toMatchObject([{ to: '/officer/people', current: 'true' }]);
  });

  it('does not take a name that only begins alike for a page below', () => {
    expect(siteNav('patient', '/homework').some((item) => item.current)).toBe(false);
    expect(siteNav('staff', '/staffing').some((item) => item.current)).toBe(false);
  });
});
