import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { searchConsentsCall } from '#app/web/calls/fhir-read.ts';
import { searchConsents } from '#app/web/fhir/consents.server.ts';
import { machineDoor } from '#app/web/machine.server.ts';

export function loader(args: LoaderFunctionArgs) {
  return machineDoor(args, searchConsentsCall, searchConsents);
}

export function action(args: ActionFunctionArgs) {
  return machineDoor(args, searchConsentsCall, searchConsents);
}
