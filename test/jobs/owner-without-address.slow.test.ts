/** Somebody who is made here for a mailbox and has no address yet is reached at that of the mailbox once it has moved. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { primaryAddress } from '#src/domain/directory/entry.ts'
import { registerToWorkMail } from '#src/domain/directory/registration.ts'
import { distinguishedFolders } from '#src/domain/mailbox/distinguished-folders.ts'
import { domainRecord } from '#test/domain/directory/furnished.ts'
import { openSites } from '#test/support/migration-site.ts'
import { move } from '#test/support/moved-mailbox.ts'

const start = openSites()

test('who has no address gets that of the mailbox with the flip; where that cannot be, nothing begins', async () => {
  const site = await start(['ben'])
  const { organization, store } = site
  const strip = () =>
    store.transact({ organization }, async ({ directory }) => {
      const { target: _, ...ben } = await site.entry('ben')
      const here = { home: 'local', target: null, state: 'DISABLED', enabledAt: null, addresses: [] } as const
      await directory.saveEntry(organization, { ...ben, ...here } as typeof ben & { target: null })
    })
  await strip()
  await store.transact({ organization }, async ({ migration }) =>
    migration.putMember(organization, { ...(await site.member('ben')), entry: site.entries.get('ben')! }),
  )
  site.engine()
  await site.start()
  await site.until('it is refused', async () => (await site.batch()).cause.includes('no mail address here'))
  assert.match((await site.batch()).cause, /"?ben.* has no mail address here.*corp\.example.*user enable/)
  await store.transact({ organization }, ({ directory }) =>
    directory.createDomain(organization, domainRecord('corp.example'), { selector: 's', privateKey: 'k' }),
  )
  await move(site, 1)
  const moved = await site.entry('ben')
  assert.deepEqual([moved.state, moved.home, primaryAddress(moved)], ['ENABLED', 'local', 'ben@corp.example'])

  // Who was moved without one before can be given one.
  await store.transact({ organization }, ({ directory }) =>
    directory.saveEntry(organization, { ...moved, addresses: [] }),
  )
  const mended = await registerToWorkMail(
    store,
    organization,
    { entry: moved.id, email: 'ben@corp.example' },
    { quotaBytes: 1, folders: distinguishedFolders },
    site.clock.now(),
  )
  assert.deepEqual(
    [primaryAddress(mended), mended.mailbox, mended.enabledAt],
    ['ben@corp.example', moved.mailbox, moved.enabledAt],
  )
})
