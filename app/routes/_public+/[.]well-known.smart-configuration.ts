import type { LoaderFunctionArgs } from '@remix-run/node';
import { smartConfiguration } from '#app/web/fhir/smart-configuration.ts';
import { problem } from '#app/web/problem.server.ts';

export function loader({ context: { world } }: LoaderFunctionArgs) {
  return Response.json(smartConfiguration(world.appOrigin));
}

export function action() {
  return problem('method-not-allowed', { detail: 'Use GET.' }, { Allow: 'GET' });
}
