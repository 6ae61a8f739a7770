import { lookup as dnsLookup } from 'node:dns/promises';
import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { urlRefusal, type WebhookRules } from '#app/vendors/channels.ts';
import { isOwnMachine, isPublicAddress } from './addresses.ts';

/** The whole exchange, in milliseconds. */
const usualPatience = 10_000;
/** What the other side says is not kept; more than this is not even read. */
const mostAnswer = 64 * 1024;

/** What we say ourselves; a status that the vendor's server gave is `status 503`. */
export const webhookFailures = [
  'badUrl',
  'notHttps',
  'hostNotAllowed',
  'privateAddress',
  'unreachable',
  'noAnswer',
  'brokenOff',
  'redirected',
  'noSecret',
  'channelEnded',
] as const;
export type WebhookFailure = (typeof webhookFailures)[number] | `status ${number}`;

export type Posted =
  | { ok: true }
  /** `permanent`: another try would hear the same. */
  | { ok: false; failure: WebhookFailure; permanent: boolean };

export interface WebhookMessage {
  /** The same for each try. */
  id: string;
  body: string;
}

type Resolve = (host: string) => Promise<readonly { address: string; family: number }[]>;
const resolveAll: Resolve = (host) => dnsLookup(host, { all: true, verbatim: true });

/**
 * Posts a signed message (Standard Webhooks 1.0) to a vendor. Only to a host that those who run Plainview allow, by https, to an address of
 * the open Internet: every address of the name is looked at, and the connection is made to one of those that were, so that a name cannot
 * lead elsewhere between the look and the call. No redirect is followed.
 * @param secrets those in force; each signs, so that the vendor can change over
 */
export async function postWebhook(
  {
    url,
    secrets,
    message,
    at,
  }: { url: string; secrets: readonly string[]; message: WebhookMessage; at: Date },
  rules: WebhookRules | null,
  { resolve = resolveAll, patience = usualPatience }: { resolve?: Resolve; patience?: number } = {},
): Promise<Posted> {
  const refused = urlRefusal(url, rules);
  if (refused) return { ok: false, failure: refused === 'badAddress' ? 'badUrl' : refused, permanent: true };
  if (secrets.length === 0) return { ok: false, failure: 'noSecret', permanent: true };
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const signal = AbortSignal.timeout(patience);
  let addresses: readonly { address: string; family: number }[];
  try {
    addresses = isIP(host)
      ? [{ address: host, family: isIP(host) }]
      : await Promise.race([resolve(host), abortOf(signal)]);
  } catch {
    return { ok: false, failure: 'unreachable', permanent: false };
  }
  // Not every network speaks IPv6.
  const first = addresses.find(({ family }) => family === 4) ?? addresses[0];
  if (!first) return { ok: false, failure: 'unreachable', permanent: false };
  const mayGo = (address: string) =>
    isPublicAddress(address) || (rules?.ownMachine === true && isOwnMachine(address));
  if (!addresses.every(({ address }) => mayGo(address)))
    return { ok: false, failure: 'privateAddress', permanent: true };

  const signature = secrets.map((secret) => new Webhook(secret).sign(message.id, at, message.body)).join(' ');
  const status = await exchange(
    target,
    first,
    { body: message.body, signal },
    {
      'Content-Type': 'application/json',
      'User-Agent': 'Plainview',
      'webhook-id': message.id,
      'webhook-timestamp': `${Math.floor(at.getTime() / 1000)}`,
      'webhook-signature': signature,
    },
  );
  return typeof status === 'number' ? judge(status) : { ok: false, failure: status, permanent: false };
}

/** Come back later, or not at all. */
function judge(status: number): Posted {
  if (status >= 200 && status < 300) return { ok: true };
  if (status >= 300 && status < 400) return { ok: false, failure: 'redirected', permanent: true };
  const later = status >= 500 || [408, 425, 429].includes(status);
  return { ok: false, failure: `status ${status}`, permanent: !later };
}

/** Fails when the signal says so: the look-up of a name cannot be called off. */
function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, fail) =>
    signal.addEventListener('abort', () => fail(new Error('a name was looked up for too long')), {
      once: true,
    }),
  );
}

/** @returns the status, or what went wrong */
function exchange(
  target: URL,
  { address, family }: { address: string; family: number },
  { body, signal }: { body: string; signal: AbortSignal },
  headers: Record<string, string>,
): Promise<number | 'noAnswer' | 'unreachable' | 'brokenOff'> {
  const bytes = Buffer.from(body);
  return new Promise((settle) => {
    /** The status is the answer; what comes after it, or does not, changes nothing. */
    let status: number | null = null;
    const how: https.RequestOptions = {
      method: 'POST',
      headers: { ...headers, 'Content-Length': bytes.length },
      agent: false,
      signal,
      // The address that was looked at, whatever the name says by now.
      lookup: (_host, options, done) =>
        options.all ? done(null, [{ address, family }]) : done(null, address, family),
    };
    const take = (response: http.IncomingMessage) => {
      const said = response.statusCode ?? 0;
      status = said;
      let read = 0;
      response.on('data', (chunk: Buffer) => {
        read += chunk.length;
        if (read > mostAnswer) sent.destroy();
      });
      response.on('close', () => settle(said));
      response.on('error', () => settle(said));
    };
    const sent =
      target.protocol === 'https:' ? https.request(target, how, take) : http.request(target, how, take);
    // Without a listener the connection would be closed and nothing said.
    sent.on('upgrade', (response, socket) => {
      socket.destroy();
      settle(response.statusCode ?? 0);
    });
    sent.on('close', () => settle(status ?? 'brokenOff'));
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (status !== null) settle(status);
      else if (signal.aborted) settle('noAnswer');
      else settle(unreachable.has(error.code ?? '') ? 'unreachable' : 'brokenOff');
    });
    sent.end(bytes);
  });
}

const unreachable = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN']);
