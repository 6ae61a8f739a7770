import { Secret, TOTP } from 'otpauth';

const secondsAStep = 30;

function authenticator(secret: string, label = 'Plainview'): TOTP {
  return new TOTP({
    issuer: 'Plainview',
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: secondsAStep,
    secret: Secret.fromBase32(secret),
  });
}

/** A new TOTP secret in base 32 (RFC 6238; 160 bits). */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** What an authenticator reads from a picture or a link: `otpauth://totp/…`. @param account the e-mail address, shown beside the code */
export function totpUri(secret: string, account: string): string {
  return authenticator(secret, account).toString();
}

/** The code that an authenticator shows at an instant. */
export function totpCode(secret: string, at: Date): string {
  return authenticator(secret).generate({ timestamp: at.getTime() });
}

/**
 * The 30-second step that a typed code belongs to: the one of `at`, or a neighbour (a slow hand, a clock slightly off).
 * Spaces are ignored. Null when it is no code of these three steps.
 */
export function totpStep(secret: string, typed: string, at: Date): bigint | null {
  const token = typed.replace(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return null;
  const delta = authenticator(secret).validate({ token, timestamp: at.getTime(), window: 1 });
  return delta === null ? null : BigInt(Math.floor(at.getTime() / 1000 / secondsAStep) + delta);
}
