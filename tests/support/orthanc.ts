import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { testOrigin } from './fixed.ts';

const plugin = '/usr/share/orthanc/plugins/libOrthancPython.so';
const dicomWeb = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';
/** Null: all of it is here. */
export const missingForOrthanc =
  ['/usr/sbin/Orthanc', plugin, dicomWeb, '/usr/bin/storescu', '/usr/bin/storescp'].find(
    (file) => !existsSync(file),
  ) ?? null;

/** An archive with our plugin or script, and a company's receiver beside it: programs of Debian, as they are. */
export interface Archive {
  folder: string;
  httpPort: number;
  dicomPort: number;
  /** What Orthanc wrote on its own. */
  log(): string;
  /** Sends an image into the archive, as a scanner does. */
  scan(image: ScannedImage): Promise<void>;
  /** Files that reached the company, by the study that they are of. */
  arrived(): Promise<string[]>;
  /** Ends Orthanc and starts it again with what is on its disk. @param meanwhile changes the disk */
  restart(signal?: NodeJS.Signals, meanwhile?: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export interface ScannedImage {
  patientId: string;
  issuer?: string;
  studyUid: string;
  accession?: string;
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  return typeof address === 'object' && address ? address.port : 0;
}

export interface Proxy {
  url: string;
  /** @param without what the paths begin with that are cut off */
  to(port: number | null, without?: string): void;
  stop(): void;
}

/** What stands before Plainview in a hospital: gives its calls the name of the site. Where the site is may change, and be nowhere. */
export async function startProxy(): Promise<Proxy> {
  let port: number | null = null;
  let cutOff: string | undefined;
  const server = http.createServer((request, response) => {
    const isCutOff = cutOff !== undefined && request.url?.startsWith(cutOff);
    if (port === null || isCutOff) return void request.socket.destroy();
    const onward = http.request(
      {
        host: '127.0.0.1',
        port,
        path: request.url,
        method: request.method,
        headers: { ...request.headers, host: new URL(testOrigin).host },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    to: (where, without) => {
      port = where;
      cutOff = without;
    },
    stop: () => void server.close(),
  };
}

/** An Orthanc that stops, and starts again with what is on its disk. */
async function runOrthanc(file: string) {
  let written = '';
  let orthanc: ChildProcess;
  const start = async () => {
    written = '';
    orthanc = spawn('Orthanc', [file], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [orthanc.stdout, orthanc.stderr])
      stream?.on('data', (chunk: Buffer) => (written += chunk.toString('utf8')));
    // Orthanc says that it is there, or ends.
    const gone = once(orthanc, 'exit').then(() => false);
    while (!written.includes('Orthanc has started'))
      if (!(await Promise.race([once(orthanc.stderr!, 'data').then(() => true), gone])))
        throw new Error(`Orthanc does not start: ${written.slice(-2_000)}`);
  };
  process.once('exit', () => orthanc.kill('SIGKILL'));
  await start();
  return { log: () => written, start, end: (signal: NodeJS.Signals) => end(orthanc, signal) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** A company's own Orthanc, as Debian ships it: a peer, and a DICOMweb server. */
export async function startReceiver() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-receiver-'));
  const [httpPort, dicomPort] = [await freePort(), await freePort()];
  const file = path.join(folder, 'orthanc.json');
  await writeFile(
    file,
    JSON.stringify({
      Name: 'The company',
      StorageDirectory: folder,
      IndexDirectory: folder,
      HttpPort: httpPort,
      DicomPort: dicomPort,
      RemoteAccessAllowed: false,
      AuthenticationEnabled: false,
      Plugins: [dicomWeb],
    }),
  );
  const orthanc = await runOrthanc(file);
  return {
    httpPort,
    /** Studies that reached it. */
    arrived: async () => {
      const studies = (await (await fetch(`http://127.0.0.1:${httpPort}/studies?expand`)).json()) as {
        MainDicomTags: { StudyInstanceUID: string };
      }[];
      return studies.map((study) => study.MainDicomTags.StudyInstanceUID).sort();
    },
    stop: async () => {
      await orthanc.end('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const scripts = {
  python: {
    Plugins: [dicomWeb, plugin],
    PythonScript: path.resolve('integrations/orthanc/plainview.py'),
  },
  lua: { LuaScripts: [path.resolve('integrations/orthanc/plainview.lua')] },
};

/** @param plainview its section of the configuration, as in integrations/orthanc/README.md */
export async function startArchive(
  plainview: Record<string, unknown>,
  more: (ports: { vendorPort: number }) => Record<string, unknown>,
  script: keyof typeof scripts = 'python',
): Promise<Archive> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-orthanc-'));
  const inbox = path.join(folder, 'vendor');
  await mkdir(inbox);
  const [httpPort, dicomPort, vendorPort] = [await freePort(), await freePort(), await freePort()];
  const vendor = spawn('storescp', ['-od', inbox, '+B', '-aet', 'UMBRA_CAD', String(vendorPort)], {
    stdio: 'ignore',
  });
  const file = path.join(folder, 'orthanc.json');
  await writeFile(
    file,
    JSON.stringify({
      Name: 'Riverbend archive',
      StorageDirectory: path.join(folder, 'storage'),
      IndexDirectory: path.join(folder, 'storage'),
      HttpPort: httpPort,
      DicomPort: dicomPort,
      DicomAet: 'RIVERPACS',
      RemoteAccessAllowed: false,
      StableAge: 1,
      SaveJobs: false,
      ...scripts[script],
      ...more({ vendorPort }),
      Plainview: { QueueDirectory: path.join(folder, 'queue'), ...plainview },
    }),
  );
  process.once('exit', () => vendor.kill('SIGKILL'));
  const clear = async () => {
    await end(vendor, 'SIGTERM');
    await rm(folder, { recursive: true, force: true });
  };
  const orthanc = await runOrthanc(file).catch(async (error: unknown) => {
    await clear();
    throw error;
  });
  let scans = 0;
  return {
    folder,
    httpPort,
    dicomPort,
    log: orthanc.log,
    scan: async ({ patientId, issuer, studyUid, accession }) => {
      const name = path.join(folder, `scan-${++scans}`);
      await writeFile(
        `${name}.dump`,
        [
          '(0008,0016) UI [1.2.840.10008.5.1.4.1.1.2]',
          `(0008,0018) UI [${studyUid}.1.${scans}]`,
          `(0008,0050) SH [${accession ?? ''}]`,
          '(0008,0060) CS [CT]',
          `(0010,0010) PN [Of ${patientId}]`,
          `(0010,0020) LO [${patientId}]`,
          ...(issuer ? [`(0010,0021) LO [${issuer}]`] : []),
          '(0010,0030) DA [19700101]',
          `(0020,000d) UI [${studyUid}]`,
          `(0020,000e) UI [${studyUid}.1]`,
          '(0020,0010) SH [1]',
        ].join('\n'),
      );
      execFileSync('dump2dcm', ['-q', `${name}.dump`, `${name}.dcm`]);
      execFileSync('storescu', ['-aec', 'RIVERPACS', '127.0.0.1', String(dicomPort), `${name}.dcm`], {
        stdio: 'pipe',
      });
    },
    arrived: async () => {
      const studies = [];
      for (const one of await readdir(inbox)) {
        const said = execFileSync('dcmdump', ['+P', 'StudyInstanceUID', path.join(inbox, one)]).toString();
        studies.push(/\[([\d.]+)\]/.exec(said)?.[1] ?? '');
      }
      return studies.sort();
    },
    restart: async (signal = 'SIGTERM', meanwhile) => {
      await orthanc.end(signal);
      await meanwhile?.();
      await orthanc.start();
    },
    stop: async () => {
      await orthanc.end('SIGTERM');
      await clear();
    },
  };
}
