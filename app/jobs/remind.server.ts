import type { World } from '#app/db/world.ts';
import { beat } from '#app/facility/heartbeat.server.ts';
import { catchUpAlerts, remindOfAlerts } from '#app/disclosures/alerts.server.ts';
import { remindOfExpiry } from '#app/vendors/expiry.server.ts';
import { settingVersions } from '#app/facility/settings.server.ts';
import { settingDefaults } from '#app/facility/settings.ts';
import { askAboutEnding } from '#app/optouts/ask-again.server.ts';
import { remindOfDeadlines } from '#app/requests/remind.server.ts';
import { addedSteps } from '#app/requests/reminders.ts';

/** Reminds of last days, and says when it was through. Running it twice, or days late, makes nothing twice. */
export async function remind(world: World): Promise<void> {
  const versions = await settingVersions(world.db, 'reminders');
  const { value: schedule } = versions.at(-1) ?? { value: settingDefaults.reminders };
  await remindOfDeadlines(world, schedule, addedSteps(versions));
  await catchUpAlerts(world);
  await remindOfAlerts(world);
  await askAboutEnding(world);
  await remindOfExpiry(world);
  await beat(world.db, 'remind', world.clock());
}
