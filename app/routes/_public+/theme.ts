import { redirect, type ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { setCookie } from '#app/web/cookies.server.ts';
import { readForm } from '#app/web/forms.server.ts';
import { notFound } from '#app/web/guard.server.ts';
import { safePath } from '#app/web/paths.ts';

const schema = z.strictObject({ theme: z.enum(['light', 'dark']), returnTo: z.string().optional() });

export function loader() {
  throw notFound();
}

export async function action(args: ActionFunctionArgs) {
  const form = await readForm(args, { schema });
  if (!form.ok) throw new Response(null, { status: 400 });
  return redirect(safePath(form.value.returnTo, '/'), {
    headers: { 'Set-Cookie': await setCookie(args.context.world, 'theme', form.value.theme) },
  });
}
