/** What migrations write into Active Directory (Samba): only values that are still there are taken away, and the way back is whole. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { exchangeDirectory } from '#connectors/active-directory/exchange-directory.ts'
import { formatGuid } from '#connectors/active-directory/guid.ts'
import type { SourceGuid } from '#src/domain/directory-sync/source.ts'
import type { DirectoryValues, ExchangeDirectory } from '#src/domain/migration/cut-over/directory-values.ts'
import { Refusal } from '#src/domain/refusal.ts'
import {
  activeDirectory,
  type RunningDirectory,
  startActiveDirectory,
} from '#test/support/active-directory.ts'
import { fixedDns } from '#test/support/fixed-dns.ts'

const skip = activeDirectory.skip
let running: RunningDirectory
let directory: ExchangeDirectory

before(async () => {
  if (skip !== false) return
  running = await startActiveDirectory(20)
  const { bindDn, bindPassword } = running.connection
  directory = await exchangeDirectory(
    { ...running.options, account: { name: bindDn, password: bindPassword } },
    { dns: fixedDns({}), signal: new AbortController().signal },
  )
})
after(async () => {
  await directory?.close()
  await running?.remove()
})

async function anybody(): Promise<SourceGuid> {
  const admin = await running.admin()
  const { searchEntries } = await admin.search(running.connection.baseDn, {
    filter: '(&(homeMDB=*)(proxyAddresses=*)(objectClass=user))',
    attributes: ['objectGUID'],
    explicitBufferAttributes: ['objectGUID'],
    sizeLimit: 1_000,
  })
  await admin.unbind()
  return formatGuid(searchEntries[0]!.objectGUID as Buffer)!
}

test('an object is changed and put back as it was, value by value', { skip }, async () => {
  const guid = await anybody()
  const found = (await directory.find(guid))!
  assert.ok(found.values.homeMDB.length === 1 && found.values.proxyAddresses.length > 0)
  // Its schema has no msExchMailboxSecurityDescriptor.
  const was = found.values
  const moved: DirectoryValues = {
    targetAddress: ['SMTP:who@lb.corp.example'],
    proxyAddresses: [...was.proxyAddresses, 'X500:/o=Corp/cn=who', 'smtp:who@lb.corp.example'],
    ...{ homeMDB: [], msExchHomeServerName: [], msExchMailboxSecurityDescriptor: [] },
    ...{ msExchRecipientTypeDetails: [], msExchRecipientDisplayType: [] },
  }
  const sorted = (values: DirectoryValues) => ({
    ...values,
    proxyAddresses: [...values.proxyAddresses].sort(),
  })
  await directory.change(found.place, was, moved)
  assert.deepEqual(sorted((await directory.find(guid))!.values), sorted(moved))

  // Whoever still thinks that it is as it was takes nothing away.
  const late = directory.change(found.place, was, moved)
  await assert.rejects(late, (error) => error instanceof Refusal && error.reason === 'try-later')
  assert.deepEqual(sorted((await directory.find(guid))!.values), sorted(moved))

  await directory.change(found.place, moved, was)
  assert.deepEqual(sorted((await directory.find(guid))!.values), sorted(was))
})

test('an account that may not write is told apart from one that may', { skip }, async () => {
  const { readerBindDn, bindPassword } = running.connection
  const reader = await exchangeDirectory(
    { ...running.options, account: { name: readerBindDn, password: bindPassword } },
    { dns: fixedDns({}), signal: new AbortController().signal },
  )
  try {
    const found = (await reader.find(await anybody()))!
    const change = reader.change(found.place, found.values, {
      ...found.values,
      targetAddress: ['SMTP:x@lb.corp.example'],
    })
    await assert.rejects(change, { kind: 'rights' })
  } finally {
    await reader.close()
  }
})
