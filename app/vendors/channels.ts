export const channelKinds = ['mail', 'webhook'] as const;
export type ChannelKind = (typeof channelKinds)[number];

/** As long as an address of mail or a URL gets. */
export const longestTarget = 500;

/** Where webhooks may go, as those who run Plainview set it. */
export interface WebhookRules {
  hosts: readonly string[];
  /** Plain http to this very machine too. */
  ownMachine: boolean;
}

export type TargetRefusal = 'badAddress' | 'badUrl' | 'notHttps' | 'hostNotAllowed';

/** A target as it is kept, or why it cannot be one. @param rules null where no webhooks are sent */
export function normalTarget(
  kind: ChannelKind,
  typed: string,
  rules: WebhookRules | null,
): { ok: true; target: string } | { ok: false; refusal: TargetRefusal } {
  const text = typed.trim();
  if (text.length > longestTarget) return { ok: false, refusal: kind === 'mail' ? 'badAddress' : 'badUrl' };
  if (kind === 'mail')
    return mailAddress.test(text) ? { ok: true, target: text } : { ok: false, refusal: 'badAddress' };
  const refusal = urlRefusal(text, rules);
  return refusal ? { ok: false, refusal } : { ok: true, target: new URL(text).href };
}

const mailAddress =
  /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/i;

/** Why a webhook must not be sent to a URL; asked when it is set and before each try, since the rules may have changed. */
export function urlRefusal(text: string, rules: WebhookRules | null): TargetRefusal | null {
  if (!URL.canParse(text)) return 'badUrl';
  const { protocol, hostname, port, username, password, hash } = new URL(text);
  if (username !== '' || password !== '' || hash !== '') return 'badUrl';
  if (!rules?.hosts.includes(hostname.toLowerCase())) return 'hostNotAllowed';
  if (rules.ownMachine && ownHosts.has(hostname) && (protocol === 'http:' || protocol === 'https:'))
    return null;
  if (protocol !== 'https:' || port !== '') return 'notHttps';
  return null;
}

const ownHosts = new Set(['localhost', '127.0.0.1', '[::1]']);
