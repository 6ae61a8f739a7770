import type { LoaderFunctionArgs } from '@remix-run/node';
import { notFound } from '#app/web/guard.server.ts';
import { cast } from '#prisma/seed/cast.ts';

/** The demo's accounts for scripts. Outside the demo there is no such page. */
export function loader({ context }: LoaderFunctionArgs) {
  if (!context.world.demo) throw notFound();
  const accounts = cast.map(({ role, email, password, totpSecret }) => ({
    role,
    email,
    password,
    totpSecret,
  }));
  return Response.json(accounts, { headers: { 'Cache-Control': 'no-store' } });
}
