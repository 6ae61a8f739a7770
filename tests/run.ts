import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

// npm test: every line in order, going on after a step that fails. The lanes of a line run side by side, for a type check, a lint or a
// build keeps one core busy; the steps of a lane come one after the other. The last line counts test cases: `N passed, N failed`.

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

interface Step {
  name: string;
  /**
   * Programs under node_modules (or a source file run by tsx), run one after the other, or work of this process; the step fails with the
   * first that does.
   */
  commands: (string[] | (() => Promise<void>))[];
  /** Another Node than the one that this runs on. */
  node?: string;
  /** Reads a reporter's file (null: there is none). Without it the step counts as one case. */
  count?: (report: unknown) => Count;
}

const noReport: Count = { passed: 0, failed: 1, skipped: 0 };
const folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-run-'));
const reportFile = path.join(folder, 'report.json');
/** The database client is made from the schema, and is not in the repository; the build does not make it again where this is set. */
const clientIsMade = 'PLAINVIEW_CLIENT_IS_MADE';
/** Of another Node, its program: the unit tests run on it too. */
const otherNode = process.env.PLAINVIEW_OTHER_NODE;
const vitest = (project: string) => [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--project',
  project,
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${reportFile}`,
];

let dropDatabases = async () => {};
const makeDatabases = async () => {
  // What it stands on is made by the first line.
  const { default: setup } = await import('./support/postgres.global.ts');
  dropDatabases = await setup();
};

const lines: Step[][][] = [
  process.env[clientIsMade]
    ? []
    : [[{ name: 'database client', commands: [['node_modules/prisma/build/index.js', 'generate']] }]],
  [
    [
      {
        name: 'type check and form',
        commands: [
          ['node_modules/typescript-7/bin/tsc', '--noEmit'],
          ['node_modules/prettier/bin/prettier.cjs', '--check', '.'],
        ],
      },
      { name: 'unit tests', commands: [vitest('unit')], count: countVitest },
      // For the integration and the browser tests.
      { name: 'databases', commands: [makeDatabases] },
      // While the linter keeps the other core. Who imports whom is the same on every Node, and takes as long to read as all the rest.
      ...(otherNode
        ? [
            {
              name: 'units, other Node',
              commands: [[...vitest('unit'), '--exclude', 'tests/architecture.test.ts']],
              count: countVitest,
              node: otherNode,
            },
          ]
        : []),
    ],
    [
      // Before the integration tests, which start the built site too.
      { name: 'build', commands: [['--import', 'tsx', 'app/server/build.ts']] },
      { name: 'lint', commands: [['node_modules/eslint/bin/eslint.js', '.', '--max-warnings', '0']] },
    ],
  ],
  [[{ name: 'integration tests', commands: [vitest('integration')], count: countVitest }]],
  [
    [
      {
        name: 'browser tests',
        commands: [['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json']],
        count: countPlaywright,
      },
    ],
  ],
];

const total: Count = { passed: 0, failed: 0, skipped: 0 };
for (const line of lines) {
  await Promise.all(line.map(runLane));
  process.env[clientIsMade] = '1';
}
await rm(folder, { recursive: true, force: true });
console.log(`\n${inWords(total)}`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
await dropDatabases();

async function runLane(lane: Step[]): Promise<void> {
  for (const step of lane) {
    const began = process.hrtime.bigint();
    const count = await runStep(step);
    const seconds = Number((process.hrtime.bigint() - began) / 100_000_000n) / 10;
    for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += count[key];
    console.log(`${step.name.padEnd(19)} ${inWords(count)} (${seconds.toFixed(1)} s)`);
  }
}

async function runStep({ name, commands, count, node }: Step): Promise<Count> {
  let output = '';
  let code = 0;
  // That of an earlier step is not read for one that could not start.
  if (count) await rm(reportFile, { force: true });
  for (const command of commands) {
    if (code !== 0) break;
    const ran = await (typeof command === 'function' ? inThisProcess(command) : run(command, node));
    code = ran.code;
    output += ran.output;
  }
  const counted = count ? count(await readReport()) : { passed: code === 0 ? 1 : 0, failed: 0, skipped: 0 };
  // A program that failed says so even where its report does not: it could not start, or failed outside of a test.
  if (code !== 0 && counted.failed === 0) counted.failed = 1;
  if (counted.failed > 0) console.log(`\n--- ${name} ---\n${output.trimEnd()}\n--- end of ${name} ---\n`);
  else for (const line of output.match(/^(longest|median) .*$/gm) ?? []) console.log(line);
  return counted;
}

async function inThisProcess(work: () => Promise<void>): Promise<{ code: number; output: string }> {
  try {
    await work();
    return { code: 0, output: '' };
  } catch (error) {
    return { code: 1, output: `${error instanceof Error ? error.stack : String(error)}\n` };
  }
}

function run(args: string[], node = process.execPath): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(node, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined, PLAYWRIGHT_JSON_OUTPUT_NAME: reportFile },
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error) => resolve({ code: 1, output: `${output}${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

async function readReport(): Promise<unknown> {
  try {
    return JSON.parse(await readFile(reportFile, 'utf8')) as unknown;
  } catch {
    return null;
  }
}

function countVitest(report: unknown): Count {
  if (report === null) return { ...noReport };
  const { testResults } = report as {
    testResults: { status: string; assertionResults: { status: string }[] }[];
  };
  const total: Count = { passed: 0, failed: 0, skipped: 0 };
  for (const { status, assertionResults } of testResults) {
    // A file that could not be loaded has no test of its own to fail.
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed')) total.failed++;
    for (const test of assertionResults) {
      if (test.status === 'passed') total.passed++;
      else if (test.status === 'failed') total.failed++;
      else total.skipped++;
    }
  }
  return total;
}

function countPlaywright(report: unknown): Count {
  if (report === null) return { ...noReport };
  const { stats, errors } = report as {
    stats: { expected: number; unexpected: number; flaky: number; skipped: number };
    errors: unknown[];
  };
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + errors.length,
    skipped: stats.skipped,
  };
}

function inWords({ passed, failed, skipped }: Count): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
