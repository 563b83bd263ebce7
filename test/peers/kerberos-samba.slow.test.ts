/** Signing in with a ticket of Active Directory (Samba) at a server that takes nothing else (GSSAPI of MIT Kerberos) (migration.md 3.2). */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { after, before, type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { EwsClient } from '#src/clients/ews/ews-client.ts'
import { HttpsFailure } from '#src/clients/https/https-failure.ts'
import { KerberosTickets } from '#src/clients/kerberos/kerberos-tickets.ts'
import { Realms } from '#src/clients/kerberos/realms.ts'
import { formatResponse } from '#src/wire/ews/response.ts'
import {
  activeDirectory,
  type RunningDirectory,
  startActiveDirectory,
} from '#test/support/active-directory.ts'
import { gssapi, NegotiateGate } from '#test/support/gssapi-acceptor.ts'
import { localhostCertificate, type Pair, reply, stubHttps } from '#test/support/stub-https.ts'

const skip = activeDirectory.skip || gssapi.skip
const REALM = 'CORP.EXAMPLE.COM'
/** An account that each directory has; the server runs under another one. */
const USER = 'svc-galsync'

const rooms = formatResponse('GetRoomLists', {
  ResponseClass: 'Success',
  ResponseCode: 'NoError',
  RoomLists: [],
}).join('')

let directory: RunningDirectory
let keytab: string
let kdc: { host: string; port: number; close(): void }
let pair: Pair

before(async () => {
  if (skip !== false) return
  directory = await startActiveDirectory(0)
  const { dir, baseDn, readerBindDn } = directory.connection
  // Without it wrong passwords are not counted.
  await directory.modify(baseDn, ['lockoutThreshold', '10'])
  await directory.modify(readerBindDn, ['servicePrincipalName', ['HTTP/localhost']])
  keytab = join(dir, 'web.keytab')
  const tool = [
    'domain',
    'exportkeytab',
    keytab,
    '--principal=HTTP/localhost',
    '-s',
    join(dir, 'etc/smb.conf'),
  ]
  await promisify(execFile)('samba-tool', tool)
  kdc = await directory.kdc()
  pair = await localhostCertificate()
})

after(async () => {
  if (skip !== false) return
  kdc?.close()
  await directory?.remove()
})

/** A machine that has much to do is no KDC that is away. */
const WAITS = { connectMs: 30_000, timeoutMs: 30_000, choiceMs: 30_000 }

/** Named by DNS, as Active Directory does that. */
const fromDns = () =>
  new KerberosTickets(
    new Realms([], async (name) =>
      name === `_kerberos._tcp.${REALM.toLowerCase()}` ? [{ port: kdc.port, target: 'localhost' }] : [],
    ),
    WAITS,
  )
const named = () =>
  new KerberosTickets(new Realms([{ realm: REALM, host: kdc.host, port: kdc.port }], async () => []), WAITS)

type Given = { user: string; password?: string; tickets?: KerberosTickets; shown?: Pair; offers?: string[] }

async function exchange(
  t: TestContext,
  { user, password = directory.connection.bindPassword, tickets = named(), shown = pair, offers }: Given,
) {
  const gate = new NegotiateGate(keytab, shown)
  if (offers !== undefined) gate.offers = offers
  const stub = await stubHttps(async (asked) => {
    const { authorization = '' } = asked.request.headers
    if (authorization.startsWith('Basic ') || (await gate.lets(asked))) reply(asked, 200, rooms)
  }, pair)
  const client = new EwsClient(
    {
      url: `${stub.url}/EWS/Exchange.asmx`,
      login: { user, password },
      tls: { ca: pair.cert },
      kerberos: tickets,
    },
    '1.2.3',
  )
  t.after(() => {
    client.close()
    gate.close()
    return stub.close()
  })
  const ask = () => client.call('GetRoomLists', {}, { timeoutMs: 60_000 })
  const failing = async () => {
    const error = await ask().then(
      () => assert.fail('It was answered.'),
      (rejected: unknown) => rejected,
    )
    assert.ok(error instanceof HttpsFailure, String(error))
    assert.equal(error.message.includes(password), false)
    return error
  }
  return { gate, stub, ask, failing }
}

const ways = [`${USER}@corp.example.com`, `CORP\\${USER}`, `corp.example.com\\${USER}`, USER]
for (const user of ways)
  test(`a server that takes tickets alone lets ${user} in, each time with a token of its own`, {
    skip,
  }, async (t) => {
    const { gate, stub, ask } = await exchange(t, { user })
    for (let no = 0; no < 3; no++) assert.equal((await ask()).ResponseCode, 'NoError')
    assert.deepEqual(gate.users, Array(3).fill(`${USER}@${REALM}`))
    assert.deepEqual(gate.problems, [])
    const tokens = new Set(stub.asked.map(({ headers }) => headers.authorization))
    assert.equal(tokens.size, 4)
    assert.equal(stub.connections, 1)
  })

test('DNS names the controller, by the domain of the account', { skip }, async (t) => {
  const { gate, ask } = await exchange(t, { user: `${USER}@corp.example.com`, tickets: fromDns() })
  await ask()
  assert.deepEqual(gate.users, [`${USER}@${REALM}`])
})

test('a token is bound to the certificate of the server', { skip }, async (t) => {
  const { gate, failing } = await exchange(t, { user: USER, shown: await localhostCertificate() })
  const { kind, message } = await failing()
  assert.equal(kind, 'credentials')
  assert.match(message, /^localhost:\d+ refused the Kerberos ticket of svc-galsync: /)
  assert.match(gate.problems[0]!, /channel bindings/i)
})

test('where a ticket is refused and something else is offered, that is spoken', { skip }, async (t) => {
  const shown = await localhostCertificate()
  const { gate, stub, ask } = await exchange(t, {
    user: USER,
    shown,
    offers: ['Negotiate', 'Basic realm="x"'],
  })
  await ask()
  await ask()
  assert.equal(gate.problems.length, 2)
  assert.equal(stub.asked.filter(({ headers }) => headers.authorization?.startsWith('Basic ')).length, 2)
})

test('a wrong password is asked about once, and in no other way', { skip }, async (t) => {
  const tickets = named()
  const given = { user: USER, password: 'falsch', tickets, offers: ['Negotiate', 'NTLM', 'Basic realm="x"'] }
  const first = await exchange(t, given)
  const other = await exchange(t, given)
  for (const { failing, stub } of [first, other, first]) {
    const { kind, message } = await failing()
    assert.equal(kind, 'credentials')
    assert.equal(message, `The KDC of ${REALM} refused the credentials of ${USER}: the password is wrong.`)
    assert.equal(stub.asked.length, 1)
  }
  const { stdout } = await promisify(execFile)('ldbsearch', [
    ...['-H', directory.connection.samDb, `(sAMAccountName=${USER})`, 'badPwdCount'],
  ])
  assert.match(stdout, /badPwdCount: 1\n/)
})

test('a name without a service, and an account that is disabled, are named', { skip }, async (t) => {
  const { connection } = directory
  const nobody = await (await exchange(t, { user: 'CORP\\nobody' })).failing()
  assert.match(nobody.message, /The KDC of CORP\.EXAMPLE\.COM knows no account CORP\\nobody\. Write it as/)
  await directory.modify(connection.syncBindDn, ['userAccountControl', '514'])
  t.after(() => directory.modify(connection.syncBindDn, ['userAccountControl', '512']))
  const disabled = await (await exchange(t, { user: USER })).failing()
  assert.match(disabled.message, /refused the credentials of svc-galsync: the account is locked, disabled or/)
})
