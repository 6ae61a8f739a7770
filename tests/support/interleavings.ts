import { answerCheck } from '#app/optouts/checks.server.ts';
import { recordDenial, recordWithdrawal } from '#app/optouts/optouts.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { fileOptOut, withdrawOptOut } from './filing.ts';
import { patientOf, worldOn, type FreshWorld } from './world.ts';

/** Answers that lay wholly within a time in which only one is right, and those of them that were another. */
export interface Interleaved {
  turns: number;
  denied: { answers: number; wrong: number };
  permitted: { answers: number; wrong: number };
}

/**
 * Two patients say no and take it back, turn by turn, each on connections of their own, while gateways ask about both without a pause, in
 * another process's world. A clock that moves with every look at it puts all of it in one order.
 * @param turns of both together
 */
export async function interleave(fresh: FreshWorld, turns: number): Promise<Interleaved> {
  let tick = fresh.clock.now().getTime();
  const ticking = { now: () => new Date((tick += 1)), advance: () => undefined };
  const look = () => ticking.now().getTime();
  const [filing, checking] = [1, 2].map(() => worldOn(fresh.databaseUrl, ticking, { demo: true }));
  if (!filing || !checking) throw new Error('no worlds');
  try {
    const gateway = await checking.db.machineClient.findFirstOrThrow();
    const counted: Interleaved = {
      turns: 0,
      denied: { answers: 0, wrong: 0 },
      permitted: { answers: 0, wrong: 0 },
    };
    const each = ['RB000417', 'RB000902'].map(async (mrn) => {
      const actor = await patientOf(filing, mrn);
      const first = await fileOptOut(filing, { mrn });
      await withdrawOptOut(filing, first, mrn);
      const { requestId } = await filing.db.optOut.findUniqueOrThrow({
        where: { id: first },
        select: { requestId: true },
      });
      const filed = () => ({
        actor,
        patientId: actor.patientId,
        requestId,
        now: ticking.now(),
        wording: { version: '2026-11', locale: 'en' as const },
      });
      /** Times between a commit and the next change, in which an answer is certain. */
      let certain: { from: number; decision: 'permit' | 'deny' } | null = {
        from: look(),
        decision: 'permit',
      };
      let goOn = true;
      const ask = async () => {
        const began = certain;
        const { results } = await answerCheck(checking, gateway, {
          purpose: 'MLTRAINING',
          recipient: 'umbra',
          identifiable: true,
          at: null,
          items: [{ patientId: mrn, issuer: 'RIVERBEND' }],
        });
        // The same stretch of time when it came and when it was answered.
        if (!began || began !== certain) return;
        const of = began.decision === 'deny' ? counted.denied : counted.permitted;
        of.answers++;
        if (results[0]?.decision !== began.decision) of.wrong++;
      };
      const gateways = Array.from({ length: 3 }, async () => {
        while (goOn) await ask();
      });
      for (let turn = 0; turn < turns / 2; turn++) {
        certain = null;
        const id = await inTransaction(filing.db, (tx) =>
          recordDenial(tx, filed(), {
            purposes: ['aiTraining'],
            vendors: 'all',
            studies: 'all',
            coversDeidentified: true,
          }),
        );
        certain = { from: look(), decision: 'deny' };
        await ask();
        certain = null;
        await inTransaction(filing.db, (tx) => recordWithdrawal(tx, filed(), id));
        certain = { from: look(), decision: 'permit' };
        await ask();
        counted.turns++;
      }
      goOn = false;
      await Promise.all(gateways);
    });
    await Promise.all(each);
    return counted;
  } finally {
    await Promise.all([filing.database.close(), checking.database.close()]);
  }
}
