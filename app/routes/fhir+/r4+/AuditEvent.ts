import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { searchAuditEventsCall } from '#app/web/calls/fhir-read.ts';
import { auditEventCall } from '#app/web/calls/fhir.ts';
import { searchAuditEvents } from '#app/web/fhir/audit-events.server.ts';
import { machineDoor } from '#app/web/machine.server.ts';
import { takeResources } from '../_parts/take-resources.server.ts';

export function loader(args: LoaderFunctionArgs) {
  return machineDoor(args, searchAuditEventsCall, searchAuditEvents);
}

export function action(args: ActionFunctionArgs) {
  return machineDoor(args, auditEventCall, takeResources(args));
}
