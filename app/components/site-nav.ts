import type { MessageId } from '#app/words/words.ts';

export type SiteSection = 'public' | 'patient' | 'staff' | 'officer';

export interface NavItem {
  to: string;
  label: MessageId;
  current?: 'page' | 'true';
}

interface Place {
  to: string;
  label: MessageId;
}

const patientPlaces: Place[] = [
  { to: '/home', label: 'site.nav.home' },
  { to: '/disclosures', label: 'site.nav.disclosures' },
  { to: '/opt-outs', label: 'site.nav.optOuts' },
  { to: '/requests', label: 'site.nav.requests' },
];
const staffPlace: Place = { to: '/staff', label: 'site.nav.staff' };
const officerPlace: Place = { to: '/officer', label: 'site.nav.officer' };
const vendorsPlace: Place = { to: '/vendors', label: 'site.nav.vendors' };
const signInPlace: Place = { to: '/sign-in', label: 'site.nav.signIn' };

/** Where a signed-in person's own pages start. */
export function homeOf(role: string): string {
  if (role === 'privacyOfficer') return '/officer';
  if (role === 'staff' || role === 'auditor') return '/staff';
  return '/home';
}

/**
 * The main navigation of a part of the site, with the page the visitor is on marked: `page` for the page itself,
 * `true` for a page below it. Only the nearest place is marked. Shows ways, grants nothing: each page guards itself.
 */
export function siteNav(section: SiteSection, path: string, role?: string): NavItem[] {
  const places = placesOf(section, role);
  const nearest = places
    .filter(({ to }) => path === to || path.startsWith(`${to}/`))
    .sort((a, b) => b.to.length - a.to.length)[0];
  return places.map((place) => ({
    ...place,
    current: place !== nearest ? undefined : path === place.to ? 'page' : 'true',
  }));
}

function placesOf(section: SiteSection, role?: string): Place[] {
  if (section === 'patient') return patientPlaces;
  if (section === 'officer') return [officerPlace, staffPlace];
  if (section === 'staff') return role === 'privacyOfficer' ? [officerPlace, staffPlace] : [staffPlace];
  if (!role) return [vendorsPlace, signInPlace];
  const home = [officerPlace, staffPlace, ...patientPlaces].find((place) => place.to === homeOf(role));
  return home ? [home, vendorsPlace] : [vendorsPlace];
}
