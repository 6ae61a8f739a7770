import { signedIn, ids, type Line } from './expected-route.ts';

/** Layouts, and what is open to those who are not signed in. */
export const publicRoutes: Record<string, Line> = {
  root: { kind: 'frame' },
  'routes/_public+/_layout': { kind: 'frame' },
  'routes/_patient+/_layout': { kind: 'frame' },
  'routes/staff+/_layout': { kind: 'frame' },
  'routes/officer+/_layout': { kind: 'frame' },

  'routes/_patient+/account+/_layout': { kind: 'frame' },

  'routes/_public+/index': { kind: 'public' },
  'routes/_public+/transparency': { kind: 'public' },
  'routes/_public+/vendors+/index': { kind: 'public' },
  'routes/_public+/vendors+/$slug': { kind: 'public', at: () => '/vendors/northlight' },
  'routes/_public+/vendors+/$slug_.questions': {
    kind: 'public',
    at: () => '/vendors/northlight/questions',
  },
  'routes/_public+/vendors+/$slug_.versions.$number': {
    kind: 'public',
    at: () => '/vendors/northlight/versions/1',
  },
  'routes/_public+/$': { kind: 'nowhere', at: () => '/no/such/page' },
  'routes/_public+/deadlines': { kind: 'public' },
  'routes/_public+/sign-in': { kind: 'signIn' },
  'routes/_public+/sign-in_.two-factor': { kind: 'signIn' },
  'routes/_public+/sign-up': { kind: 'signIn' },
  'routes/_public+/sign-up_.code': { kind: 'signIn' },
  'routes/_public+/sign-up_.password': { kind: 'signIn' },
  'routes/_public+/sign-up_.second-step': { kind: 'signIn' },
  'routes/_public+/sign-up_.codes': { kind: 'page', opens: signedIn, acts: signedIn },
  'routes/_public+/recover': { kind: 'signIn' },
  'routes/_public+/recover_.code': { kind: 'signIn' },
  'routes/_public+/recover_.second-step': { kind: 'signIn' },
  'routes/_public+/recover_.password': { kind: 'signIn' },
  'routes/_public+/recover_.done': { kind: 'signIn' },
  'routes/_public+/sign-in_.passkey': { kind: 'form' },
  'routes/_public+/passkey-options': { kind: 'form' },
  'routes/_public+/sign-out': { kind: 'form' },
  'routes/_public+/language': { kind: 'form' },
  'routes/_public+/theme': { kind: 'form' },
  // Demo mode alone, whose accounts everybody knows; tests/attacks/demo.test.ts holds them shut elsewhere.
  'routes/_public+/demo+/index': { kind: 'public' },
  'routes/_public+/demo+/outbox': { kind: 'public' },
  'routes/_public+/demo+/cast[.]json': { kind: 'public' },
  // Whoever is signed in: about their own session.
  'routes/_public+/session': { kind: 'form' },
  'routes/_public+/confirm': { kind: 'page', opens: signedIn, acts: signedIn },
  'routes/_public+/kept': { kind: 'page', opens: [], absentFor: signedIn, acts: signedIn },
  // The address is the secret, and the company’s code is asked for: tests/integration/vendor-page.test.ts.
  'routes/_public+/notices.$token': { kind: 'public', at: () => `/notices/${ids.vendorLink}` },
  // The address is the secret; tests/integration/oversight.test.ts holds what it shows, and when it ends.
  'routes/_public+/calendar.$file': { kind: 'public', at: () => `/calendar/${ids.calendar}.ics` },
};
