import type { LoaderFunctionArgs } from '@remix-run/node';
import { smartConfiguration } from '#app/web/fhir/smart-configuration.ts';
import { refuseAt } from '#app/web/problem.server.ts';

export function loader({ context: { world } }: LoaderFunctionArgs) {
  return Response.json(smartConfiguration(world.appOrigin));
}

export function action() {
  return refuseAt('/fhir')('method-not-allowed', { detail: 'Use GET.' }, { Allow: 'GET' });
}
