import { redirect, type ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { setLocale } from '#app/people/accounts.server.ts';
import { setCookie } from '#app/web/cookies.server.ts';
import { readForm } from '#app/web/forms.server.ts';
import { notFound, whoIs } from '#app/web/guard.server.ts';
import { safePath } from '#app/web/paths.ts';
import { locales } from '#app/words/locales.ts';

const schema = z.strictObject({ locale: z.enum(locales), returnTo: z.string().optional() });

export function loader() {
  throw notFound();
}

export async function action(args: ActionFunctionArgs) {
  const { world } = args.context;
  const form = await readForm(args, { schema });
  if (!form.ok) throw new Response(null, { status: 400 });
  // Mail to a signed-in person follows the language they chose.
  const signedIn = await whoIs(args);
  if (signedIn) await setLocale(world.db, signedIn.person.id, form.value.locale);
  return redirect(safePath(form.value.returnTo, '/'), {
    headers: { 'Set-Cookie': await setCookie(world, 'locale', form.value.locale) },
  });
}
