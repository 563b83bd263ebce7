/** A proof of the password is counted by its KDC: nothing else is tried with the same one until that has answered. */
import assert from 'node:assert/strict'
import type { LookupFunction } from 'node:net'
import { type TestContext, test } from 'node:test'
import { KerberosFailure } from '#src/clients/kerberos/kerberos-failure.ts'
import { KerberosTickets } from '#src/clients/kerberos/kerberos-tickets.ts'
import { Realms } from '#src/clients/kerberos/realms.ts'
import type { KerberosLogin } from '#src/clients/kerberos/ticket-errand.ts'
import { type KdcScript, scriptedKdc } from '#test/support/scripted-kdc.ts'

const HOST = 'mail.corp.example'
const login = (user = 'svc@corp.example', password = 'geheim') => ({ user, password })

/** A KDC that says nothing to the questions it holds, from when it was `asked` one until `said` is resolved. */
async function holding(t: TestContext, holds: (question: { hasProof: boolean }) => boolean) {
  const [asked, said] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const after: KdcScript['after'] = (question) => {
    if (!holds(question)) return Promise.resolve()
    asked.resolve()
    return said.promise
  }
  const kdc = await scriptedKdc({ after })
  t.after(() => kdc.close())
  const realms = new Realms([{ realm: 'CORP.EXAMPLE', host: kdc.host, port: kdc.port }], async () => [])
  const waits = { connectMs: 20_000, timeoutMs: 20_000, choiceMs: 20_000 }
  return { kdc, tickets: new KerberosTickets(realms, waits), asked, said }
}

async function refusedBy(
  tickets: KerberosTickets,
  wrong: KerberosLogin,
  signal?: AbortSignal,
): Promise<KerberosFailure> {
  const error = await tickets.ticketFor(wrong, HOST, { signal }).then(
    () => assert.fail('There is a ticket.'),
    (rejected: unknown) => rejected,
  )
  assert.ok(error instanceof KerberosFailure, String(error))
  return error
}

test('what a KDC says of a proof is waited for past the choice, by all who have the same password', async (t) => {
  const choice = new AbortController()
  const { kdc, tickets, asked: sent, said } = await holding(t, ({ hasProof }) => hasProof)
  const wrong = login('svc@corp.example', 'falsch')
  let isOver = false
  const both = ['mail.corp.example', 'other.corp.example'].map((host) =>
    tickets.ticketFor(wrong, host, { choice: choice.signal }).then(
      () => assert.fail('There is a ticket.'),
      (error: KerberosFailure) => {
        isOver = true
        return error.kind
      },
    ),
  )
  await sent.promise
  choice.abort()
  for (let no = 0; no < 20; no++) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(isOver, false)
  said.resolve()
  assert.deepEqual(await Promise.all(both), ['account', 'account'])
  assert.equal(kdc.asked.filter(({ hasProof }) => hasProof).length, 1)
})

test('a wrong password is proved to one KDC, whichever realms are thought of for it at once', async (t) => {
  const [sent, said] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const after: KdcScript['after'] = ({ hasProof }) => {
    if (!hasProof) return Promise.resolve()
    sent.resolve()
    return said.promise
  }
  const kdcs = [await scriptedKdc({ after }), await scriptedKdc({ after })]
  t.after(() => Promise.all(kdcs.map((kdc) => kdc.close())))
  const names = ['_kerberos._tcp.one.example', '_kerberos._tcp.two.example']
  const realms = new Realms([], async (name) => {
    const port = kdcs[names.indexOf(name)]?.port
    return port === undefined ? [] : [{ target: 'kdc.example', port }]
  })
  const tickets = new KerberosTickets(realms, { connectMs: 20_000, timeoutMs: 20_000, choiceMs: 20_000 })
  const lookup: LookupFunction = (_, __, told) => told(null, [{ address: kdcs[0]!.host, family: 4 }])
  const both = ['mail.one.example', 'mail.two.example'].map((host) =>
    tickets.ticketFor(login('svc', 'falsch'), host, { lookup }).then(
      () => assert.fail('There is a ticket.'),
      ({ kind }: KerberosFailure) => kind,
    ),
  )
  await sent.promise
  // As long as the other realm would take to be asked for a proof.
  for (let no = 0; no < 50; no++) await new Promise((resolve) => setTimeout(resolve, 2))
  said.resolve()
  assert.deepEqual(await Promise.all(both), ['account', 'account'])
  assert.equal(kdcs.flatMap(({ asked }) => asked).filter(({ hasProof }) => hasProof).length, 1)
})

test('who is called off while a proof is on its way sends no second one', async (t) => {
  const called = new AbortController()
  const { kdc, tickets, asked: sent, said } = await holding(t, ({ hasProof }) => hasProof)
  const wrong = login('svc@corp.example', 'falsch')
  const first = refusedBy(tickets, wrong, called.signal)
  await sent.promise
  called.abort()
  assert.equal((await first).kind, 'aborted')
  said.resolve()
  assert.equal((await refusedBy(tickets, wrong)).kind, 'account')
  assert.equal(kdc.asked.filter(({ hasProof }) => hasProof).length, 1)
})

test('a choice that ends before the proof sends none', async (t) => {
  const choice = new AbortController()
  const { kdc, tickets, asked, said } = await holding(t, () => true)
  const ticket = tickets.ticketFor(login(), HOST, { choice: choice.signal })
  await asked.promise
  choice.abort()
  await assert.rejects(ticket, { kind: 'aborted' })
  said.resolve()
  assert.equal(kdc.asked.length, 1)
})
