import type { LoaderFunctionArgs } from '@remix-run/node';
import { machineCalls } from '#app/web/calls.ts';
import { openApiDocument } from '#app/web/openapi.ts';
import { problem } from '#app/web/problem.server.ts';

export function loader({ context: { world } }: LoaderFunctionArgs) {
  return Response.json(openApiDocument(machineCalls, world.appOrigin));
}

export function action() {
  return problem('method-not-allowed', { detail: 'Use GET.' }, { Allow: 'GET' });
}
