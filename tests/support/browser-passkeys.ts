import type { CDPSession, Page } from '@playwright/test';
import { addPasskey } from '#app/people/passkeys.server.ts';
import { expect, type BrowserSite } from './browser-site.ts';

export interface Authenticator {
  cdp: CDPSession;
  authenticatorId: string;
}

/** A passkey of the browser itself (WebAuthn over the debugging protocol), as a phone or a laptop has one. */
export async function withAuthenticator(page: Page): Promise<Authenticator> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, authenticatorId };
}

/** From the next page on this browser knows no suggestions in fields: only a button asks for a passkey. */
export async function withoutSuggestions(page: Page): Promise<void> {
  await page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false);
  });
}

/** Makes a passkey in the browser and stores it as the account page does. */
export async function enrol(page: Page, site: BrowserSite, role: 'patient' | 'staff'): Promise<string> {
  const { email } = await site.signIn(page, role);
  const response = await page.evaluate(async () => {
    const asked = await fetch('/passkey-options', {
      method: 'POST',
      body: new URLSearchParams({ purpose: 'enrol' }),
    });
    const { options } = (await asked.json()) as { options: PublicKeyCredentialCreationOptionsJSON };
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
    return JSON.stringify(made.toJSON());
  });
  const cookies = await page.context().cookies();
  const cookie = cookies.find(({ name }) => name.endsWith('plainview_passkey'))?.value ?? '';
  const { id, displayName, patientId } = await site.world.db.user.findUniqueOrThrow({ where: { email } });
  const session = await site.world.db.session.findFirstOrThrow({
    where: { userId: id },
    orderBy: { createdAt: 'desc' },
  });
  const done = await addPasskey(site.world, {
    person: { kind: 'person', id, name: displayName, role, patientId },
    session,
    cookie: JSON.parse(Buffer.from(decodeURIComponent(cookie), 'base64').toString()) as string,
    response,
    name: 'This browser',
  });
  expect(done.ok).toBe(true);
  await page.context().clearCookies();
  return id;
}
