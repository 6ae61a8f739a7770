import site from './site.json' with { type: 'json' };
import people from './people.json' with { type: 'json' };
import account from './account.json' with { type: 'json' };
import records from './records.json' with { type: 'json' };
import crew from './crew.json' with { type: 'json' };
import patient from './patient.json' with { type: 'json' };
import staff from './staff.json' with { type: 'json' };
import officer from './officer.json' with { type: 'json' };
import oversight from './oversight.json' with { type: 'json' };
import clocks from './clocks.json' with { type: 'json' };
import deadlines from './deadlines.json' with { type: 'json' };
import settings from './settings.json' with { type: 'json' };
import ledger from './ledger.json' with { type: 'json' };
import entries from './entries.json' with { type: 'json' };
import imports from './imports.json' with { type: 'json' };
import lists from './lists.json' with { type: 'json' };
import disclosures from './disclosures.json' with { type: 'json' };
import optOuts from './optOuts.json' with { type: 'json' };
import queue from './queue.json' with { type: 'json' };
import desk from './desk.json' with { type: 'json' };
import intake from './intake.json' with { type: 'json' };
import requests from './requests.json' with { type: 'json' };
import vendors from './vendors.json' with { type: 'json' };
import vendorNotices from './vendorNotices.json' with { type: 'json' };
import labels from './labels.json' with { type: 'json' };
import releases from './releases.json' with { type: 'json' };
import sources from './sources.json' with { type: 'json' };
import matching from './matching.json' with { type: 'json' };
import signUp from './signUp.json' with { type: 'json' };
import mail from './mail.json' with { type: 'json' };
import notices from './notices.json' with { type: 'json' };
import asking from './asking.json' with { type: 'json' };
import pack from './pack.json' with { type: 'json' };
import letters from './letters.json' with { type: 'json' };
import errors from './errors.json' with { type: 'json' };

export default {
  ...site,
  ...people,
  ...account,
  ...records,
  ...crew,
  ...patient,
  ...staff,
  ...officer,
  ...oversight,
  ...clocks,
  ...deadlines,
  ...settings,
  ...ledger,
  ...entries,
  ...imports,
  ...lists,
  ...disclosures,
  ...optOuts,
  ...queue,
  ...desk,
  ...intake,
  ...requests,
  ...vendors,
  ...vendorNotices,
  ...labels,
  ...releases,
  ...sources,
  ...matching,
  ...signUp,
  ...mail,
  ...notices,
  ...asking,
  ...pack,
  ...letters,
  ...errors,
};
