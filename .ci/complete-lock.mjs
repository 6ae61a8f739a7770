// Adds to package-lock.json the packages of other platforms that a partial registry mirror did not have when the lock was made. Without
// them `npm ci` refuses the lock ("Missing: … from lock file"). They are skipped where they do not fit; where they do, npm fetches them
// by name and version. Run after `npm install` behind such a mirror: node .ci/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const systems = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'aix',
  'win32',
];
const processors = [
  'arm64',
  'arm',
  'ia32',
  'x64',
  'ppc64le',
  'ppc64',
  's390x',
  'riscv64',
  'loong64',
  'mips64el',
  'wasm32',
];

/** The folder a package would be found in, from the folder that asks for it outwards. */
function isThere(from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))) {
    if (lock.packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

function platformOf(name) {
  const words = name
    .replace('windows', 'win32')
    .split(/[-/_.]/)
    .map((word) => word.replace(/^arm(v\d+)?(hf|eabi.*)?$/, 'arm').replace(/^gnueabihf$/, ''));
  const os = name === 'fsevents' ? 'darwin' : systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  return { os: os ? [os] : undefined, cpu: cpu ? [cpu] : undefined };
}

let added = 0;
for (const [folder, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isThere(folder, name)) continue;
    const { os, cpu } = platformOf(name);
    if (!os && !cpu) {
      console.error(`${folder} wants ${name}@${range}: no platform in its name, left out`);
      continue;
    }
    lock.packages[`${folder}/node_modules/${name}`] = {
      version: range.replace(/^[\^~]/, ''),
      ...(cpu ? { cpu } : {}),
      ...(entry.dev ? { dev: true } : {}),
      ...(entry.devOptional ? { devOptional: true } : {}),
      optional: true,
      ...(os ? { os } : {}),
    };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} packages of other platforms added`);
