import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { type Entry, primaryAddress } from '#src/domain/directory/entry.ts'
import { legacyDnOf } from '#src/domain/directory/legacy-dn.ts'
import { syncDirectory } from '#src/domain/directory-sync/run.ts'
import { rowsOf } from '#src/domain/rows-of.ts'
import { libmspack, unpackByLibmspack } from '#test/support/libmspack.ts'
import { type OabRecord, readOab, unpackOab } from '#test/support/oab-reader.ts'
import { command, peer } from '#test/support/peers.ts'
import { HOST_NAME, type MailSite, openMailSite, PASSWORD } from './mail-site.ts'

const curl = peer('curl', command('curl'))
const run = promisify(execFile)
const company = join(import.meta.dirname, '../../fixtures/company/directory.ldf')

let site: MailSite
let folder: string
let base: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landbridge-offline-book-'))
  site = await openMailSite({ settings: { dataFolder: join(folder, 'data') } })
  base = `https://${HOST_NAME}:${site.port('web')}`
  const { store, directorySync } = site.service.data
  const { organization } = site
  const ann = await site.user('ann')
  await site.call('UpdateUser', {
    UserId: ann.id,
    ...{ DisplayName: 'Ann Änderung', FirstName: 'Ann', LastName: 'Änderung', JobTitle: 'Lotsin' },
    ...{ Department: 'Hafen', Company: 'Corp', Office: '4.11', Telephone: '+49 40 112233' },
  })
  const hidden = await site.user('hidden')
  await site.call('UpdateUser', { UserId: hidden.id, HiddenFromGlobalAddressList: true })
  const asker = await site.user('exchange-service')
  await site.call('PutAvailabilityAccount', { UserId: asker.id, Enabled: true })
  const { GroupId } = await site.call('CreateGroup', { Name: 'crew' })
  await site.call('RegisterToWorkMail', { EntityId: GroupId, Email: 'crew@corp.test' })
  for (const Type of ['ROOM', 'EQUIPMENT']) {
    const { ResourceId } = await site.call('CreateResource', { Name: `our-${Type}`, Type })
    await site.call('RegisterToWorkMail', { EntityId: ResourceId, Email: `our-${Type}@corp.test` })
  }
  await site.call('CreateContact', {
    Name: 'pat',
    DisplayName: 'Pat Partner',
    EmailAddresses: ['pat@partner.example'],
  })
  await store.organizations.changeSettings(organization, { interoperability: true })
  await site.call('ConnectDirectory', { LdifFile: company })
  await syncDirectory(
    { store, openSource: directorySync.openSource, everyMs: 1, now: Date.now, random: () => 0 },
    organization,
    { signal: new AbortController().signal },
  )
})
after(async () => {
  await site.end()
  await rm(folder, { recursive: true })
})

/** What curl prints besides what it writes to `file`: the status and the headers. */
async function fetchTo(
  file: string,
  url: string,
  ...options: string[]
): Promise<{ status: number; headers: string }> {
  const { stdout } = await run(curl.found, [
    ...['--silent', '--insecure', '--max-time', '30'],
    ...(options.includes('--user') ? [] : ['--user', `ann@corp.test:${PASSWORD}`]),
    ...['--resolve', `${HOST_NAME}:${site.port('web')}:127.0.0.1`, '--output', file, '--dump-header', '-'],
    ...['--write-out', ' %{http_code}', ...options, url],
  ])
  return { status: Number(stdout.slice(-3)), headers: stdout.slice(0, -3) }
}

async function update(): Promise<Record<string, unknown>> {
  const { OperationId } = await site.call('UpdateOfflineAddressBook', {})
  let found: Record<string, unknown> = {}
  await site.until(async () => {
    found = await site.call('DescribeOperation', { OperationId })
    return found.State !== 'RUNNING'
  })
  assert.equal(found.State, 'COMPLETED', JSON.stringify(found))
  return found.Result as Record<string, unknown>
}

type Manifest = { guid: string; sequence: number; size: number; unpacked: number; sha: string; file: string }
async function manifestAt(url: string): Promise<Manifest> {
  const path = join(folder, 'oab.xml')
  const { status, headers } = await fetchTo(path, `${url}oab.xml`)
  assert.equal(status, 200, headers)
  const text = await readFile(path, 'utf8')
  const found =
    /^<\?xml version="1.0" encoding="utf-8"\?>\n<OAB><OAL id="([^"]+)" dn="\/" name="\\Global Address List"><Full seq="(\d+)" ver="32" size="(\d+)" uncompressedsize="(\d+)" SHA="([0-9a-f]{40})">([^<]+)<\/Full><\/OAL><\/OAB>\n$/.exec(
      text,
    )
  assert.ok(found, text)
  const [, guid, sequence, size, unpacked, sha, file] = found as unknown as string[]
  return {
    ...{ guid: guid!, sha: sha!, file: file! },
    ...{ sequence: Number(sequence), size: Number(size), unpacked: Number(unpacked) },
  }
}

async function bookUrl(): Promise<string | undefined> {
  const path = join(folder, 'autodiscover.xml')
  const asked = `<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>ann@corp.test</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>`
  const { status } = await fetchTo(path, `${base}/autodiscover/autodiscover.xml`, '--data-binary', asked)
  assert.equal(status, 200)
  const urls = [...(await readFile(path, 'utf8')).matchAll(/<OABUrl>([^<]+)<\/OABUrl>/g)].map(
    ([, url]) => url!,
  )
  assert.ok(urls.length === 0 || (urls.length === 2 && urls[0] === urls[1]), urls.join())
  return urls[0]
}

const sha1 = (octets: Buffer) => createHash('sha1').update(octets).digest('hex')

/** Every entry that the address book shows, as a record is expected to have it. */
async function shownEntries(): Promise<Map<string, Record<string, unknown>>> {
  const { directory } = site.service.data.store
  const found = new Map<string, Record<string, unknown>>()
  const entries = rowsOf((after: number | null) =>
    directory.listEntries(site.organization, { after, limit: 100 }),
  )
  for await (const entry of entries)
    if (entry.state === 'ENABLED' && !entry.hidden) found.set(primaryAddress(entry)!, expected(entry))
  return found
}

function expected(entry: Entry): Record<string, unknown> {
  const { details } = entry
  const away = entry.home !== 'local'
  const kind =
    entry.kind === 'group'
      ? { display: 1, extended: 1 }
      : entry.kind === 'contact'
        ? { display: 6, extended: 6 }
        : entry.kind === 'user'
          ? { display: away ? 6 : 0, extended: away ? 0x80000006 : 0x40000000 }
          : entry.type === 'ROOM'
            ? { display: away ? 6 : 0, extended: away ? 0x80000706 : 0x40000007 }
            : { display: away ? 6 : 0, extended: away ? 0x80000806 : 0x40000008 }
  return {
    ...kind,
    dn: legacyDnOf(site.organization, entry),
    name: entry.displayName,
    object: entry.kind === 'group' ? 8 : 6,
    telephone: details.telephone,
    mobile: details.mobile,
    office: details.office,
    department: details.department,
    title: details.jobTitle,
    company: details.company,
    surname: details.lastName,
    givenName: details.firstName,
    city: details.city,
  }
}

const seen = (record: OabRecord): Record<string, unknown> => ({
  display: record.get(0x39000003),
  extended: record.get(0x39050003),
  dn: record.get(0x3003001e),
  name: record.get(0x3001001f),
  object: record.get(0x0ffe0003),
  telephone: record.get(0x3a08001f),
  mobile: record.get(0x3a1c001f),
  office: record.get(0x3a19001f),
  department: record.get(0x3a18001f),
  title: record.get(0x3a17001f),
  company: record.get(0x3a16001f),
  surname: record.get(0x3a11001f),
  givenName: record.get(0x3a06001f),
  city: record.get(0x3a27001f),
})

test('the book that Autodiscover tells of has every shown entry of both sides', {
  skip: curl.skip,
}, async () => {
  const before = await bookUrl()
  // The clock may have made one meanwhile.
  if ((await site.call('DescribeOfflineAddressBook', {})).Made === false) assert.equal(before, undefined)
  const result = await update()
  assert.equal(result.Made, true)

  const url = (await bookUrl())!
  assert.match(url, new RegExp(`^${base}/OAB/[0-9a-f-]{36}/$`))
  const manifest = await manifestAt(url)
  assert.equal(manifest.sequence, result.Sequence)
  const path = join(folder, 'book.lzx')
  assert.equal((await fetchTo(path, url + manifest.file)).status, 200)
  const octets = await readFile(path)
  assert.equal(octets.length, manifest.size)
  assert.equal(sha1(octets), manifest.sha)
  const file = unpackOab(octets)
  assert.equal(file.length, manifest.unpacked)
  const book = readOab(file)
  assert.equal(book.header.get(0x68010003), manifest.sequence)
  assert.equal(book.header.get(0x6802001e), manifest.guid)

  const wanted = await shownEntries()
  const kinds = new Set([...wanted.values()].map(({ extended }) => extended))
  assert.deepEqual(
    [...kinds].toSorted(),
    [0x40000000, 0x40000007, 0x40000008, 0x80000006, 0x80000706, 0x80000806, 1, 6].toSorted(),
  )
  const found = new Map(book.records.map((record) => [String(record.get(0x39fe001f)), seen(record)]))
  assert.equal(found.size, book.records.length)
  assert.deepEqual(
    new Map([...found].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    new Map([...wanted].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  )
  assert.equal(found.has('hidden@corp.test'), false)
  const ann = book.records.find((record) => record.get(0x39fe001f) === 'ann@corp.test')!
  assert.deepEqual(ann.get(0x800f101f), ['SMTP:ann@corp.test'])
})

test('libmspack unpacks it too', { skip: curl.skip || libmspack.skip }, async () => {
  const url = (await bookUrl())!
  const { file, unpacked } = await manifestAt(url)
  const [container, book] = [join(folder, 'whole.lzx'), join(folder, 'whole.oab')]
  await fetchTo(container, url + file)
  assert.equal(unpackByLibmspack(container, book), '')
  const octets = await readFile(book)
  assert.equal(octets.length, unpacked)
  assert.deepEqual(octets, unpackOab(await readFile(container)))
})

test('what broke off is fetched on, and what is known is not fetched again', {
  skip: curl.skip,
}, async () => {
  const url = (await bookUrl())!
  const { file, sha } = await manifestAt(url)
  const path = join(folder, 'broken.lzx')
  const { headers } = await fetchTo(path, url + file)
  assert.match(headers, /\r\netag: "[0-9a-f]{40}"\r\n/i)
  await truncate(path, 1_000)
  assert.equal((await fetchTo(path, url + file, '--continue-at', '-')).status, 206)
  assert.equal(sha1(await readFile(path)), sha)

  const other = join(folder, 'other')
  const again = (header: string) => fetchTo(other, url + file, '--header', header)
  assert.equal((await again(`If-None-Match: "${sha}"`)).status, 304)
  assert.equal((await again('If-None-Match: "another"')).status, 200)
  const changed = /last-modified: ([^\r]+)/i.exec(headers)![1]
  assert.equal((await again(`If-Modified-Since: ${changed}`)).status, 304)
  assert.equal((await again('If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT')).status, 200)
  assert.equal((await fetchTo(other, url + file, '--range', '999999999-')).status, 416)
  assert.equal((await fetchTo(other, url + file, '--head')).status, 200)
})

test('nobody gets it without signing in, nor the book of others', { skip: curl.skip }, async () => {
  const url = (await bookUrl())!
  const path = join(folder, 'none')
  const { status, headers } = await fetchTo(path, `${url}oab.xml`, '--user', ':')
  assert.equal(status, 401)
  assert.match(headers, /www-authenticate: Basic/i)
  assert.equal((await fetchTo(path, `${url}oab.xml`, '--user', 'ann@corp.test:wrong')).status, 401)
  const foreign = url.replace(/[0-9a-f](?=\/$)/, (digit) => (digit === '0' ? '1' : '0'))
  for (const each of [`${foreign}oab.xml`, `${url}other.xml`, `${url}../oab.xml`, `${base}/OAB/`])
    assert.equal((await fetchTo(path, each, '--path-as-is')).status, 404, each)
  assert.equal((await fetchTo(path, `${url}oab.xml`, '--data', 'a')).status, 405)
})

test('who may only ask when people are free does not get it', { skip: curl.skip }, async () => {
  const url = (await bookUrl())!
  const { file } = await manifestAt(url)
  for (const each of ['oab.xml', file]) {
    const as = ['--user', `exchange-service@corp.test:${PASSWORD}`]
    assert.equal((await fetchTo(join(folder, 'none'), url + each, ...as)).status, 403, each)
  }
})

test('the number grows with what has changed, and the book before stays', { skip: curl.skip }, async () => {
  const url = (await bookUrl())!
  const first = await manifestAt(url)
  assert.equal((await update()).Changed, false)
  assert.deepEqual(await manifestAt(url), first)
  const { UserId } = await site.call('CreateUser', { Name: 'new', DisplayName: 'New', Password: PASSWORD })
  await site.call('RegisterToWorkMail', { EntityId: UserId, Email: 'new@corp.test' })
  await update()
  const second = await manifestAt(url)
  assert.ok(second.sequence > first.sequence)
  const path = join(folder, 'second.lzx')
  for (const { file, sha } of [first, second]) {
    assert.equal((await fetchTo(path, url + file)).status, 200)
    assert.equal(sha1(await readFile(path)), sha)
  }
  assert.equal(readOab(unpackOab(await readFile(path))).records.length, (await shownEntries()).size)
})

test('nothing of it lies readable in the data folder', async () => {
  const words = ['Änderung', 'ann@corp.test', 'Lotsin', 'pat@partner.example'].map((word) =>
    Buffer.from(word),
  )
  let octets = 0
  const data = join(folder, 'data')
  for (const found of await readdir(data, { recursive: true, withFileTypes: true })) {
    // The log says who signed in.
    if (!found.isFile() || found.name === 'landbridge.log') continue
    const file = await readFile(join(found.parentPath, found.name))
    octets += file.length
    for (const word of words) assert.equal(file.indexOf(word), -1, `${word} in ${found.name}`)
  }
  assert.ok(octets > 100_000)
})
