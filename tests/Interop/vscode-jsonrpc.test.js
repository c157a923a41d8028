// vscode-jsonrpc, as it comes from npm, as a client of the agent. Whoever starts this says where agents listen:
//   ESXAGENT_SOCKET          path of the Unix socket of an agent over a simulated host
//   ESXAGENT_HANGING_SOCKET  the same, on a host whose listing of datastores hangs
//   ESXAGENT_HOST_INFO       what a plain client of the first agent got as the result of host/info
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import rpc from 'vscode-jsonrpc/node';

const { CancellationTokenSource, ErrorCodes, ProgressType, ResponseError, SocketMessageReader, SocketMessageWriter, createMessageConnection } = rpc;
const requestCancelled = -32800;

function given(name) {
  const value = process.env[name];
  assert.ok(value, `The variable ${name} is not set; the first lines of this file say what it holds.`);
  return value;
}

/** Connects, makes the handshake, and closes when the test ends. */
async function connect(t, socketPath) {
  const socket = net.createConnection(socketPath);
  await once(socket, 'connect');
  const connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
  t.after(() => {
    connection.dispose();
    socket.destroy();
  });
  connection.listen();
  const session = await connection.sendRequest('initialize', {
    protocolVersions: [1],
    clientInfo: { name: 'vscode-jsonrpc', version: '10' },
    capabilities: {},
  });
  return { connection, session, socket };
}

/** The error that a request must end with. */
async function errorOf(request) {
  const error = await request.then(
    (result) => assert.fail(`An error was expected, this came: ${JSON.stringify(result)}`),
    (reason) => reason,
  );
  assert.ok(error instanceof ResponseError, `A ResponseError was expected, this came: ${error}`);
  return error;
}

/** Looks again and again until something holds. */
async function eventually(what, condition) {
  const end = Date.now() + 15_000;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `Did not happen within 15 s: ${what}.`);
    await pause(20);
  }
}

test('connects, makes the handshake and pings', async (t) => {
  const { connection, session } = await connect(t, given('ESXAGENT_SOCKET'));
  assert.equal(session.protocolVersion, 1);
  assert.equal(session.agentInfo.name, 'esxagent');
  assert.equal(session.peer.name, 'web01');
  assert.deepEqual(await connection.sendRequest('$/ping'), {});
  assert.deepEqual(await connection.sendRequest('$/ping', { payload: 'é€𝄞' }), {});
});

test('host/info has the values that a plain client gets', async (t) => {
  const { connection } = await connect(t, given('ESXAGENT_SOCKET'));
  const { uptimeSeconds: uptimeBefore, ...expected } = JSON.parse(given('ESXAGENT_HOST_INFO'));
  const { uptimeSeconds: uptimeNow, ...actual } = await connection.sendRequest('host/info');
  assert.deepEqual(actual, expected);
  assert.ok(uptimeNow >= uptimeBefore, `The uptime was ${uptimeBefore} s before and is ${uptimeNow} s.`);
});

test('an error comes through with its data', async (t) => {
  const { connection } = await connect(t, given('ESXAGENT_SOCKET'));
  const wrong = await errorOf(connection.sendRequest('host/info', { refresh: 'yes' }));
  assert.equal(wrong.code, ErrorCodes.InvalidParams);
  assert.match(wrong.message, /'refresh'/);
  assert.deepEqual(wrong.data, { kind: 'InvalidParams', status: 'INVALID_ARGUMENT', retryable: false, target: 'refresh' });
  const unknown = await errorOf(connection.sendRequest('no/such/method'));
  assert.equal(unknown.code, ErrorCodes.MethodNotFound);
  assert.equal(unknown.data.kind, 'MethodNotFound');
});

test('others are answered before a request that hangs, and cancelling ends it', async (t) => {
  const { connection } = await connect(t, given('ESXAGENT_HANGING_SOCKET'));
  const before = await connection.sendRequest('agent/status');
  const cancellation = new CancellationTokenSource();
  let isOver = false;
  const listing = errorOf(connection.sendRequest('host/datastores', {}, cancellation.token)).finally(() => {
    isOver = true;
  });
  await eventually('the tool is started', async () => {
    const { counters } = await connection.sendRequest('agent/status');
    return counters.toolsStarted > before.counters.toolsStarted;
  });
  const [self, pong] = await Promise.all([connection.sendRequest('vm/self'), connection.sendRequest('$/ping')]);
  assert.equal(self.name, 'web01');
  assert.deepEqual(pong, {});
  assert.equal(isOver, false, 'The request whose tool hangs was answered before it was cancelled.');

  cancellation.cancel();
  const error = await listing;
  assert.equal(error.code, requestCancelled);
  assert.equal(error.data.kind, 'RequestCancelled');
  await eventually('the request is over', async () => {
    const { counters } = await connection.sendRequest('agent/status');
    return counters.runningRequests === 0;
  });
});

test('partial results arrive as progress in their order', async (t) => {
  const { connection } = await connect(t, given('ESXAGENT_SOCKET'));
  const whole = await connection.sendRequest('host/datastores', {});
  assert.ok(whole.items.length > 1, 'The simulated host has to have several datastores.');
  for (const token of ['datastores', 7]) {
    const items = [];
    const registration = connection.onProgress(new ProgressType(), token, (batch) => items.push(...batch.items));
    const rest = await connection.sendRequest('host/datastores', { partialResultToken: token });
    assert.deepEqual(rest, { items: [], nextCursor: null });
    assert.deepEqual(items, whole.items);
    registration.dispose();
  }
});

test('shutdown and exit end the session', async (t) => {
  const { connection, socket } = await connect(t, given('ESXAGENT_SOCKET'));
  const closed = once(socket, 'close');
  assert.equal(await connection.sendRequest('shutdown'), null);
  await connection.sendNotification('exit');
  await closed;
});
