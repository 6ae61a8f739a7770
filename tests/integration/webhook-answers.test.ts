import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { postWebhook } from '#app/optouts/vendor-notices/post-webhook.server.ts';

// What a company's server may answer to a webhook, byte for byte. None of it makes us wait longer than we have patience, and a status that
// came is the answer, whatever follows.

const message = { id: 'one', body: '{}' };
const secrets = [`whsec_${Buffer.alloc(24).toString('base64')}`];
const at = new Date('2026-11-29T12:00:00Z');
const patience = 300;
let server: Server | null = null;
afterEach(() => server?.close());

/** @param isKept whether the connection stays open after what is said */
async function says(text: string, isKept = false) {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(text);
      if (!isKept) socket.end();
    });
  });
  const listening = server;
  await new Promise<void>((done) => listening.listen(0, '127.0.0.1', done));
  const { port } = listening.address() as AddressInfo;
  return postWebhook(
    { url: `http://localhost:${port}/hook`, secrets, message, at },
    { hosts: ['localhost'], ownMachine: true },
    { patience },
  );
}
const taken = { ok: true };
const later = (failure: string) => ({ ok: false, failure, permanent: false });
const never = (failure: string) => ({ ok: false, failure, permanent: true });

describe('an answer to a webhook', () => {
  it.each([
    [
      'asks for another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
      never('status 101'),
    ],
    [
      'has hints before it',
      'HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n',
      taken,
    ],
    ['is hints and nothing else', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(50), later('brokenOff')],
    ['is another protocol', 'SSH-2.0-x\r\n', later('brokenOff')],
    ['has headers without end', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(200_000)}\r\n\r\n`, later('brokenOff')],
    ['breaks off in its body', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc', taken],
    [
      'leads elsewhere',
      'HTTP/1.1 307 Temporary Redirect\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n',
      never('redirected'),
    ],
  ])('that %s', async (_name, text, posted) => {
    expect(await says(text)).toEqual(posted);
  });

  it.each([
    ['taken', 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc', taken],
    ['refused for good', 'HTTP/1.1 410 Gone\r\nContent-Length: 10\r\n\r\nabc', never('status 410')],
    ['not given', 'HTTP/1.1 200 OK\r\n', later('noAnswer')],
  ])('whose end never comes is %s by its status', async (_name, text, posted) => {
    expect(await says(text, true)).toEqual(posted);
  });

  it('is not waited for where the name of its server is looked up for ever', async () => {
    const posted = await postWebhook(
      { url: 'https://hooks.umbra.example/', secrets, message, at },
      { hosts: ['hooks.umbra.example'], ownMachine: false },
      { patience: 50, resolve: () => new Promise(() => undefined) },
    );
    expect(posted).toEqual(later('unreachable'));
  });

  it.each([
    '::ffff:10.0.0.1',
    '::ffff:7f00:1',
    '64:ff9b::a9fe:a9fe',
    '2002:7f00:1::',
    'fe80::1',
    'fd00::1',
    '100.64.0.1',
    '0.0.0.0',
    '169.254.169.254',
  ])('is not asked for where one of its addresses is %s, whatever the first is', async (address) => {
    const both = [
      { address: '93.184.216.34', family: 4 },
      { address, family: address.includes(':') ? 6 : 4 },
    ];
    const posted = await postWebhook(
      { url: 'https://hooks.umbra.example/', secrets, message, at },
      { hosts: ['hooks.umbra.example'], ownMachine: false },
      { resolve: () => Promise.resolve(both) },
    );
    expect(posted).toEqual(never('privateAddress'));
  });
});
