import type { Role } from '#app/audit/actor.ts';
import { can, homeOf, scopeAllows, type Capability } from '#app/people/can.ts';
import type { MessageId } from '#app/words/words.ts';

export type SiteSection = 'public' | 'patient' | 'staff' | 'officer';

/** How far somebody acts for a patient; null: for themselves. */
export type ActingScope = 'see' | 'file' | 'both' | null;

export interface NavItem {
  to: string;
  label: MessageId;
  current?: 'page' | 'true';
}

/** What a patient's account opens: records (their own, or those of whom they act for), only whom they may act for, or nothing yet. */
export type Opens = 'records' | 'representatives' | 'nothing';

interface Place {
  to: string;
  label: MessageId;
  /** Without it the place is not shown. */
  capability: Capability;
  /** Another address whose pages belong to this place. */
  covers?: string;
}

type Way = Pick<Place, 'to' | 'label' | 'covers'>;

const patientPlaces: Place[] = [
  { to: '/home', capability: 'ownRecords.see', label: 'site.nav.home' },
  { to: '/disclosures', capability: 'ownRecords.see', label: 'site.nav.disclosures' },
  { to: '/opt-outs', capability: 'ownRecords.see', label: 'site.nav.optOuts' },
  { to: '/requests', capability: 'ownRequests.follow', label: 'site.nav.requests' },
];
const staffPlace: Place = { to: '/staff', capability: 'requests.see', label: 'site.nav.staff' };
const officerPlace: Place = { to: '/officer', capability: 'deadlines.see', label: 'site.nav.officer' };
const officerPlaces: Place[] = [
  officerPlace,
  { to: '/officer/people', capability: 'people.see', label: 'site.nav.people', covers: '/officer/orders' },
  { to: '/officer/keys', capability: 'apiKeys.see', label: 'site.nav.keys' },
  { to: '/officer/sources', capability: 'sources.see', label: 'site.nav.sources' },
  { to: '/officer/notices', capability: 'notices.see', label: 'site.nav.notices' },
  { to: '/officer/settings', capability: 'settings.see', label: 'site.nav.settings' },
];
const staffPlaces: Place[] = [
  staffPlace,
  { to: '/staff/patients', capability: 'patients.see', label: 'site.nav.patients' },
  { to: '/staff/disclosures', capability: 'disclosures.see', label: 'site.nav.ledger' },
  { to: '/staff/imports', capability: 'imports.see', label: 'site.nav.imports' },
  { to: '/staff/list-cleaner', capability: 'lists.clean', label: 'site.nav.lists' },
  { to: '/staff/unmatched', capability: 'matching.see', label: 'site.nav.unmatched' },
  { to: '/staff/vendors', capability: 'vendors.see', label: 'site.nav.vendors' },
  { to: '/staff/sign-in-help', capability: 'signInHelp.ask', label: 'site.nav.help' },
];
/** Where an account that opens no records goes on: nothing else of a patient's would open. */
const placeWithoutRecords: Record<Exclude<Opens, 'records'>, Way> = {
  representatives: { to: '/account/representatives', label: 'account.nav.representatives' },
  nothing: { to: '/welcome', label: 'site.nav.welcome' },
};
const signInPlace: Way = { to: '/sign-in', label: 'site.nav.signIn' };
/** Open to everybody. */
const companiesPlace: Way = { to: '/vendors', label: 'site.nav.vendors' };

/**
 * The main navigation of a part of the site, with the page the visitor is on marked: `page` for the page itself,
 * `true` for a page below it. Only the nearest place is marked. Shows ways, grants nothing: each page guards itself.
 */
export function siteNav(
  section: SiteSection,
  path: string,
  role?: Role,
  acting: ActingScope = null,
  opens: Opens = 'records',
): NavItem[] {
  const places = placesOf(section, { role, acting, opens });
  const holds = (to: string) => path === to || path.startsWith(`${to}/`);
  const nearest = places
    .filter(({ to, covers }) => holds(to) || (covers !== undefined && holds(covers)))
    .sort((a, b) => b.to.length - a.to.length)[0];
  return places.map((place) => ({
    to: place.to,
    label: place.label,
    current: place !== nearest ? undefined : path === place.to ? 'page' : 'true',
  }));
}

function placesOf(
  section: SiteSection,
  { role, acting, opens }: { role: Role | undefined; acting: ActingScope; opens: Opens },
): Way[] {
  if (!role) return section === 'public' ? [signInPlace, companiesPlace] : [];
  if (role === 'patient' && opens !== 'records') return [placeWithoutRecords[opens]];
  const own =
    role === 'patient'
      ? patientPlaces.filter(({ capability }) => scopeAllows(acting, capability))
      : [...officerPlaces, ...staffPlaces].filter(({ capability }) => can(role, capability));
  return section === 'public' ? [...own.filter(({ to }) => to === homeOf(role)), companiesPlace] : own;
}
