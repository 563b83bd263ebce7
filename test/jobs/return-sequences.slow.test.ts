/** Many changes of a mailbox that has moved, in any order: after its way back each item is at the source once, as it was here last. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addMessage } from '#src/domain/mailbox/add-message.ts'
import { Flag, type Item } from '#src/domain/mailbox/item.ts'
import { usualSettings } from '#src/domain/migration/engine/project/project.ts'
import { putBatch } from '#src/domain/migration/engine/steer/steer-batch.ts'
import { addMembers } from '#src/domain/migration/engine/steer/steer-members.ts'
import type { Writer } from '#src/domain/store.ts'
import { type MigrationSite, openSites } from '#test/support/migration-site.ts'
import { backThroughEnds, move, placeOf } from '#test/support/moved-mailbox.ts'
import { readAll, stageBytes } from '#test/support/store.ts'

const CHANGES = 30
const start = openSites()

/** The same numbers for the same seed. */
function numbers(seed: number) {
  let state = seed * 2_654_435_761
  const below = (count: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * count)
  }
  return { below, pick: <T>(some: readonly T[]): T => some[below(some.length)]! }
}

const octetsOf = (subject: string, text: string) =>
  Buffer.from(`Subject: ${subject}\r\nMessage-ID: <${subject}@here>\r\n\r\n${text}\r\n`)

async function filled(): Promise<MigrationSite> {
  const site = await start(['anna'])
  const { box, folder } = site.inbox('anna')
  box.addFolder('Gelöschte Elemente', { role: 'deleteditems', key: 'anna-bin' })
  const folders = [folder, ...['A', 'B'].map((name) => box.addFolder(name, { key: `anna-${name}` }))]
  folders.push(box.addFolder('C', { key: 'anna-C', parent: 'anna-A' }))
  for (let no = 0; no < 16; no++)
    box.addMessage(folders[no % 4]!, `old ${no >> 1}`, { flags: no % 3 === 0 ? Flag.seen : 0 })
  site.engine()
  await move(site, 1)
  return site
}

/** Folders that people make, and their inbox, with what lies in each. */
async function shown(site: MigrationSite) {
  const at = await placeOf(site)
  const all = await site.store.mailboxes.listFolders(at)
  const bin = all.find(({ distinguished }) => distinguished === 'deleteditems')!
  const top = all.find(({ distinguished }) => distinguished === 'msgfolderroot')!
  const pathOf = (no: number): string | undefined => {
    const { parent, name, distinguished } = all.find((each) => each.no === no)!
    if (distinguished !== null) return { msgfolderroot: '', inbox: '/Posteingang' }[distinguished as string]
    const above = pathOf(parent!)
    return above === undefined ? undefined : `${above}/${name}`
  }
  const folders = all.flatMap((folder) => {
    const path = pathOf(folder.no)
    return path ? [{ ...folder, path }] : []
  })
  const items: (Item & { path: string })[] = []
  for (const { no, path } of folders) {
    const page = await site.store.mailboxes.listItems(at, no, {
      ...{ order: 'uid', limit: 500 },
      parts: ['summary'],
    })
    items.push(...page.rows.map((row) => ({ ...row, path })))
  }
  return { at, bin, top, folders, items }
}

async function here(site: MigrationSite): Promise<string[]> {
  const { at, items, folders } = await shown(site)
  const said = items.map(async ({ path, summary, flags, keywords, body }) => {
    const octets = await readAll(site.store, at, body!)
    return lineOf(path, summary!.subject, flags & ~Flag.hasAttachment, keywords, octets)
  })
  return [...(await Promise.all(said)), ...folders.map(({ path }) => path)].sort()
}

function there(site: MigrationSite): string[] {
  const { box } = site.inbox('anna')
  const pathOf = (key: string): string => {
    const { parent, name } = box.folder(key)
    return `${parent === null ? '' : pathOf(parent)}/${name}`
  }
  const paths = [...box.tree.values()].map(({ key, items }) => ({ path: pathOf(key), items }))
  return paths
    .filter(({ path }) => !path.startsWith('/Gelöschte Elemente'))
    .flatMap(({ path, items }) => [
      path,
      ...[...items.values()].map(({ item, octets }) =>
        lineOf(path, item.title, item.flags, item.keywords, octets as Uint8Array),
      ),
    ])
    .sort()
}

const lineOf = (
  path: string,
  subject: string,
  flags: number,
  keywords: readonly string[],
  octets: Uint8Array,
) => `${path}: ${subject} ${flags} ${[...keywords].sort()} ${Buffer.from(octets).toString('base64url')}`

async function change(site: MigrationSite, round: number, { below, pick }: ReturnType<typeof numbers>) {
  for (let no = 0; no < CHANGES; no++) {
    const { at, bin, top, folders, items } = await shown(site)
    const write = (work: (writer: Writer) => Promise<unknown>) =>
      site.store.transact({ organization: at.organization, mailboxes: [at.mailbox] }, work)
    const item = pick(items)
    const own = folders.filter(({ distinguished }) => distinguished === null)
    const folder = pick(own)
    const fresh = `${round}-${no}`
    const edited = octetsOf(`new ${fresh}`, `text ${fresh}`)
    const body = await stageBytes(site.store, at, edited)
    const nos = item === undefined ? [] : [item.no]
    const outside = own.filter(({ path }) => !`${path}/`.startsWith(`${folder?.path}/`))
    const source = (async function* () {
      yield edited
    })()
    const came = { sizeBytes: edited.length, flags: 0, receivedAt: site.clock.now(), source }
    const changes = [
      () => addMessage(site.store, at, { folder: pick(folders).no, ...came }),
      () => write(({ mailboxes }) => mailboxes.copyItems(at, { items: nos, to: pick(folders).no })),
      () => write(({ mailboxes }) => mailboxes.moveItems(at, { items: nos, to: pick([bin, ...folders]).no })),
      () =>
        write(({ mailboxes }) => mailboxes.changeFlags(at, nos, { set: below(2), setKeywords: ['Work'] })),
      () => write(({ mailboxes }) => mailboxes.removeItems(at, nos)),
      () => write(({ mailboxes }) => mailboxes.changeFolder(at, folder.no, { name: `F${fresh}` })),
      () =>
        write(({ mailboxes }) =>
          mailboxes.changeFolder(at, folder.no, { parent: pick([top, ...outside]).no }),
        ),
      () =>
        write(({ mailboxes }) =>
          mailboxes.createFolder(at, { parent: pick([top, ...own]).no, name: `M${fresh}`, class: 'message' }),
        ),
      ...Array.from(
        { length: 4 },
        () => () =>
          write(async ({ mailboxes }) => {
            for (const each of nos)
              await mailboxes.changeItem(at, each, { body, summary: { subject: `new ${fresh}` } })
          }),
      ),
    ]
    await pick(changes)()
  }
}

for (const [seed, calls] of [
  [1, ['put']],
  [2, ['put', 'mark', 'change', 'place']],
  [3, ['change', 'put']],
] as const)
  test(`sequence ${seed}: all of it is there once, as it was last, whatever ends in between, and so once more`, async () => {
    const site = await filled()
    const random = numbers(seed)
    await change(site, 1, random)
    await backThroughEnds(site, calls, usualSettings.itemAttempts - 1)
    assert.deepEqual(there(site), await here(site))
    site.source.after = () => undefined
    await putBatch(site.steering(), { no: 2, name: 'again' })
    await addMembers(site.steering(), [{ address: 'anna@corp.example', batch: 2, source: 'old' }])
    await move(site, 2)
    assert.deepEqual(await here(site), there(site))
    assert.equal((await site.member('anna')).returned?.left ?? 0, 0)
  })
