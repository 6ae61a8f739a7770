import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { bundleCall } from '#app/web/calls/fhir.ts';
import { machineDoor } from '#app/web/machine.server.ts';
import { takeResources } from '../_parts/take-resources.server.ts';

export function loader(args: LoaderFunctionArgs) {
  return machineDoor(args, bundleCall, takeResources(args));
}

export function action(args: ActionFunctionArgs) {
  return machineDoor(args, bundleCall, takeResources(args));
}
