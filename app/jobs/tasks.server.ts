import type { TaskList } from 'graphile-worker';
import { z } from 'zod';
import type { TaskName } from '#app/db/client.server.ts';
import { recountRequests } from './recount-requests.server.ts';
import { rotateKeysJob, rotationPayload } from './rotate-keys.server.ts';
import { sweep } from './sweep.server.ts';
import { sendNotice, type MailingWorld } from './send-notice.server.ts';

const noticePayload = z.object({ noticeId: z.uuid() });

/** When what runs by itself runs: each night at 03:17 UTC; a night that was missed is caught up. */
export const timetable = '17 3 * * * sweep ?fill=1d';

/** Every task of the queue, by the name under which rooms queue it. A payload of another shape fails its job. */
export function taskList(world: MailingWorld): TaskList {
  return {
    'recount-requests': (payload: unknown) => recountRequests(world, payload),
    'rotate-keys': (payload: unknown) => rotateKeysJob(world, rotationPayload.parse(payload)),
    'send-notice': (payload: unknown) => sendNotice(world, noticePayload.parse(payload)),
    sweep: () => sweep(world),
  } satisfies Record<TaskName, (payload: unknown) => Promise<void>>;
}
