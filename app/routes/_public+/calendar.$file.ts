import type { LoaderFunctionArgs } from '@remix-run/node';
import { attemptFrom, giveAddressBack } from '#app/people/limits.server.ts';
import { readCalendar } from '#app/requests/oversight-calendar.server.ts';

// 256 bits in base64url: nothing else is looked for.
const secretFile = /^([\w-]{43})\.ics$/;

/** Deadlines for a calendar program, which cannot sign in: whoever has the secret address reads it. */
export async function loader({ params, context: { world, address } }: LoaderFunctionArgs) {
  const limited = { kind: 'calendar', address } as const;
  const wait = await attemptFrom(world, limited);
  if (wait > 0) return new Response(null, { status: 429, headers: { 'Retry-After': `${wait}` } });
  const [, secret] = secretFile.exec(params.file ?? '') ?? [];
  const file = secret === undefined ? null : await readCalendar(world, secret);
  if (file === null) return new Response(null, { status: 404 });
  await giveAddressBack(world, limited);
  return new Response(file, {
    headers: {
      'Content-Type': 'text/calendar; charset=utf-8',
      'Content-Disposition': 'attachment; filename="deadlines.ics"',
    },
  });
}
