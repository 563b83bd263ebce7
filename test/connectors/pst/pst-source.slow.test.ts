/** A PST file as a source, judged by an independent reader; the file is the one that package comes with. */
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { PSTFile, type PSTFolder } from 'pst-extractor'
import { openPstSource } from '#connectors/pst/pst-source.ts'
import { SourceFailure } from '#src/domain/migration/source-failure.ts'
import { envelopeOf } from '#src/formats/mime/envelope.ts'
import { MimeIndexer } from '#src/formats/mime/indexer.ts'
import { fileNameOf, walkParts } from '#src/formats/mime/part.ts'
import { CopiedMailbox } from '#test/support/copied-mailbox.ts'

const { signal } = new AbortController()
const packaged = createRequire(import.meta.url).resolve('pst-extractor')
const path = join(dirname(packaged), '..', 'example', 'testdata', 'enron.pst')
const source = openPstSource({ fileOf: () => path })
const copied = new CopiedMailbox(50)

type Judged = { folder: string; subject: string; body: string; files: string[]; date: number | undefined }
const judged = new Map<string, Judged>()
let folder: string

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landbridge-pst-'))
  const file = new PSTFile(path)
  const walk = (at: PSTFolder) => {
    for (let item = at.getNextChild(); item !== null; item = at.getNextChild()) {
      const files = Array.from(
        { length: item.numberOfAttachments },
        (_, index) => item.getAttachment(index).longFilename as string,
      )
      judged.set(String(item.descriptorNodeId), {
        folder: at.displayName,
        subject: item.subject,
        body: item.body,
        files,
        date: item.clientSubmitTime?.getTime(),
      })
    }
    if (at.hasSubfolders) for (const each of at.getSubFolders()) walk(each)
  }
  const [top] = file.getRootFolder().getSubFolders()
  walk(top!)
  file.close()
  const mailbox = await source.open('ann', signal)
  await copied.pass(mailbox, signal)
  await mailbox.close()
})
after(() => rm(folder, { recursive: true, force: true }))

test('folders and items are those the other reader finds', () => {
  assert.ok(judged.size > 50, String(judged.size))
  assert.deepEqual([...copied.items.keys()].sort(), [...judged.keys()].sort())
  const nameOf = new Map(copied.folders.map(({ key, name }) => [key, name]))
  for (const [key, { folder: at, item }] of copied.items) {
    const theirs = judged.get(key)!
    assert.deepEqual(
      [nameOf.get(at), item.title],
      [
        theirs.folder,
        theirs.subject
          .replace(/[\x00-\x1f\x7f]+/g, ' ')
          .trim()
          .slice(0, 255),
      ],
      key,
    )
  }
  const roles = copied.folders.filter(({ role }) => role !== null).map(({ name, role }) => [name, role])
  // By its entry id; "Sent Items" lies deep within the folders of somebody.
  assert.deepEqual(roles, [['Deleted Items', 'deleteditems']])
})

test('messages are RFC 5322 with their bodies and files', async () => {
  const mailbox = await source.open('ann', signal)
  let compared = 0
  for (const at of copied.folders) {
    const keys = [...copied.items].filter(([, each]) => each.folder === at.key).map(([key]) => key)
    for await (const read of mailbox.items(at, keys, signal)) {
      if (read.kind === 'failed') assert.fail(read.failure.message)
      if (read.item.class !== 'message') continue
      const octets = Buffer.concat(await Array.fromAsync(read.item.message!.open(signal)))
      assert.equal(octets.length, read.item.message!.sizeBytes)
      const indexer = new MimeIndexer()
      indexer.push(octets)
      const { root, headerBytes } = indexer.finish()
      const theirs = judged.get(read.item.key)!
      const parts = [...walkParts(root)]
      const names = parts
        .filter(({ disposition }) => disposition !== undefined)
        .map((part) => fileNameOf(part))
      assert.deepEqual(names.slice(0, theirs.files.length), theirs.files, read.item.key)
      if (theirs.date !== undefined)
        assert.equal(envelopeOf(headerBytes).dateMs, Math.floor(theirs.date / 1000) * 1000)
      const text = parts.find(({ type, subtype }) => type === 'text' && subtype === 'plain')!
      const encoded = octets.subarray(text.bodyOffset, text.bodyEnd)
      const body =
        text.encoding === 'base64'
          ? Buffer.from(encoded.toString('latin1'), 'base64').toString()
          : encoded.toString()
      const plain = (given: string) => given.replaceAll('\r\n', '\n').trim()
      assert.equal(plain(body), plain(theirs.body), read.item.key)
      compared++
    }
  }
  assert.ok(compared > 50, String(compared))
  await mailbox.close()
})

test('a second pass reads nothing, and a file that changed is listed anew without reading what it has still', async () => {
  const own = join(folder, 'own.pst')
  await writeFile(own, await readFile(path))
  const again = openPstSource({ fileOf: () => own })
  const mailbox = await again.open('ann', signal)
  const mine = new CopiedMailbox(20)
  await mine.pass(mailbox, signal, 3)
  const first = mine.read.length
  await mine.pass(mailbox, signal)
  assert.equal(first + mine.read.length, judged.size)
  await mine.pass(mailbox, signal)
  assert.deepEqual([mine.read, mine.pages], [[], mine.folders.length])
  await utimes(own, new Date(), new Date(Date.now() + 60_000))
  await mine.pass(mailbox, signal)
  assert.deepEqual([mine.read.length, mine.restarted], [0, mine.folders.length])
  await mailbox.close()
})

test('damage costs what is damaged, and is told', async () => {
  const own = join(folder, 'damaged.pst')
  const octets = await readFile(path)
  // Somewhere in the middle lie blocks of messages.
  octets.fill(0xff, 12_000_000, 13_000_000)
  await writeFile(own, octets)
  const mailbox = await openPstSource({ fileOf: () => own }).open('ann', signal)
  const mine = new CopiedMailbox(50)
  await mine.pass(mailbox, signal)
  const named = new Set([...mine.items.keys(), ...mine.failed.map(({ key }) => key)])
  // Whatever can be found at all is read or named, and what is said to be whole has its subject.
  for (const key of named) assert.ok(judged.has(key), key)
  for (const [key, { item }] of mine.items)
    assert.equal(
      item.title,
      judged
        .get(key)!
        .subject.replace(/[\x00-\x1f\x7f]+/g, ' ')
        .trim()
        .slice(0, 255),
    )
  const { losses } = await mailbox.settings(signal)
  assert.ok(mine.items.size > 30 && mine.failed.length > 0 && losses.length > 0)
  assert.ok(mine.failed.every(({ kind, code }) => kind === 'item-permanent' && code === 'damaged'))
  await mailbox.close()
})

test('what is no PST file is refused with a remedy', async () => {
  const own = join(folder, 'none.pst')
  for (const content of ['', '!BDN', 'x'.repeat(1_000), `!BDN${'\0'.repeat(1_000)}`]) {
    await writeFile(own, content)
    const none = openPstSource({ fileOf: () => own })
    assert.match((await none.check('ann', signal))[0]!.remedy, /SCANPST/)
    await assert.rejects(
      none.open('ann', signal),
      (error) => error instanceof SourceFailure && error.kind === 'mailbox-permanent',
    )
  }
  assert.deepEqual(
    (await source.check('ann', signal)).map(({ name, state }) => [name, state]),
    [
      ['file', 'ok'],
      ['password', 'ok'],
    ],
  )
})

test('why a file cannot be read is a sentence with a remedy that fits, in the pre-flight and when it is opened', async () => {
  const whole = await readFile(path)
  const encrypted = Buffer.from(whole)
  encrypted[513] = 0x10
  const old = Buffer.from(whole)
  old.writeUInt16LE(3, 10)
  const files = {
    note: [Buffer.from('PK not a PST'), /^note\.pst is no PST or OST file\. .*not packed/],
    empty: [Buffer.alloc(0), /^empty\.pst is no PST or OST file\./],
    encrypted: [encrypted, /^encrypted\.pst is encrypted .* Have its owner open it in Outlook/],
    old: [old, /^old\.pst is of a version .* Repair it with SCANPST.*export it anew/],
    cut: [whole.subarray(0, 200_000), /^cut\.pst is damaged: .*\. Repair it with SCANPST/],
    gone: [null, /^There is no gone\.pst in the folder .*\. Put it there\.$/],
  } as const
  const at = openPstSource({ fileOf: (mailbox) => join(folder, `${mailbox}.pst`) })
  for (const [name, [octets, told]] of Object.entries(files)) {
    if (octets !== null) await writeFile(join(folder, `${name}.pst`), octets)
    const [check] = await at.check(name, signal)
    assert.equal(check!.state, 'failed')
    assert.match(`${check!.found} ${check!.remedy}`, told)
    await assert.rejects(at.open(name, signal), (error) => {
      assert.ok(error instanceof SourceFailure)
      assert.match(error.message, told)
      return true
    })
  }
})

test('a file says how large it is, and which of its items are large', async () => {
  const mailbox = await source.open('ann', signal)
  assert.equal(mailbox.fileBytes, (await stat(path)).size)
  const subjects = [...copied.items.keys()].map((key) => judged.get(key)!.subject)
  const found: string[] = []
  for await (const each of mailbox.folders(signal))
    for (const { title, sizeBytes } of await mailbox.largeItems!(each, { bytes: 0, most: 100_000 }, signal)) {
      assert.ok(sizeBytes > 0)
      found.push(title)
    }
  assert.deepEqual(found.sort(), subjects.sort(), 'each is above nothing')
  const sizes: (number | null)[] = []
  for (const each of copied.folders) {
    assert.deepEqual(await mailbox.largeItems!(each, { bytes: 2 ** 40, most: 5 }, signal), [])
    const large = await mailbox.largeItems!(each, { bytes: 10_000, most: 100_000 }, signal)
    sizes.push(...large.map(({ sizeBytes }) => sizeBytes))
  }
  const asCopied = [...copied.items.values()].map(({ item }) => item.message?.sizeBytes ?? 0)
  assert.deepEqual(
    sizes.sort(),
    asCopied.filter((size) => size > 10_000).sort(),
    'as they come over, and not as the file tells them',
  )
  await mailbox.close()
})

test('a file says which it is, wherever it lies', async () => {
  const elsewhere = join(folder, 'ann.pst')
  await writeFile(elsewhere, await readFile(path))
  const keys: (string | undefined)[] = []
  for (const each of [path, elsewhere]) {
    const mailbox = await openPstSource({ fileOf: () => each }).open('ann', signal)
    keys.push(mailbox.file)
    await mailbox.close()
  }
  assert.match(keys[0]!, /^[0-9a-f]{32}$/)
  assert.equal(keys[1], keys[0])
})

test('a place that no file reaches is damage with a name', async () => {
  const own = join(folder, 'far.pst')
  const octets = await readFile(path)
  // The place of the tree of nodes (MS-PST 2.2.2.5, ROOT.BREFNBT.ib).
  octets.writeUInt8(0x62, 231)
  await writeFile(own, octets)
  await assert.rejects(
    openPstSource({ fileOf: () => own }).open('ann', signal),
    (error) => error instanceof SourceFailure && error.message.includes('ends before'),
  )
})
