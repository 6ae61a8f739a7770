import type { RefusalReason } from '#app/audit/refusal-counts.ts';
import { recordRefusal } from '#app/audit/refusals.server.ts';
import { networkOf } from '#app/people/networks.ts';
import type { DoorArgs } from './context.ts';
import { withoutSecrets } from './secret-paths.ts';

/** Notes that a call or a form was turned away. It is turned away also where that cannot be written. */
export async function told(
  { world, address, logError }: DoorArgs['context'],
  request: Request,
  reason: RefusalReason,
): Promise<void> {
  const path = withoutSecrets(new URL(request.url).pathname);
  await recordRefusal(world, { reason, network: networkOf(address), path }).catch(logError);
}
