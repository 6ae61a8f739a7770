import { expect, test } from 'vitest';

import type { ActiveParticipant } from './message.ts';
import { destinationOf, type Destination } from './recipients.ts';

const blank: ActiveParticipant = {
  userId: '',
  alternativeUserId: null,
  networkAccessPointId: null,
  networkAccessPointTypeCode: null,
  roles: ['110152'],
  userIdType: null,
  mediaType: null,
};

const none: Destination = {
  aeTitles: [],
  host: null,
  ip: null,
  uri: null,
  login: null,
  mediaType: null,
  display: '',
};

test.each<[string, Partial<ActiveParticipant>, Partial<Destination>]>([
  [
    'AE title, typed',
    { userId: ' Northlight ', userIdType: '110119' },
    { aeTitles: ['Northlight'], display: 'Northlight' },
  ],
  ['AE title, untyped', { userId: 'UMBRA_CAD' }, { aeTitles: ['UMBRA_CAD'], display: 'UMBRA_CAD' }],
  [
    'a typed AE title that is none is kept, so that it matches nothing',
    { userId: '<script>alert(1)</script>', userIdType: '110119' },
    { aeTitles: ['<script>alert(1)</script>'], display: '<script>alert(1)</script>' },
  ],
  [
    'AETITLES=, where UserID is only a label',
    { userId: 'peer-northlight', alternativeUserId: 'AETITLES=NORTHLIGHT_AI; NL2;;NL2' },
    { aeTitles: ['NORTHLIGHT_AI', 'NL2'], display: 'NORTHLIGHT_AI' },
  ],
  [
    'a typed AE title beside AETITLES=',
    { userId: 'NL1', userIdType: '110119', alternativeUserId: 'AETITLES=NL2' },
    { aeTitles: ['NL1', 'NL2'], display: 'NL1' },
  ],
  [
    'AETITLE= in the singular, beside a UserID that is a number',
    { userId: '40711', alternativeUserId: 'AETITLE=NORTHLIGHT_AI' },
    { aeTitles: ['NORTHLIGHT_AI'], display: 'NORTHLIGHT_AI' },
  ],
  [
    'a process id is no AE title',
    { userId: 'A', alternativeUserId: '2291' },
    { aeTitles: ['A'], display: 'A' },
  ],
  [
    'login of a WADO-RS caller, typed',
    { userId: 'NORTHLIGHT', userIdType: '113871' },
    { login: 'NORTHLIGHT', display: 'NORTHLIGHT' },
  ],
  ['login, untyped', { userId: 'svc-northlight' }, { login: 'svc-northlight', display: 'svc-northlight' }],
  [
    'node that is an address',
    { userId: '192.0.2.40', userIdType: '110182' },
    { ip: '192.0.2.40', display: '192.0.2.40' },
  ],
  ['address without a type', { userId: '192.0.2.40' }, { ip: '192.0.2.40', display: '192.0.2.40' }],
  [
    'node that is a host',
    { userId: 'Gate.Example', userIdType: '110182' },
    { host: 'gate.example', display: 'Gate.Example' },
  ],
  ['device name is no key', { userId: 'dcm4chee-arc', userIdType: '113877' }, { display: 'dcm4chee-arc' }],
  [
    'URI behind an exporter scheme',
    { userId: 'xdsi:https://Xds.Umbra.example:8443/repo', userIdType: '12' },
    {
      uri: 'https://xds.umbra.example:8443/repo',
      host: 'xds.umbra.example',
      display: 'xdsi:https://Xds.Umbra.example:8443/repo',
    },
  ],
  [
    'URI without its password and fragment',
    { userId: 'https://u:secret@stow.example/rs?x=1#y' },
    {
      uri: 'https://stow.example/rs?x=1',
      host: 'stow.example',
      display: 'https://u:secret@stow.example/rs?x=1#y',
    },
  ],
  [
    'URI with look-alike letters is not mapped to ASCII',
    { userId: 'https://ｎorthlight.example/' },
    { uri: 'https://ｎorthlight.example/', display: 'https://ｎorthlight.example/' },
  ],
  [
    'URI as access point',
    { networkAccessPointId: 'https://stow.example/rs', networkAccessPointTypeCode: '5' },
    { uri: 'https://stow.example/rs', host: 'stow.example', display: 'https://stow.example/rs' },
  ],
  [
    'host, lower-cased',
    { networkAccessPointId: 'INGEST.Example', networkAccessPointTypeCode: '1' },
    { host: 'ingest.example', display: 'INGEST.Example' },
  ],
  [
    'host typed as IP',
    { networkAccessPointId: 'ingest.example', networkAccessPointTypeCode: '2' },
    { host: 'ingest.example', display: 'ingest.example' },
  ],
  [
    'the Kelvin sign is no k',
    { networkAccessPointId: '\u212aestrel.example' },
    { host: '\u212aestrel.example', display: '\u212aestrel.example' },
  ],
  [
    'IPv6, canonical',
    { networkAccessPointId: '2001:DB8:10:0::5', networkAccessPointTypeCode: '2' },
    { ip: '2001:db8:10::5', display: '2001:DB8:10:0::5' },
  ],
  [
    'IPv6 in brackets',
    { networkAccessPointId: '[2001:db8::1]' },
    { ip: '2001:db8::1', display: '[2001:db8::1]' },
  ],
  [
    'IPv4 mapped into IPv6',
    { networkAccessPointId: '::ffff:192.0.2.40' },
    { ip: '192.0.2.40', display: '::ffff:192.0.2.40' },
  ],
  [
    'an address out of range is a host that matches nothing',
    { networkAccessPointId: '192.0.2.400' },
    { host: '192.0.2.400', display: '192.0.2.400' },
  ],
  [
    'telephone number is no host',
    { networkAccessPointId: '555-0100', networkAccessPointTypeCode: '3' },
    { display: '555-0100' },
  ],
  [
    'the id of a medium is no AE title',
    { userId: 'DVD-2026-0193', roles: ['110154'], mediaType: '110033' },
    { mediaType: '110033', display: 'DVD-2026-0193' },
  ],
])('%s', (_, participant, keys) => {
  expect(destinationOf({ ...blank, ...participant })).toEqual({ ...none, ...keys });
});
