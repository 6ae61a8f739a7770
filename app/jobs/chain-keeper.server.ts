import { setTimeout as sleep } from 'node:timers/promises';
import { writeCheckpoint } from '#app/audit/checkpoints.server.ts';
import { noteHead } from '#app/audit/head-note.server.ts';
import { keepCheck } from '#app/audit/inspection.server.ts';
import { sealEvents, sealNewEvents } from '#app/audit/seal.server.ts';
import type { World } from '#app/db/world.ts';

export interface ChainKeeper {
  /** Seals and notes down what is there, and ends. Harmless when called again. */
  stop(): Promise<void>;
}

export interface KeeperLog {
  info(facts: object, words: string): void;
  warn(facts: object, words: string): void;
}

// Milliseconds.
const betweenLooks = 1_000;
const betweenFullLooks = 10 * 60_000;
const betweenCheckpoints = 5 * 60_000;
const betweenChecks = 60_000;
const betweenWholeChecks = 6 * 3_600_000;

/**
 * Gives events their place in the chain moments after their commit, and notes its head outside of the database. Each process of
 * Plainview may run one: they take turns. What fails is tried again, and told once until it works again.
 */
export function startChainKeeper(world: World, log: KeeperLog): ChainKeeper {
  const stopped = new AbortController();
  const seal = told('events are not sealed', log, async (full: boolean) => {
    await (full ? sealEvents : sealNewEvents)(world.db, world.clock());
  });
  // After each sealing, so that no sealed event can be cut off the end unseen.
  const noteNewest = told('the head of the audit chain is not noted', log, async () => {
    if (world.checkpointFile) await noteHead(world.db, world.keys, world.checkpointFile, world.clock());
  });
  const note = told('the checkpoint of the audit chain is not written', log, async () => {
    if (!world.checkpointFile) return;
    const line = await writeCheckpoint(world.db, world.keys, world.checkpointFile, world.clock());
    if (line) log.info({ checkpoint: JSON.parse(line) as unknown }, 'audit checkpoint');
  });
  const check = told('the audit chain is not checked', log, (reach: 'whole' | 'new') =>
    keepCheck(world, world.clock(), reach),
  );
  let checking: Promise<void> | null = null;
  const keeping = (async () => {
    const fullLookDue = every(betweenFullLooks);
    const checkpointDue = every(betweenCheckpoints);
    const checkDue = every(betweenChecks);
    const wholeCheckDue = every(betweenWholeChecks);
    while (!stopped.signal.aborted) {
      await seal(fullLookDue());
      await noteNewest();
      if (checkpointDue()) await note();
      // The whole takes minutes, for a long chain: sealing goes on, and what is new waits for it.
      if (!checking && checkDue())
        checking = check(wholeCheckDue() ? 'whole' : 'new').finally(() => (checking = null));
      await sleep(betweenLooks, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
    await seal(true);
    await noteNewest();
    await note();
    await checking;
  })();
  return {
    stop: () => {
      stopped.abort();
      return keeping;
    },
  };
}

/** Says yes at once, and then again each time that so many milliseconds have gone by. */
function every(milliseconds: number): () => boolean {
  let last = -Infinity;
  return () => {
    const now = performance.now();
    if (now - last < milliseconds) return false;
    last = now;
    return true;
  };
}

function told<T extends unknown[]>(
  words: string,
  log: KeeperLog,
  work: (...args: T) => Promise<void>,
): (...args: T) => Promise<void> {
  let failing = false;
  return async (...args) => {
    try {
      await work(...args);
      if (failing) log.info({}, `over: ${words}`);
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ error }, words);
      failing = true;
    }
  };
}
