import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { readConsentCall } from '#app/web/calls/fhir-read.ts';
import { readConsent } from '#app/web/fhir/consents.server.ts';
import { machineDoor } from '#app/web/machine.server.ts';

export function loader(args: LoaderFunctionArgs) {
  return machineDoor(args, readConsentCall, (call) => readConsent(call, args.params.id));
}

export function action(args: ActionFunctionArgs) {
  return machineDoor(args, readConsentCall, (call) => readConsent(call, args.params.id));
}
