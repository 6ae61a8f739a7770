/**
 * verify.mjs of an evidence pack: a program of its own, that needs nothing but Node, so that whoever gets the pack can check it without
 * Plainview. Kept as text, because it is shipped and never run here.
 */
export const verifyScript = `// Checks this evidence pack: node verify.mjs [SEQUENCE:HASH ...]
// Give it heads of the chain that you hold from elsewhere (an accounting prints one), and it says whether they fit.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = path.dirname(fileURLToPath(import.meta.url));
const bytesOf = (name) => readFileSync(path.join(folder, name));
const linesOf = (name) => bytesOf(name).toString('utf8').split('\\n').filter(Boolean).map((line) => JSON.parse(line));
const sha256 = (content) => createHash('sha256').update(content).digest('hex');
const problems = [];

const { files } = JSON.parse(bytesOf('manifest.json'));
for (const { name, sha256: expected } of files) {
  let actual = 'missing';
  try {
    actual = sha256(bytesOf(name));
  } catch {}
  if (actual !== expected) problems.push(name + ' is not the file that the manifest lists');
}

const links = new Map();
let before = null;
let unknown = 0;
for (const link of linesOf('audit/links.jsonl')) {
  const { sequence, previousHash, contentHash, hash, sealedAt } = link;
  const follows = before && BigInt(sequence) === BigInt(before.sequence) + 1n;
  if (follows && previousHash !== before.hash) problems.push('link ' + sequence + ' does not follow the one before it');
  if (contentHash === null) unknown += 1;
  else if (sha256(JSON.stringify({ contentHash, previousHash, sealedAt, sequence })) !== hash)
    problems.push('link ' + sequence + ' is not what its hash says');
  links.set(sequence, link);
  before = link;
}

let waiting = 0;
const events = linesOf('audit/events.jsonl');
for (const { sequence, text } of events) {
  if (sequence === null) {
    waiting += 1;
    continue;
  }
  const link = links.get(sequence);
  if (!link) problems.push('event ' + sequence + ' has no link');
  else if (sha256(text) !== (link.contentHash ?? link.hash)) problems.push('event ' + sequence + ' was changed');
}

let held = false;
const heads = [
  ...linesOf('audit/checkpoints.jsonl').map(({ sequence, hash }) => ['checkpoint', String(sequence), hash]),
  ...process.argv.slice(2).map((head) => ['head', ...head.split(':')]),
];
for (const [what, sequence, noted] of heads) {
  const link = links.get(sequence);
  if (!link) console.log(what + ' ' + sequence + ': outside of the stretches in this pack');
  else if (noted !== link.hash) problems.push(what + ' ' + sequence + ' is of another chain');
  else {
    console.log(what + ' ' + sequence + ': fits');
    held = true;
  }
}

console.log(events.length + ' events, ' + links.size + ' links, ' + files.length + ' files');
if (!held) console.log('No head of the chain that was noted elsewhere is in it: a chain that was written anew would not show');
if (waiting > 0) console.log(waiting + ' events were so new that they had no place in the chain yet');
if (unknown > 0) console.log(unknown + ' links are of the first kind: they can be recomputed for the events of this pack alone');
for (const problem of problems) console.log('PROBLEM: ' + problem);
console.log(problems.length === 0 ? 'Nothing is wrong with this pack.' : 'This pack is not what was given out.');
process.exitCode = problems.length === 0 ? 0 : 1;
`;
