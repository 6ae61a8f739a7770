import type { KeyRing } from '#app/crypto/key-ring.server.ts';
import type { Db, Database } from './client.server.ts';

/** The one clock. Tests give their own. */
export type Clock = () => Date;

export interface WebhookSettings {
  /** Hosts that those who run Plainview allow, in small letters. */
  hosts: readonly string[];
  /** Plain http to this very machine too: for demo mode and tests. */
  ownMachine: boolean;
}

/** What the process entry makes once and hands to every door. Nothing below reads it from anywhere else. */
export interface World {
  database: Database;
  db: Db;
  keys: KeyRing;
  clock: Clock;
  /** Scheme and host of the site as people reach it; every link in a mail and every origin check comes from it. */
  appOrigin: string;
  demo: boolean;
  /** Where the signed checkpoints of the audit chain are kept; absent where none are. */
  checkpointFile?: string;
  /** Where webhooks may go; absent where none are sent. */
  webhooks?: WebhookSettings;
}
