import type { TaskList } from 'graphile-worker';
import { z } from 'zod';
import type { TaskName } from '#app/db/client.server.ts';
import { keepMail } from './keep-mail.server.ts';
import { rotateKeysJob, rotationPayload } from './rotate-keys.server.ts';
import { sweep } from './sweep.server.ts';
import { sendNotice, type MailingWorld } from './send-notice.server.ts';

const noticePayload = z.object({ noticeId: z.uuid() });

/** When what runs by itself runs, in UTC. `fill`: what was missed meanwhile is caught up. */
export const timetable = ['17 3 * * * sweep ?fill=1d', '*/2 * * * * keep-mail'].join('\n');

/** Every task of the queue, by the name under which rooms queue it. A payload of another shape fails its job. */
export function taskList(world: MailingWorld): TaskList {
  return {
    'keep-mail': () => keepMail(world),
    'rotate-keys': (payload: unknown) => rotateKeysJob(world, rotationPayload.parse(payload)),
    'send-notice': (payload: unknown) => sendNotice(world, noticePayload.parse(payload)),
    sweep: () => sweep(world),
  } satisfies Record<TaskName, (payload: unknown) => Promise<void>>;
}
