import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoApiKey } from '#prisma/seed/cast.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import {
  missingForOrthanc,
  startArchive,
  startProxy,
  startReceiver,
  type Archive,
} from '#tests/support/orthanc.ts';
import { startSiteOn, type Site } from '#tests/support/site.ts';
import { freshWorld, minutes, type FreshWorld } from '#tests/support/world.ts';

// Debian's Orthanc with integrations/orthanc, DCMTK as the scanner and as the company, and the built site: nothing of them is played.

const said = { patientId: 'RB000417', studyUid: '2.25.1001' };
const silent = { patientId: 'RB000533', studyUid: '2.25.2002' };
/** A "no" to one study alone, and then one to all images with the name. */
const saidOfOne = { patientId: 'RB000902', studyUid: '2.25.8001' };
const saidOfName = { ...saidOfOne, studyUid: '2.25.8002' };
const poll = (what: () => unknown) => expect.poll(what, { timeout: 20_000, interval: 100 });

describe.skipIf(missingForOrthanc)(
  `Orthanc asks first${missingForOrthanc ? `: ${missingForOrthanc} is missing` : ''}`,
  () => {
    let fresh: FreshWorld;
    let site: Site | null;
    let proxy: Awaited<ReturnType<typeof startProxy>>;
    let archive: Archive;
    let receiver: Awaited<ReturnType<typeof startReceiver>>;

    const startPlainview = async () => {
      site = await startSiteOn(fresh.databaseUrl, fresh.clock, { demo: true });
      proxy.to(site.port);
    };
    const stopPlainview = async () => {
      proxy.to(null);
      await site?.stop();
      site = null;
    };
    const orthanc = async (
      path: string,
      body?: unknown,
      { method = body === undefined ? 'GET' : 'POST', at = archive } = {},
    ) => {
      const answer = await fetch(`http://127.0.0.1:${at.httpPort}${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: answer.status, text: await answer.text() };
    };
    const find = async (studyUid: string, at = archive) =>
      (
        JSON.parse(
          (await orthanc('/tools/find', { Level: 'Study', Query: { StudyInstanceUID: studyUid } }, { at }))
            .text,
        ) as string[]
      )[0]!;
    /** A study that Orthanc makes of another one. */
    const make = async (at: Archive, of: string, how: 'modify' | 'anonymize', body = {}) => {
      const { ID: id } = JSON.parse(
        (await orthanc(`/studies/${await find(of, at)}/${how}`, body, { at })).text,
      ) as { ID: string };
      const { MainDicomTags: tags } = JSON.parse(
        (await orthanc(`/studies/${id}`, undefined, { at })).text,
      ) as {
        MainDicomTags: { StudyInstanceUID: string };
      };
      return { id, studyUid: tags.StudyInstanceUID };
    };
    const went = async (from: Archive, studyUid: string) => (await from.arrived()).includes(studyUid);
    const ledger = () =>
      fresh.world.db.disclosure.findMany({
        where: { studyUid: { in: [said.studyUid, silent.studyUid] } },
        select: { studyUid: true, instanceCount: true, purpose: true, destination: true },
        orderBy: { recordedAt: 'asc' },
      });

    const reports = () => path.join(archive.folder, 'queue', 'to-report');
    /** Exit code of a program of DCMTK. */
    const dcmtk = async (program: string, ...args: string[]) =>
      (
        await once(
          spawn(program, ['-S', ...args, '127.0.0.1', String(archive.dicomPort)], { stdio: 'ignore' }),
          'exit',
        )
      )[0] as number;
    const move = (studyUid: string) =>
      dcmtk(
        'movescu',
        '-aet',
        'WORKLIST1',
        '-aem',
        'UMBRA_CAD',
        '-aec',
        'RIVERPACS',
        '-k',
        'QueryRetrieveLevel=STUDY',
        '-k',
        `StudyInstanceUID=${studyUid}`,
      );

    beforeAll(async () => {
      // Orthanc goes by the machine's clock. What it tells of has happened.
      fresh = await freshWorld({ seeded: true, now: new Date(Date.now() + minutes(2)) });
      await fileOptOut(fresh.world, { mrn: said.patientId, purposes: ['aiTraining'] });
      proxy = await startProxy();
      await startPlainview();
      receiver = await startReceiver();
      const server = `http://localhost:${receiver.httpPort}/`;
      archive = await startArchive(
        {
          Url: proxy.url,
          ApiKey: demoApiKey,
          Issuer: 'RIVERBEND',
          Purpose: 'MLTRAINING',
          Recipients: {
            umbra: { Recipient: 'UMBRA_CAD', AutoRoute: true },
            kestrelPeer: 'kestrel',
            kestrelWeb: 'kestrel',
          },
          Internal: ['workstation'],
          RetrySeconds: 0.3,
          TimeoutSeconds: 5,
        },
        ({ vendorPort }) => ({
          DicomModalities: {
            umbra: { AET: 'UMBRA_CAD', Host: '127.0.0.1', Port: vendorPort, AllowGet: false },
            worklist: { AET: 'WORKLIST1', Host: '127.0.0.1', Port: vendorPort, AllowGet: false },
            stranger: { AET: 'STRANGER', Host: '127.0.0.1', Port: vendorPort, AllowGet: false },
          },
          OrthancPeers: { kestrelPeer: [server], strangerPeer: [server] },
          DicomWeb: {
            Enable: true,
            Servers: { kestrelWeb: [`${server}dicom-web/`], strangerWeb: [`${server}dicom-web/`] },
          },
        }),
      );
    });
    afterAll(async () => {
      await archive?.stop();
      await receiver?.stop();
      await site?.stop();
      proxy?.stop();
      await fresh?.drop();
    });

    it('names each door, and who stands at it', async () => {
      for (const line of [
        /modalities.*store.*: asks/,
        /C-MOVE: asks/,
        /C-GET: closed/,
        /jobs that go on after a restart: closed/,
        /archives and media: refused/,
        /single images.*NOT GUARDED/,
      ])
        await poll(() => archive.log()).toMatch(line);
    });

    it.each(['python', 'lua'] as const)(
      'does not start where one name is two systems: %s',
      async (script) => {
        const wrong = startArchive(
          { Url: proxy.url, ApiKey: demoApiKey, Issuer: 'RIVERBEND', Internal: ['pacs'] },
          () => ({
            DicomModalities: { pacs: { AET: 'PACS', Host: '127.0.0.1', Port: 104 } },
            OrthancPeers: { pacs: ['http://localhost:8042/'] },
          }),
          script,
        );
        await expect(wrong).rejects.toThrow(/the name of two systems: pacs/);
      },
    );

    it('routes what comes in to a company where nobody said no, and not where somebody did; both are in the log, one in the ledger', async () => {
      await archive.scan(said);
      await archive.scan(silent);
      await poll(archive.arrived).toEqual([silent.studyUid]);
      await poll(ledger).toEqual([
        {
          studyUid: silent.studyUid,
          instanceCount: 1,
          purpose: 'MLTRAINING',
          destination: expect.stringContaining('UMBRA_CAD') as string,
        },
      ]);
      await poll(() => archive.log()).toMatch(
        new RegExp(`does not go to umbra: .*${said.studyUid}: optedOut`),
      );
      const asked = await fresh.world.db.exportCheckItem.findMany({
        where: { studyUid: { in: [said.studyUid, silent.studyUid] } },
        select: { studyUid: true, decision: true },
        orderBy: { studyUid: 'asc' },
      });
      expect(asked).toEqual([
        { studyUid: said.studyUid, decision: 'deny' },
        { studyUid: silent.studyUid, decision: 'permit' },
      ]);
    });

    it('asks when somebody sends by hand, and refuses a system that nobody named', async () => {
      const refused = await orthanc('/modalities/umbra/store', { Resources: [await find(said.studyUid)] });
      expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('optedOut')]);
      expect((await orthanc('/modalities/stranger/store', await find(silent.studyUid))).status).toBe(403);
      // One that may not go keeps back what it is sent with.
      const both = [await find(said.studyUid), await find(silent.studyUid)];
      expect((await orthanc('/modalities/umbra/store', both)).status).toBe(403);
      expect(await archive.arrived()).toEqual([silent.studyUid]);
      const sent = await orthanc('/modalities/umbra/store', { Resources: [both[1]], Asynchronous: true });
      expect([sent.status, JSON.parse(sent.text)]).toEqual([
        200,
        expect.objectContaining({ FailedInstancesCount: 0 }),
      ]);
      expect((await orthanc('/modalities/umbra/store', ['no-such-id'])).status).toBe(404);
      expect((await orthanc('/modalities/umbra/store', {})).status).toBe(400);
      // Orthanc from 1.11.3 on would send to where the body says: also what is for those inside.
      for (const elsewhere of [
        { Host: '10.0.0.9' },
        { CalledAet: 'STRANGER' },
        { Port: 104 },
        { Whatever: 1 },
      ])
        for (const name of ['umbra', 'workstation']) {
          const strayed = await orthanc(`/modalities/${name}/store`, { Resources: [both[1]], ...elsewhere });
          expect(strayed, name).toMatchObject({ status: 400, text: expect.stringContaining('may not say') });
        }
    });

    it('asks when another system fetches by C-MOVE', async () => {
      const before = (await archive.arrived()).length;
      expect(await move(said.studyUid)).not.toBe(0);
      expect(await move('2.25.*')).not.toBe(0);
      expect(archive.log()).toMatch(/C-MOVE was refused: denied by Plainview: 2\.25\.1001: optedOut/);
      expect(await archive.arrived()).toHaveLength(before);
      expect(await move(silent.studyUid)).toBe(0);
    });

    it('gives nothing where nobody can be asked: archives, raw sending, C-GET', async () => {
      const id = await find(said.studyUid);
      for (const path of [
        `/studies/${id}/archive`,
        `/studies/${id}/media`,
        `//studies/${id}/archive/`,
        `/patients/${id}/archive`,
        `/studies/${id}/%61rchive`,
      ])
        expect((await orthanc(path)).status, path).toBe(403);
      for (const path of [
        '/tools/create-archive',
        '/modalities/umbra/store-straight',
        '/peers/x/store-straight',
        '/tools/execute-script',
        '/dicom-web/servers/kestrelWeb/stow',
        '/jobs/x/resubmit',
      ])
        expect((await orthanc(path, [id])).status, path).toBe(403);
      for (const path of ['/modalities/workstation', '/peers/kestrelPeer', '/dicom-web/servers/kestrelWeb'])
        expect((await orthanc(path, {}, { method: 'PUT' })).status, path).toBe(403);
      const got = await dcmtk(
        'getscu',
        '-aet',
        'UMBRA_CAD',
        '-aec',
        'RIVERPACS',
        '-k',
        'QueryRetrieveLevel=STUDY',
        '-k',
        `StudyInstanceUID=${silent.studyUid}`,
        '-od',
        archive.folder,
      );
      expect(got).not.toBe(0);
    });

    it('sends nothing while Plainview is away, and what may go when it is there again, also after Orthanc was killed', async () => {
      const [before, kept] = [(await archive.arrived()).length, await ledger()];
      await stopPlainview();
      const later = { ...silent, studyUid: '2.25.3003' };
      await archive.scan(later);
      await archive.scan({ ...said, studyUid: '2.25.3004' });
      await poll(
        () => archive.log().match(/does not go to umbra: Plainview cannot be asked/g)?.length,
      ).toBeGreaterThan(3);
      expect((await orthanc('/modalities/umbra/store', [await find(later.studyUid)])).status).toBe(503);
      // Both have come in whole, and wait.
      await poll(() => readdir(path.join(archive.folder, 'queue', 'to-send'))).toHaveLength(2);
      await archive.restart('SIGKILL');
      await poll(
        () => archive.log().match(/does not go to umbra: Plainview cannot be asked/g)?.length,
      ).toBeGreaterThan(1);
      expect(await archive.arrived()).toHaveLength(before);
      await startPlainview();
      await poll(archive.arrived).toContain(later.studyUid);
      await poll(() => archive.log()).toMatch(/2\.25\.3004: optedOut/);
      expect((await archive.arrived()).filter((uid) => uid === '2.25.3004')).toEqual([]);
      await poll(
        async () =>
          (await fresh.world.db.disclosure.findMany({ where: { studyUid: later.studyUid } })).length,
      ).toBe(1);
      expect(await ledger()).toEqual(kept);
    }, 90_000);

    it('routes what was still coming in when Orthanc was killed, of which it never says that it is whole', async () => {
      const studyUid = '2.25.3005';
      await archive.scan({ ...silent, studyUid });
      await archive.restart('SIGKILL');
      await poll(() => archive.arrived()).toContain(studyUid);
      expect((await archive.arrived()).filter((uid) => uid === studyUid)).toHaveLength(1);
    });

    it('routes what became whole when Orthanc was killed before that was written down', async () => {
      const studyUid = '2.25.3006';
      const waiting = path.join(archive.folder, 'queue', 'to-send');
      const routed = path.join(archive.folder, 'queue', 'changes', 'routed.json');
      const before = await readFile(routed);
      proxy.to(null);
      await archive.scan({ ...silent, studyUid });
      await poll(() => readdir(waiting)).toHaveLength(1);
      await archive.restart('SIGKILL', async () => {
        for (const entry of await readdir(waiting)) await rm(path.join(waiting, entry));
        await writeFile(routed, before);
      });
      proxy.to(site!.port);
      await poll(archive.arrived).toContain(studyUid);
      expect((await archive.arrived()).filter((uid) => uid === studyUid)).toHaveLength(1);
    });

    it('reports what left when Plainview is there to be told, once, however often it is told', async () => {
      const studyUid = '2.25.4004';
      const recorded = () => fresh.world.db.disclosure.count({ where: { studyUid } });
      proxy.to(site!.port, '/api/v1/disclosures');
      await archive.scan({ ...silent, studyUid });
      await poll(archive.arrived).toContain(studyUid);
      await poll(() => archive.log()).toContain('Plainview: reports wait');
      const [report = ''] = await readdir(reports());
      const bytes = await readFile(path.join(reports(), report));
      expect(await recorded()).toBe(0);
      proxy.to(site!.port);
      await poll(recorded).toBe(1);
      await poll(() => readdir(reports())).toEqual([]);
      // As if it had died after it was told that the report was taken.
      await writeFile(path.join(reports(), report), bytes);
      await poll(() => readdir(reports())).toEqual([]);
      expect(await recorded()).toBe(1);
    });

    it('says that nobody knows how it ended where it died while images were leaving: a person looks at it', async () => {
      const studyUid = '2.25.5005';
      const study = {
        patientId: silent.patientId,
        issuer: 'RIVERBEND',
        studyUid,
        accession: '',
        sopClass: '',
        instances: 1,
      };
      const leaving = {
        at: new Date().toISOString(),
        sourceAet: 'RIVERPACS',
        destinationAet: 'UMBRA_CAD',
        destinationHost: '',
        purpose: 'MLTRAINING',
        outcome: '',
        state: 'leaving',
        identifiable: true,
        studies: [study],
      };
      await writeFile(path.join(reports(), '1-died.json'), JSON.stringify(leaving));
      await archive.restart('SIGKILL');
      await poll(() => readdir(reports())).toEqual([]);
      const { records } = await fresh.world.db.ingestBatch.findFirstOrThrow({
        where: { idempotencyKey: '1-died' },
        select: { records: { select: { state: true, reason: true } } },
      });
      expect(records).toEqual([{ state: 'quarantined', reason: 'outcomeUnknown' }]);
    });

    it('asks at the doors to a peer and to a DICOMweb server: what may not go does not arrive there, what may does', async () => {
      const { id: vendorId } = await fresh.world.db.vendor.findFirstOrThrow({ where: { slug: 'kestrel' } });
      await fresh.world.db.vendorEndpoint.create({
        data: { vendorId, kind: 'host', value: 'localhost', validFrom: new Date('2020-01-01T00:00:00Z') },
      });
      const no = await find(said.studyUid);
      for (const [door, studyUid] of [
        ['/peers/kestrelPeer/store', '2.25.6006'],
        ['/plainview/servers/kestrelWeb/stow', '2.25.6007'],
      ] as const) {
        await archive.scan({ ...silent, studyUid });
        const yes = await find(studyUid);
        const refused = await orthanc(door, { Resources: [no, yes] });
        expect([refused.status, refused.text], door).toEqual([403, expect.stringContaining('optedOut')]);
        const stranger = await orthanc(door.replace('kestrel', 'stranger'), { Resources: [yes] });
        expect(stranger.status, door).toBe(403);
        expect(await receiver.arrived(), door).not.toContain(studyUid);
        expect((await orthanc(door, { Resources: [yes] })).status, door).toBe(200);
        expect(await receiver.arrived(), door).toContain(studyUid);
        await poll(() => fresh.world.db.disclosure.count({ where: { studyUid, vendorId } })).toBe(1);
      }
      expect(await receiver.arrived()).toEqual(['2.25.6006', '2.25.6007']);
    });

    it('asks about the person and the study that images were made from, and takes none for de-identified that bear the name', async () => {
      const other = { ...saidOfOne, studyUid: '2.25.8003' };
      for (const study of [saidOfOne, other]) await archive.scan(study);
      await poll(() => went(archive, other.studyUid)).toBe(true);
      // A "no" names studies that the patient's list has.
      await poll(() => fresh.world.db.disclosure.count({ where: { studyUid: saidOfOne.studyUid } })).toBe(1);
      await fileOptOut(fresh.world, {
        mrn: saidOfOne.patientId,
        purposes: ['aiTraining'],
        studies: [saidOfOne.studyUid],
      });
      // Of the study with the "no": changed; de-identified once, and once more. All are of the same patient.
      const [changed, once] = await Promise.all([
        make(archive, saidOfOne.studyUid, 'modify', { Replace: { StudyID: '2' } }),
        make(archive, saidOfOne.studyUid, 'anonymize'),
      ]);
      const twice = await make(archive, once.studyUid, 'anonymize');
      for (const { id } of [changed, once, twice])
        await poll(() => archive.log()).toMatch(
          new RegExp(`study ${id} does not go to umbra: .*${saidOfOne.studyUid}: optedOut`),
        );
      await fileOptOut(fresh.world, {
        mrn: saidOfName.patientId,
        purposes: ['aiTraining'],
        coversDeidentified: false,
      });
      await archive.scan(saidOfName);
      // With the name, and with something that was written in later.
      const [named, bare] = await Promise.all([
        make(archive, saidOfName.studyUid, 'anonymize', { Keep: ['PatientName'] }),
        make(archive, saidOfName.studyUid, 'anonymize'),
      ]);
      const rewritten = await make(archive, bare.studyUid, 'modify', { Replace: { StudyID: '2' } });
      for (const { id } of [named, rewritten])
        await poll(() => archive.log()).toMatch(
          new RegExp(`study ${id} does not go to umbra: .*${saidOfName.studyUid}: optedOut`),
        );
      await poll(() => went(archive, bare.studyUid)).toBe(true);
      // What came from there without a trace is not made.
      for (const door of ['split', 'merge'])
        expect((await orthanc(`/studies/${changed.id}/${door}`, {})).status, door).toBe(403);
      // The original is gone: nobody can say whose they are.
      await orthanc(`/studies/${await find(saidOfOne.studyUid)}`, undefined, { method: 'DELETE' });
      expect((await orthanc('/modalities/umbra/store', [twice.id])).status).toBe(404);
      const kept = [changed, once, twice, named, rewritten, saidOfName].map(({ studyUid }) => studyUid);
      expect((await archive.arrived()).filter((uid) => kept.includes(uid))).toEqual([]);
      await poll(() =>
        fresh.world.db.disclosure.findMany({
          where: { studyUid: { in: [saidOfName.studyUid, bare.studyUid] } },
          select: { studyUid: true, anonymized: true },
        }),
      ).toEqual([{ studyUid: saidOfName.studyUid, anonymized: true }]);
    }, 60_000);

    it('asks by a script in Lua where Orthanc has no Python, and waits the same', async () => {
      const queue = await mkdtemp(path.join(os.tmpdir(), 'plainview-lua-'));
      const [may, mayNot, later] = ['2.25.7001', '2.25.7002', '2.25.7003'];
      const [nameOnly, coming] = ['2.25.7004', '2.25.7005'];
      const died = { key: '1-lua-died', state: 'leaving', outcome: '', at: new Date().toISOString() };
      const images = { ...silent, issuer: 'RIVERBEND', studyUid: '2.25.7000', instances: '1' };
      const way = { sourceAet: 'RIVERPACS', destinationAet: 'UMBRA_CAD', purpose: 'MLTRAINING' };
      const state = path.join(queue, 'plainview-lua.json');
      await writeFile(state, JSON.stringify({ waiting: [], reports: [{ ...died, ...images, ...way }] }));
      const lua = await startArchive(
        {
          Url: proxy.url,
          ApiKey: demoApiKey,
          Issuer: 'RIVERBEND',
          Purpose: 'MLTRAINING',
          Recipients: { umbra: { Recipient: 'UMBRA_CAD', AutoRoute: true } },
          QueueDirectory: queue,
          RetrySeconds: 0.3,
        },
        ({ vendorPort }) => ({
          DicomModalities: {
            umbra: { AET: 'UMBRA_CAD', Host: '127.0.0.1', Port: vendorPort, AllowGet: false },
          },
        }),
        'lua',
      );
      const recorded = (studyUid: string) => fresh.world.db.disclosure.count({ where: { studyUid } });
      try {
        await poll(lua.log).toMatch(/C-MOVE: NOT GUARDED for umbra/);
        expect(lua.log()).toMatch(/peers.*store: refused, but for those inside/);
        await lua.scan({ ...saidOfName, studyUid: nameOnly });
        await lua.scan({ ...said, studyUid: mayNot });
        await lua.scan({ ...silent, studyUid: may });
        await poll(lua.arrived).toEqual([may]);
        await poll(lua.log).toMatch(new RegExp(`denied by Plainview: ${mayNot}: optedOut`));
        await poll(() => recorded(may)).toBe(1);
        const { records } = await fresh.world.db.ingestBatch.findFirstOrThrow({
          where: { idempotencyKey: died.key },
          select: { records: { select: { reason: true } } },
        });
        expect(records).toEqual([{ reason: 'outcomeUnknown' }]);

        // What was made of them: the question is about whom they are of.
        const bare = await make(lua, nameOnly, 'anonymize');
        const again = await make(lua, bare.studyUid, 'anonymize');
        for (const one of await Promise.all([
          make(lua, nameOnly, 'modify', { Replace: { StudyID: '2' } }),
          make(lua, nameOnly, 'anonymize', { Keep: ['PatientName'] }),
          make(lua, bare.studyUid, 'modify', { Replace: { StudyID: '2' } }),
          make(lua, mayNot, 'anonymize'),
        ]))
          await poll(lua.log).toMatch(
            new RegExp(`study ${one.id} does not go to umbra: denied by Plainview`),
          );
        const gone = [may, bare.studyUid, again.studyUid].sort();
        await poll(lua.arrived).toEqual(gone);

        for (const [method, door] of [
          ['POST', '/modalities/umbra/store'],
          ['POST', '/studies/x/split'],
          ['POST', '/modalities/umbra/store-straight'],
          ['POST', '/dicom-web/servers/x/stow'],
          ['PUT', '/modalities/workstation'],
          ['GET', '/studies/x/%61rchive'],
        ] as const)
          expect(
            (await orthanc(door, method === 'GET' ? undefined : [], { method, at: lua })).status,
            door,
          ).toBe(403);

        // Away, then back for questions alone: what may go goes, and its report waits.
        proxy.to(null);
        const { routed } = JSON.parse(await readFile(state, 'utf8')) as { routed: unknown };
        await lua.scan({ ...silent, studyUid: later });
        await poll(lua.log).toMatch(/does not go to umbra: Plainview cannot be asked/);
        await lua.scan({ ...silent, studyUid: coming });
        // As if it had died when the one had become whole, and before that was written down.
        await lua.restart('SIGKILL', async () => {
          const kept = JSON.parse(await readFile(state, 'utf8')) as { waiting: unknown[]; routed: unknown };
          expect(kept.waiting).toHaveLength(1);
          await writeFile(state, JSON.stringify({ ...kept, waiting: [], routed }));
        });
        expect(await lua.arrived()).toEqual(gone);
        const retried = async (what: () => unknown) => {
          await orthanc('/plainview/retry', undefined, { at: lua });
          return what();
        };
        proxy.to(site!.port, '/api/v1/disclosures');
        await poll(() => retried(() => went(lua, later))).toBe(true);
        await poll(() => retried(() => went(lua, coming))).toBe(true);
        await poll(lua.log).toMatch(/reports wait/);
        expect(await recorded(later)).toBe(0);
        proxy.to(site!.port);
        await poll(() => retried(() => recorded(later))).toBe(1);
      } finally {
        await lua.stop();
        await rm(queue, { recursive: true, force: true });
      }
    }, 60_000);
  },
);
