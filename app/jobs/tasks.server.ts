import type { TaskList } from 'graphile-worker';
import { z } from 'zod';
import type { TaskName } from '#app/db/client.server.ts';
import { rotateKeysJob, rotationPayload } from './rotate-keys.server.ts';
import { sendNotice, type MailingWorld } from './send-notice.server.ts';

const noticePayload = z.object({ noticeId: z.uuid() });

/** Every task of the queue, by the name under which rooms queue it. A payload of another shape fails its job. */
export function taskList(world: MailingWorld): TaskList {
  return {
    'rotate-keys': (payload: unknown) => rotateKeysJob(world, rotationPayload.parse(payload)),
    'send-notice': (payload: unknown) => sendNotice(world, noticePayload.parse(payload)),
  } satisfies Record<TaskName, (payload: unknown) => Promise<void>>;
}
