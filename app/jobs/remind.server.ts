import type { World } from '#app/db/world.ts';
import { beat } from '#app/facility/heartbeat.server.ts';
import { catchUpAlerts, remindOfAlerts } from '#app/disclosures/alerts.server.ts';
import { remindOfExpiry } from '#app/vendors/expiry.server.ts';
import { settingNow } from '#app/facility/settings.server.ts';
import { askAboutEnding } from '#app/optouts/ask-again.server.ts';
import { remindOfDeadlines } from '#app/requests/remind.server.ts';

/** Reminds of last days, and says when it was through. Running it twice, or days late, makes nothing twice. */
export async function remind(world: World): Promise<void> {
  await remindOfDeadlines(world, await settingNow(world.db, 'reminders'));
  await catchUpAlerts(world);
  await remindOfAlerts(world);
  await askAboutEnding(world);
  await remindOfExpiry(world);
  await beat(world.db, 'remind', world.clock());
}
