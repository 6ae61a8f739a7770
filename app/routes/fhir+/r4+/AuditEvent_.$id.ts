import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { readAuditEventCall } from '#app/web/calls/fhir-read.ts';
import { readAuditEvent } from '#app/web/fhir/audit-events.server.ts';
import { machineDoor } from '#app/web/machine.server.ts';

export function loader(args: LoaderFunctionArgs) {
  return machineDoor(args, readAuditEventCall, (call) => readAuditEvent(call, args.params.id));
}

export function action(args: ActionFunctionArgs) {
  return machineDoor(args, readAuditEventCall, (call) => readAuditEvent(call, args.params.id));
}
