import { z } from 'zod';

/** Longest answer of a browser that is read at all; a real one has some 2,000 characters. */
export const longestPasskeyAnswer = 16_000;

const base64url = z.string().regex(/^[\w-]{1,12000}$/);
const transports = z.array(z.string().regex(/^[a-z-]{1,20}$/)).max(10);
const extensionResults = z.record(z.string(), z.unknown()).default({});

const registration = z.object({
  id: base64url.max(1_400),
  rawId: base64url.max(1_400),
  type: z.literal('public-key'),
  clientExtensionResults: extensionResults,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: transports.optional(),
  }),
});

const assertion = z.object({
  id: base64url.max(1_400),
  rawId: base64url.max(1_400),
  type: z.literal('public-key'),
  clientExtensionResults: extensionResults,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.max(100).nullish(),
  }),
});

/** A browser's answer when a passkey was made, from a form field; null for anything else. */
export function readRegistration(text: string): z.infer<typeof registration> | null {
  return read(registration, text);
}

/** A browser's answer when a passkey was used, from a form field; null for anything else. */
export function readAssertion(text: string): z.infer<typeof assertion> | null {
  return read(assertion, text);
}

function read<T>(schema: z.ZodType<T>, text: string): T | null {
  if (text.length > longestPasskeyAnswer) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  return schema.safeParse(value).data ?? null;
}
