import { signedIn, patients, ids, type Expectation, type Line } from './expected-route.ts';

const own = (at: () => string): Expectation => ({ opens: ['patient'], absentFor: ['other'], at });

/** Pages of patients, and of everybody’s own account. */
export const patientRoutes: Record<string, Line> = {
  // For patients without a record alone; tests/integration/welcome.test.ts holds what it does for them.
  'routes/_patient+/welcome': { kind: 'newcomer' },

  'routes/_patient+/account+/contact': { kind: 'page', opens: signedIn, acts: signedIn },
  'routes/_patient+/account+/contact_.code': { kind: 'page', opens: signedIn, acts: signedIn },
  'routes/_patient+/account+/contact_.email': { kind: 'page', opens: signedIn, acts: signedIn },
  'routes/_patient+/account+/security': { kind: 'page', opens: signedIn, acts: signedIn },
  'routes/_patient+/account+/security_.app': { kind: 'page', opens: signedIn, acts: signedIn },
  'routes/_patient+/account+/security_.codes': { kind: 'page', opens: signedIn, acts: signedIn },
  'routes/_patient+/account+/security_.passkeys': { kind: 'page', opens: signedIn, acts: signedIn },
  'routes/_patient+/account+/security_.password': { kind: 'page', opens: signedIn, acts: signedIn },

  'routes/_patient+/home': { kind: 'page', opens: patients },
  'routes/_patient+/disclosures': { kind: 'page', opens: patients },
  'routes/_patient+/opt-outs+/index': { kind: 'page', opens: patients },
  'routes/_patient+/opt-outs+/new': { kind: 'page', opens: patients, acts: patients },
  'routes/_patient+/opt-outs+/new_.$question': {
    kind: 'page',
    opens: patients,
    at: () => '/opt-outs/new/everything',
    acts: patients,
  },
  'routes/_patient+/opt-outs+/new_.check': {
    kind: 'page',
    opens: patients,
    at: () => '/opt-outs/new/check?everything=yes&key=0198a5c0-0000-4000-8000-000000000000',
    acts: patients,
  },
  'routes/_patient+/opt-outs+/$id_.change': {
    kind: 'page',
    ...own(() => `/opt-outs/${ids.optOut}/change`),
  },
  'routes/_patient+/opt-outs+/$id_.withdraw': {
    kind: 'page',
    ...own(() => `/opt-outs/${ids.optOut}/withdraw`),
    acts: ['patient'],
  },
  'routes/_patient+/requests+/index': { kind: 'page', opens: patients },
  'routes/_patient+/requests+/new': { kind: 'page', opens: patients },
  'routes/_patient+/requests+/new_.accounting': { kind: 'page', opens: patients, acts: patients },
  'routes/_patient+/requests+/new_.$kind': {
    kind: 'page',
    opens: patients,
    at: () => '/requests/new/amendment',
    acts: patients,
  },
  'routes/_patient+/requests+/new_.$kind_.draft': { kind: 'form', at: () => '/requests/new/amendment/draft' },
  'routes/_patient+/requests+/$id_.draft': { kind: 'form', at: () => `/requests/${ids.answered}/draft` },
  'routes/_patient+/requests+/$id': {
    kind: 'page',
    ...own(() => `/requests/${ids.answered}`),
    acts: ['patient'],
  },
  'routes/_patient+/requests+/$id_.answer[.]pdf': {
    kind: 'file',
    ...own(() => `/requests/${ids.answered}/answer.pdf`),
  },
  'routes/_patient+/requests+/$id_.list.$format': {
    kind: 'file',
    ...own(() => `/requests/${ids.answered}/list/json`),
  },
  'routes/_patient+/requests+/$id_.receipt[.]pdf': {
    kind: 'file',
    ...own(() => `/requests/${ids.answered}/receipt.pdf`),
  },
  'routes/_patient+/requests+/$id_.file[.]pdf': {
    kind: 'file',
    ...own(() => `/requests/${ids.answered}/file.pdf`),
  },
  'routes/_patient+/requests+/$id_.file[.]json': {
    kind: 'file',
    ...own(() => `/requests/${ids.answered}/file.json`),
  },
  'routes/_patient+/requests+/$id_.files.$fileId': {
    kind: 'file',
    ...own(() => `/requests/${ids.answered}/files/${ids.file}`),
  },
  'routes/_patient+/requests+/$id_.again': {
    kind: 'page',
    ...own(() => `/requests/${ids.answered}/again`),
    acts: ['patient'],
  },

  'routes/_patient+/account+/activity': { kind: 'page', opens: signedIn },
  'routes/_patient+/account+/representatives': { kind: 'page', opens: patients, acts: patients },
  'routes/_patient+/account+/representatives_.ask': { kind: 'page', opens: patients, acts: patients },
};
