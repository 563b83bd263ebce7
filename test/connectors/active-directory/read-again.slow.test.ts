import assert from 'node:assert/strict'
import { after, afterEach, beforeEach, test } from 'node:test'
import type { ActiveDirectoryOptions } from '#connectors/active-directory/active-directory-source.ts'
import { type Synced, synced } from '#test/domain/directory-sync/synced.ts'
import { StubLdapServer, type StubObject } from '#test/support/ldap-server.ts'
import { group, guidOf, numbers, person, sourceOf } from './organisation.ts'

const PEOPLE = 25
const servers: StubLdapServer[] = []
let server: StubLdapServer
let objects: StubObject[]
let world: Synced
/** What the last run was told of objects: looked into, and known by their form. */
let told: { looked: string[]; same: string[] }

beforeEach(async () => {
  const everybody = numbers(1, PEOPLE).map((number) => person(number))
  objects = [...everybody, group(90, [1, 2, 3, 4, 5]), group(91, [4])]
  server = await StubLdapServer.start({ objects })
  server.maxValRange = 4
  servers.push(server)
  world = await synced()
  await full()
})
afterEach(() => world.temporary.remove())
after(() => Promise.all(servers.map((each) => each.close())))

async function full(options: Partial<ActiveDirectoryOptions> = {}) {
  const source = sourceOf([server], { pageSize: 10, ...options })
  told = { looked: [], same: [] }
  world.deps.openSource = () => ({
    name: source.name,
    read: async (wanted) => {
      const reading = await source.read(wanted)
      const changes: typeof reading.changes = async function* (known) {
        for await (const batch of reading.changes(known)) {
          told.looked.push(...batch.objects.map(({ guid }) => guid))
          told.same.push(...(batch.same ?? []).map(({ guid }) => guid))
          yield batch
        }
      }
      return {
        positions: reading.positions,
        full: reading.full,
        changes,
        keys: () => reading.keys(),
        photos: (of) => reading.photos(of),
        close: () => reading.close(),
      }
    },
  })
  server.searches = []
  return world.sync({ full: true })
}

const sweeps = () =>
  server.searches.filter(({ attributes }) => attributes.join() === 'objectGUID,uSNChanged').length

const find = (number: number) =>
  world.store.directory.findEntry(world.organization, { address: `person${number}@corp.example.com` })

test('who comes as before is not looked into, and keys are not asked for again', async () => {
  const run = await full()
  assert.equal(run.outcome, 'unchanged')
  assert.equal(run.read, PEOPLE + 2)
  // One group came in parts: what it is has to be put together first.
  assert.deepEqual(told.looked, [guidOf(90)])
  assert.deepEqual(told.same.toSorted(), [...numbers(1, PEOPLE), 91].map(guidOf).toSorted())
  assert.equal(sweeps(), 0)
})

test('a change is found though its change number did not move', async () => {
  server.objects = objects.map((each) => (each.guid === guidOf(7) ? person(7, { title: 'Director' }) : each))
  assert.equal((await full()).outcome, 'applied')
  assert.deepEqual(told.looked, [guidOf(7), guidOf(90)])
  assert.equal((await find(7))?.details.jobTitle, 'Director')
  assert.equal((await full()).outcome, 'unchanged')
  assert.deepEqual(told.looked, [guidOf(90)])
})

test('what is read beside an object belongs to its form: photo, address list, the program that reads', async () => {
  server.objects = objects.map((each) =>
    each.guid === guidOf(3) ? person(3, { thumbnailPhoto: Buffer.from([0xff, 0xd8, 0xff]) }) : each,
  )
  await full()
  assert.deepEqual(told.looked, [guidOf(3), guidOf(90)])
  await full({ addressList: 'CN=Staff,DC=corp,DC=example,DC=com' })
  assert.equal(told.same.length, 0)
  assert.equal((await find(1))?.hidden, true)
  await full({ addressList: 'CN=Staff,DC=corp,DC=example,DC=com', reader: 'a newer one' })
  assert.equal(told.same.length, 0)
})

test('once a week everybody is looked into', async () => {
  world.clock.now += 8 * 24 * 3_600_000
  server.searches = []
  await full()
  assert.ok(told.same.length > 0, 'somebody asked for it')
  // That was no look into everybody, however often it is asked for.
  told = { looked: [], same: [] }
  await world.sync()
  assert.equal(told.looked.length, PEOPLE + 2)
})

test('where somebody is not brought the keys are asked for: gone, or left out of the pages only', async () => {
  const left = objects.filter(({ guid }) => guid !== guidOf(5))
  server.objects = left
  assert.deepEqual((await full()).decisions.delete, 1)
  assert.ok(sweeps() > 0)
  assert.equal(await find(5), undefined)
  server.misbehave = ({ attributes }) => {
    server.objects = attributes.length > 2 ? left.slice(0, -3) : left
    return undefined
  }
  assert.equal((await full()).outcome, 'unchanged')
  assert.ok(sweeps() > 0)
  assert.ok(await find(25))
})
