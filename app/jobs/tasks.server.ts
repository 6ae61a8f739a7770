import type { TaskList } from 'graphile-worker';
import { z } from 'zod';
import type { TaskName } from '#app/db/client.server.ts';
import { beat } from '#app/facility/heartbeat.server.ts';
import { chaseVendorNotices } from '#app/optouts/vendor-notices/chase.server.ts';
import { sendWebhook } from '#app/optouts/vendor-notices/webhook.server.ts';
import { oweAfterJoining } from '#app/optouts/vendor-notices/joined.server.ts';
import { foldTallies } from '#app/requests/tallies.server.ts';
import { remind } from './remind.server.ts';
import { keepMail } from './keep-mail.server.ts';
import { recountRequests } from './recount-requests.server.ts';
import { rotateKeysJob, rotationPayload } from './rotate-keys.server.ts';
import { settleHeld, settleWaitingJob, unsettleUndone } from './settle-held.server.ts';
import { sweep } from './sweep.server.ts';
import { resumeImportsJob, takeInFileJob } from './take-in-file.server.ts';
import { tellOfLockJob } from './tell-of-lock.server.ts';
import { watchSourcesJob } from './watch-sources.server.ts';
import { sendNotice, type MailingWorld } from './send-notice.server.ts';

const joiningPayload = z.object({ mergeId: z.uuid() });
const webhookPayload = z.object({ deliveryId: z.uuid() });
const noticePayload = z.object({ noticeId: z.uuid() });

/**
 * When what runs by itself runs, in UTC: the worker's own sign of life each minute, reminders each quarter of an hour, mail that was
 * forgotten and files that nobody works at every second minute, tallies folded each minute, a look at what companies owe an answer to, and at what the sources of audit messages sent every five, the sweep each
 * night at 03:17. A night that was missed is caught up; reminders look at everything each time.
 */
export const timetable = [
  '* * * * * heartbeat ?jobKey=heartbeat',
  '*/15 * * * * remind ?jobKey=remind',
  '*/2 * * * * keep-mail',
  '* * * * * fold-tallies ?jobKey=fold-tallies',
  '*/2 * * * * resume-imports ?jobKey=resume-imports',
  '*/5 * * * * vendor-notices ?jobKey=vendor-notices',
  '*/5 * * * * watch-sources ?jobKey=watch-sources',
  '17 3 * * * sweep ?fill=1d',
].join('\n');

/** Every task of the queue, by the name under which rooms queue it. A payload of another shape fails its job. */
export function taskList(world: MailingWorld): TaskList {
  return {
    'keep-mail': () => keepMail(world),
    'recount-requests': (payload: unknown) => recountRequests(world, payload),
    'rotate-keys': (payload: unknown) => rotateKeysJob(world, rotationPayload.parse(payload)),
    'send-notice': (payload: unknown) => sendNotice(world, noticePayload.parse(payload)),
    'send-webhook': (payload: unknown) => sendWebhook(world, webhookPayload.parse(payload)),
    'vendor-notices': () => chaseVendorNotices(world),
    'owe-after-joining': (payload: unknown) => oweAfterJoining(world, joiningPayload.parse(payload).mergeId),
    'settle-held': (payload: unknown) => settleHeld(world, payload),
    'settle-waiting': (payload: unknown) => settleWaitingJob(world, payload),
    unsettle: (payload: unknown) => unsettleUndone(world, payload),
    sweep: () => sweep(world),
    'take-in-file': (payload: unknown) => takeInFileJob(world, payload),
    'resume-imports': () => resumeImportsJob(world),
    'tell-of-lock': (payload: unknown) => tellOfLockJob(world, payload),
    'watch-sources': () => watchSourcesJob(world),
    remind: () => remind(world),
    'fold-tallies': async () => void (await foldTallies(world.db)),
    heartbeat: () => beat(world.db, 'worker', world.clock()),
  } satisfies Record<TaskName, (payload: unknown) => Promise<void>>;
}
