import type { ActiveParticipant } from './message.ts';
import { trimXml } from './deceiving-text.ts';

/**
 * The system or person at one end of a transfer, as keys that can be looked up in the register of endpoints. They are
 * claims of the sender: AE titles are neither unique nor proof (DICOM PS3.15 A.5.2). Keys that disagree with one another
 * are all kept, so that the lookup sees the disagreement.
 */
export interface Participant {
  /** Case-sensitive, trimmed; 1–16 characters when well made (PS3.5 §6.2, VR AE), kept when not. */
  aeTitles: string[];
  /** DNS name, lower case. */
  host: string | null;
  /** IPv4 in dotted form, or IPv6 in its canonical short form. */
  ip: string | null;
  /** Absolute URI without user info and fragment; scheme and host lower case. */
  uri: string | null;
  /** Account name of the caller, when a person or service pulled the images. */
  login: string | null;
  /** What the sender called it: the AE title, else the `UserID` as written, else the network access point. */
  display: string;
}

export interface Destination extends Participant {
  /** Code of the medium (110032 CD, 110033 DVD, 110030 USB, 110031 e-mail …) when data left on one. */
  mediaType: string | null;
  /** Only of what staff enter: whom they chose out of the register. No message can say it. */
  vendorId?: string;
}

/** `AETITLES=` of PS3.15 A.5.2; the example of PS3.17 WW.1 has it in the singular. */
const aeTitlesPrefix = /^AETITLES?=/;

/** How an AE title is written in practice. An untyped `UserID` of another shape is taken for a login. */
const looksLikeAeTitle = /^[A-Z0-9](?:[A-Z0-9 _.-]{0,14}[A-Z0-9_.-])?$/;

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

function parseUrl(value: string): URL | null {
  try {
    return new URL(value);
  } catch {
    return null;
  }
}

/** An IP address in canonical form, or null when the value is none. IPv4-mapped IPv6 is IPv4. */
function ipAddress(value: string): string | null {
  if (ipv4.test(value)) return value;
  const bare = value.replace(/^\[(.*)\]$/, '$1');
  if (!/^[0-9a-f:.]{2,45}$/i.test(bare) || !bare.includes(':')) return null;
  const canonical = parseUrl(`http://[${bare}]/`)?.hostname.slice(1, -1);
  if (canonical === undefined) return null;
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (!mapped) return canonical;
  const [high, low] = [parseInt(mapped[1]!, 16), parseInt(mapped[2]!, 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** `xdsi:https://…` and the like: the exporter's own scheme in front of the address it sends to. */
function withoutExporterScheme(value: string): string {
  return value.replace(/^[a-z][a-z0-9+.-]*:(?=https?:\/\/)/i, '');
}

function uriOf(value: string): { uri: string; host: string } | null {
  const address = withoutExporterScheme(value);
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(address)) return null;
  // The URL standard maps look-alike letters of a host to ASCII and drops invisible ones; such an address stays as it is.
  const url = /^[\x21-\x7e]+$/.test(address) ? parseUrl(address) : null;
  if (!url) return { uri: address, host: '' };
  url.username = '';
  url.password = '';
  url.hash = '';
  return { uri: url.href, host: url.hostname };
}

function aeTitlesOf(alternativeUserId: string | null): string[] {
  const value = trimXml(alternativeUserId ?? '');
  if (!aeTitlesPrefix.test(value)) return [];
  const titles = value.replace(aeTitlesPrefix, '').split(';').map(trimXml);
  return [...new Set(titles.filter((title) => title !== ''))];
}

type Keys = Omit<Destination, 'display' | 'mediaType'>;

function addHost(keys: Keys, value: string): void {
  if (value === '') return;
  const ip = ipAddress(value);
  if (ip !== null) keys.ip ??= ip;
  // Only ASCII letters: `toLowerCase` would turn the Kelvin sign into k.
  else keys.host ??= value.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The `UserID` by its declared type (`UserIDTypeCode`), or by its shape where the sender gave none. */
function addUserId(keys: Keys, userId: string, type: string | null, isMedium: boolean): void {
  if (type === '110119') {
    if (userId !== '' && !keys.aeTitles.includes(userId)) keys.aeTitles.unshift(userId);
    return;
  }
  const uri = uriOf(userId);
  if (uri) {
    keys.uri = uri.uri;
    addHost(keys, uri.host);
    return;
  }
  if (userId === '' || isMedium || type === '113877') return;
  if (ipAddress(userId) !== null || type === '110182') return addHost(keys, userId);
  if (type === null && keys.aeTitles.length > 0) return;
  if (type === null && looksLikeAeTitle.test(userId)) keys.aeTitles.push(userId);
  else if (type === null || type === '113871') keys.login = userId;
}

/**
 * The candidate keys of one `ActiveParticipant`: AE titles from a `UserID` typed 110119, from `AETITLES=a;b` in
 * `AlternativeUserID`, or from an untyped `UserID` written like one; host, IP or URI from the network access point by
 * its shape (senders get the type code wrong) and from a URI `UserID`; otherwise a login. The id of a medium is no key.
 */
export function participantOf(participant: ActiveParticipant): Participant {
  const accessPoint = trimXml(participant.networkAccessPointId ?? '');
  const userId = trimXml(participant.userId);
  const keys: Keys = {
    aeTitles: aeTitlesOf(participant.alternativeUserId),
    host: null,
    ip: null,
    uri: null,
    login: null,
  };
  // Types 3 and 4 are a telephone number and an e-mail address.
  const isNetwork = !['3', '4'].includes(trimXml(participant.networkAccessPointTypeCode ?? ''));
  const accessUri = isNetwork ? uriOf(accessPoint) : null;
  if (accessUri) {
    keys.uri = accessUri.uri;
    addHost(keys, accessUri.host);
  } else if (isNetwork) {
    addHost(keys, accessPoint);
  }
  addUserId(keys, userId, participant.userIdType, participant.roles.includes('110154'));
  return { ...keys, display: keys.aeTitles[0] ?? (userId || accessPoint) };
}

/** `participantOf`, for a participant with a destination role. */
export function destinationOf(participant: ActiveParticipant): Destination {
  return { ...participantOf(participant), mediaType: participant.mediaType };
}
