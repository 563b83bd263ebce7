import assert from 'node:assert/strict'
import type { LookupFunction } from 'node:net'
import { test } from 'node:test'
import { type DnsFailure, DnsFault } from '#src/platform/dns/dns-fault.ts'
import { lookupBy, lookupFirstBy } from '#src/platform/dns/lookup-by.ts'

/** Longer than a label may be: the system need not ask the network to say that there is none. */
const NOBODY = `${'x'.repeat(64)}.test`

const fails = (failure: DnsFailure, type: 'A' | 'AAAA') => async (): Promise<never> => {
  throw new DnsFault(failure, type, NOBODY)
}

const askAll = (lookup: LookupFunction) =>
  new Promise((resolve, reject) =>
    lookup(NOBODY, { all: true }, (error, found) => (error === null ? resolve(found) : reject(error))),
  )

test('addresses of one kind suffice where the other is not told', async () => {
  const four = { a: async () => ['192.0.2.1'], aaaa: fails('servfail', 'AAAA') }
  assert.deepEqual(await askAll(lookupBy(four)), [{ address: '192.0.2.1', family: 4 }])
  const six = { a: fails('timeout', 'A'), aaaa: async () => ['2001:db8::1'] }
  assert.deepEqual(await askAll(lookupBy(six)), [{ address: '2001:db8::1', family: 6 }])
})

test('none of either is an error: the one of the servers where they gave no answer', async () => {
  const silent = { a: fails('timeout', 'A'), aaaa: async () => [] }
  await assert.rejects(askAll(lookupBy(silent)), DnsFault)
  await assert.rejects(askAll(lookupFirstBy(silent)), DnsFault)
  const unknown = { a: fails('nxdomain', 'A'), aaaa: fails('nxdomain', 'AAAA') }
  await assert.rejects(askAll(lookupBy(unknown)), /has no address/)
  await assert.rejects(askAll(lookupFirstBy(unknown)), { syscall: 'getaddrinfo' })
})
