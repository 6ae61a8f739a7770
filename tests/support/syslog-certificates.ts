import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Certificates as docs/connect-rsyslog.md makes them, in a folder; and a stranger's, of another authority. */
export function makeCertificates(folder: string) {
  const page = readFileSync('docs/connect-rsyslog.md', 'utf8');
  const commands = page.split('```sh\n')[1]!.split('```')[0]!;
  const run = (script: string) => execFileSync('sh', ['-e', '-c', script], { cwd: folder, stdio: 'pipe' });
  run(commands);
  run(
    'openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "/CN=archive.riverbend.example" -keyout stranger.key -out stranger.pem',
  );
  const read = (name: string) => readFileSync(path.join(folder, name));
  return {
    server: {
      keyFile: path.join(folder, 'server.key'),
      certificateFile: path.join(folder, 'server.pem'),
      authoritiesFile: path.join(folder, 'ca.pem'),
    },
    archive: { ca: read('ca.pem'), key: read('archive.key'), cert: read('archive.pem') },
    stranger: { ca: read('ca.pem'), key: read('stranger.key'), cert: read('stranger.pem') },
    nobody: { ca: read('ca.pem') },
  };
}
