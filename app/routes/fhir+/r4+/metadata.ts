import type { LoaderFunctionArgs } from '@remix-run/node';
import { theFacility } from '#app/facility/facility.server.ts';
import { fhirAnswer, openSearch } from '#app/web/fhir/answers.server.ts';
import { capabilityStatement } from '#app/web/fhir/capability.ts';
import { openDoor } from '#app/web/machine.server.ts';
import { refuseAt } from '#app/web/problem.server.ts';

const refuse = refuseAt('/fhir');

export function loader(args: LoaderFunctionArgs) {
  return openDoor(args, 'fhirMetadata', async ({ world, request }) => {
    const opened = openSearch(request, refuse, []);
    if (!opened.ok) return opened.answer;
    const { name: facilityName } = await theFacility(world.db);
    return fhirAnswer(request, capabilityStatement({ origin: world.appOrigin, facilityName }));
  });
}

export function action() {
  return refuse('method-not-allowed', { detail: 'Use GET.' }, { Allow: 'GET' });
}
