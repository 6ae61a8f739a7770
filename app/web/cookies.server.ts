import { createCookie, type Cookie } from '@remix-run/node';
import type { World } from '#app/db/world.ts';

/** Over https each cookie is bound to this very host (`__Host-`); over http only a demo on one's own machine runs. */
function cookieFor(world: World, name: string, maxAge?: number): Cookie {
  const secure = world.appOrigin.startsWith('https:');
  return createCookie(secure ? `__Host-${name}` : name, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure,
    ...(maxAge === undefined ? {} : { maxAge }),
  });
}

const tenMinutes = 600;
const fiveMinutes = 300;
const twoHours = 2 * 3_600;
const halfAYear = 180 * 24 * 3_600;
const aDay = 24 * 3_600;
const aYear = 365 * 24 * 3_600;

/** No end date: it goes when the browser closes, and the server ends it sooner. */
const sessionCookie = (world: World) => cookieFor(world, 'plainview_session');
const pendingCookie = (world: World) => cookieFor(world, 'plainview_sign_in', tenMinutes);
/** Finds the challenge that a passkey is to answer. */
const passkeyCookie = (world: World) => cookieFor(world, 'plainview_passkey', fiveMinutes);
/** By it an account knows a browser again; it opens nothing. */
const deviceCookie = (world: World) => cookieFor(world, 'plainview_device', halfAYear);
/** Finds the form that came after its session had ended. */
const keptCookie = (world: World) => cookieFor(world, 'plainview_kept', aDay);
/** Finds what this browser proves about an address of mail. */
const proofCookie = (world: World) => cookieFor(world, 'plainview_proof', twoHours);
/** Says that a company's code was shown at the link of a notice. */
const vendorPageCookie = (world: World) => cookieFor(world, 'plainview_notice', twoHours);
const localeCookie = (world: World) => cookieFor(world, 'plainview_locale', aYear);
const themeCookie = (world: World) => cookieFor(world, 'plainview_theme', aYear);

export const cookies = {
  session: sessionCookie,
  pending: pendingCookie,
  passkey: passkeyCookie,
  device: deviceCookie,
  kept: keptCookie,
  proof: proofCookie,
  vendorPage: vendorPageCookie,
  locale: localeCookie,
  theme: themeCookie,
};
export type CookieName = keyof typeof cookies;

/** A cookie's value, or null when it is absent or no plain string. */
export async function readCookie(world: World, request: Request, name: CookieName): Promise<string | null> {
  const value: unknown = await cookies[name](world).parse(request.headers.get('Cookie'));
  return typeof value === 'string' && value.length <= 200 ? value : null;
}

export function setCookie(world: World, name: CookieName, value: string): Promise<string> {
  return cookies[name](world).serialize(value);
}

export function dropCookie(world: World, name: CookieName): Promise<string> {
  return cookies[name](world).serialize('', { maxAge: 0, expires: new Date(0) });
}
