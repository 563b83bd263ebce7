/**
 * A domain controller for tests that does what a real one will not do on demand: empty pages that have a cookie, a lost cookie, referrals,
 * busyness, groups that change while they are read, a database that was rolled back, and a hundred thousand objects.
 */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import { Ber, BerReader } from 'ldapts'
import { parseGuid } from '#connectors/active-directory/guid.ts'
import { MessageFrames } from '#connectors/active-directory/message-frames.ts'
import { certificateFor, type Pair } from './certificate.ts'
import { type Passes, readFilter, type Values } from './ldap-filter.ts'
import {
  DIR_SYNC,
  dirSyncControl,
  integer,
  PAGED,
  pagedControl,
  result,
  sequence,
  text,
} from './ldap-messages.ts'

export type StubObject = {
  guid: string
  dn: string
  usn: number
  /** By the name that the schema has; objectGUID and uSNChanged are added. */
  attributes: Readonly<Record<string, string | Buffer | readonly (string | Buffer)[]>>
}

/** Objects in their order; a large number may be made as they are read. */
export type StubObjects = { readonly length: number; at(index: number): StubObject | undefined }

export type StubSearch = {
  base: string
  scope: 'base' | 'one' | 'sub'
  attributes: readonly string[]
  pageSize: number | undefined
  /** Which page of its search this is, from 0; 0 too for a search without pages. */
  page: number
  controls: readonly string[]
  /** The cookie of DirSync, empty for the first question; undefined for other searches. */
  dirSync?: string
}

/** What a test wants instead of the answer. */
export type Misbehaviour =
  | { code: number; message?: string; referral?: string }
  | 'close'
  | 'silence'
  | 'empty page'
  | undefined

export type StubOptions = {
  objects?: StubObjects
  security?: 'ldaps' | 'starttls'
  certificateNames?: readonly string[]
}

const EXTENDED_NAMES = '1.2.840.113556.1.4.529'
const SCOPES = ['base', 'one', 'sub'] as const
const NAMES = new Set([
  'member',
  'manager',
  'managedby',
  'publicdelegates',
  'msexchdelegatelistlink',
  'altrecipient',
])

type State = { passing: number[]; next: number; page: number }

export class StubLdapServer {
  readonly port: number
  readonly authorities: string
  objects: StubObjects
  base = 'DC=corp,DC=example,DC=com'
  dnsHostName = 'dc1.corp.example.com'
  invocationId = '11111111-2222-3333-4444-555555555555'
  highestUsn = 1_000
  isSynchronized = true
  currentTime: string | undefined
  maxValRange = 1_500
  /** Objects in one answer to DirSync; cookies of before `oldestCookie` are refused. */
  dirSyncSize = 1_000
  oldestCookie = 0
  /** Attributes of the domain object. */
  domain: StubObject['attributes'] = {}
  searches: StubSearch[] = []
  binds: { name: string; password: string }[] = []
  /** Looked at before each search is answered; may change the objects. */
  misbehave: (search: StubSearch) => Misbehaviour = () => undefined
  /** Result code and text; 0 lets in. */
  letIn: (name: string, password: string) => { code: number; message?: string } | 'close' | 'silence' =
    () => ({ code: 0 })
  readonly #cookies = new Map<string, State>()
  readonly #sockets = new Set<Socket>()
  readonly #close: () => Promise<void>
  #lastCookie = 0

  static async start(options: StubOptions = {}): Promise<StubLdapServer> {
    const names = options.certificateNames ?? ['localhost']
    const pair = await knownCertificate(names)
    const context = createSecureContext(pair)
    const encrypt = (socket: Socket) => new TLSSocket(socket, { isServer: true, secureContext: context })
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const stub = new StubLdapServer(
      (server.address() as AddressInfo).port,
      pair.cert,
      options.objects ?? [],
      async () => {
        server.close()
        stub.hangUp()
        await once(server, 'close')
      },
    )
    server.on('connection', (socket) => {
      stub.#sockets.add(socket)
      socket.on('error', () => undefined).on('close', () => stub.#sockets.delete(socket))
      if (options.security === 'starttls') stub.#serve(socket, encrypt)
      else stub.#serve(encrypt(socket), undefined)
    })
    return stub
  }

  private constructor(port: number, authorities: string, objects: StubObjects, close: () => Promise<void>) {
    this.port = port
    this.authorities = authorities
    this.objects = objects
    this.#close = close
  }

  close(): Promise<void> {
    return this.#close()
  }

  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** As a domain controller does under load: searches that are under way cannot go on. */
  forgetCookies(): void {
    this.#cookies.clear()
  }

  #serve(socket: Socket, encrypt: ((socket: Socket) => Socket) | undefined): void {
    const frames = new MessageFrames()
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      for (const message of frames.push(chunk)) this.#answer(message, socket, encrypt)
    })
  }

  #answer(message: Buffer, socket: Socket, encrypt: ((socket: Socket) => Socket) | undefined): unknown {
    const reader = new BerReader(message)
    reader.readSequence()
    const id = reader.readInt()!
    const operation = reader.peek()
    if (operation === 0x42) return void socket.end()
    if (operation === 0x77 && encrypt) {
      socket.removeAllListeners('data')
      socket.write(result(id, 0x78, 0, ''))
      return this.#serve(encrypt(socket), undefined)
    }
    if (operation === 0x60) return this.#bind(id, reader, socket)
    if (operation === 0x63) return this.#search(id, reader, socket)
    socket.write(result(id, 0x78, 2, 'not understood'))
  }

  #bind(id: number, reader: BerReader, socket: Socket): void {
    reader.readSequence()
    reader.readInt()
    const name = reader.readString() ?? ''
    const password = reader.readString(0x80) ?? ''
    this.binds.push({ name, password })
    const verdict = this.letIn(name, password)
    if (verdict === 'close') socket.destroy()
    else if (verdict !== 'silence') socket.write(result(id, 0x61, verdict.code, verdict.message ?? ''))
  }

  #search(id: number, reader: BerReader, socket: Socket): void {
    const { search, passes, cookie } = this.#readSearch(reader)
    this.searches.push(search)
    const misbehaviour = this.misbehave(search)
    if (misbehaviour === 'silence') return
    if (misbehaviour === 'close') return void socket.destroy()
    if (typeof misbehaviour === 'object')
      return void socket.write(
        result(id, 0x65, misbehaviour.code, misbehaviour.message ?? '', misbehaviour.referral),
      )
    const root = this.#single(search)
    if (root === 'none') return void socket.write(result(id, 0x65, 32, 'no such object'))
    if (root !== undefined) {
      const wanted = passes(valuesOf(root)) ? [entryMessage(id, root, search, this.maxValRange)] : []
      return void socket.write(Buffer.concat([...wanted, result(id, 0x65, 0, '')]))
    }
    if (search.dirSync !== undefined) this.#changed(id, search, passes, socket)
    else this.#many(id, search, passes, cookie, misbehaviour === 'empty page', socket)
  }

  /** The cookie is the change number that was told last; each answer goes on from there, in order of change numbers. */
  #changed(id: number, search: StubSearch, passes: Passes, socket: Socket): void {
    const since = search.dirSync === '' ? 0 : Number(search.dirSync)
    if (!Number.isInteger(since) || (search.dirSync !== '' && since < this.oldestCookie)) {
      const refusal = '00000057: LdapErr: DSID-0C090A1D, comment: Error processing control, data 0, v4563'
      return void socket.write(result(id, 0x65, 12, refusal))
    }
    const changed: StubObject[] = []
    for (let at = 0; at < this.objects.length; at++) {
      const object = this.objects.at(at)
      if (object !== undefined && object.usn > since && passes(valuesOf(object))) changed.push(object)
    }
    changed.sort((a, b) => a.usn - b.usn)
    const told = changed.slice(0, this.dirSyncSize)
    const hasMore = changed.length > told.length
    const cookie = hasMore ? told.at(-1)!.usn : this.highestUsn
    const messages = told.map((object) => entryMessage(id, object, search, this.maxValRange))
    const control = dirSyncControl(hasMore, String(cookie))
    socket.write(Buffer.concat([...messages, result(id, 0x65, 0, '', undefined, control)]))
  }

  #many(
    id: number,
    search: StubSearch,
    passes: Passes,
    cookie: string,
    isEmpty: boolean,
    socket: Socket,
  ): void {
    const state = cookie === '' ? this.#begin(passes) : this.#cookies.get(cookie)
    if (state === undefined)
      return void socket.write(
        result(
          id,
          0x65,
          12,
          '00000057: LdapErr: DSID-0C090A1D, comment: Error processing control, data 0, v4563',
        ),
      )
    this.#cookies.delete(cookie)
    const size = isEmpty ? 0 : (search.pageSize ?? state.passing.length)
    const until = Math.min(state.passing.length, state.next + size)
    const messages: Buffer[] = []
    for (; state.next < until; state.next++) {
      const object = this.objects.at(state.passing[state.next]!)
      if (object !== undefined) messages.push(entryMessage(id, object, search, this.maxValRange))
    }
    state.page++
    let next = ''
    if (state.next < state.passing.length) {
      next = String(++this.#lastCookie)
      this.#cookies.set(next, state)
    }
    const control = search.pageSize === undefined ? undefined : pagedControl(next)
    socket.write(Buffer.concat([...messages, result(id, 0x65, 0, '', undefined, control)]))
  }

  #begin(passes: Passes): State {
    const passing: number[] = []
    for (let at = 0; at < this.objects.length; at++) {
      const object = this.objects.at(at)
      if (object !== undefined && passes(valuesOf(object))) passing.push(at)
    }
    return { passing, next: 0, page: 0 }
  }

  /** The one object that a search by base is about; undefined when the search is a wide one. */
  #single(search: StubSearch): StubObject | 'none' | undefined {
    const base = search.base.toLowerCase()
    if (base === '') return this.#rootDse()
    if (base === 'cn=ntds settings')
      return bare('CN=NTDS Settings', { invocationId: parseGuid(this.invocationId)! })
    if (search.scope !== 'base') return undefined
    if (base === this.base.toLowerCase()) return bare(this.base, this.domain)
    const guid = /^<guid=(.*)>$/.exec(base)?.[1]
    for (let at = 0; at < this.objects.length; at++) {
      const object = this.objects.at(at)
      if (object && (object.guid === guid || object.dn.toLowerCase() === base)) return object
    }
    return 'none'
  }

  #rootDse(): StubObject {
    const time = this.currentTime ?? `${new Date().toISOString().replace(/[-T:]/g, '').slice(0, 14)}.0Z`
    return bare('', {
      dnsHostName: this.dnsHostName,
      dsServiceName: 'CN=NTDS Settings',
      highestCommittedUSN: String(this.highestUsn),
      defaultNamingContext: this.base,
      configurationNamingContext: `CN=Configuration,${this.base}`,
      isSynchronized: this.isSynchronized ? 'TRUE' : 'FALSE',
      currentTime: time,
      supportedControl: [PAGED, EXTENDED_NAMES, DIR_SYNC],
      domainFunctionality: '7',
    })
  }

  #readSearch(reader: BerReader): { search: StubSearch; passes: Passes; cookie: string } {
    reader.readSequence()
    const base = reader.readString() ?? ''
    const scope = SCOPES[reader.readEnumeration()!]!
    reader.readEnumeration()
    reader.readInt()
    reader.readInt()
    reader.readBoolean()
    const passes = readFilter(reader)
    reader.readSequence()
    const end = reader.offset + reader.length
    const attributes: string[] = []
    while (reader.offset < end) attributes.push(reader.readString() ?? '')
    const controls: string[] = []
    let pageSize: number | undefined
    let dirSync: string | undefined
    let cookie = ''
    if (reader.peek() === 0xa0) {
      reader.readSequence()
      while (reader.remain > 0) {
        reader.readSequence()
        const oid = reader.readString() ?? ''
        controls.push(oid)
        if (reader.peek() === Ber.Boolean) reader.readBoolean()
        const value = reader.peek() === Ber.OctetString ? reader.readString(Ber.OctetString, true) : null
        if (oid === PAGED) {
          const inner = new BerReader(value!)
          inner.readSequence()
          pageSize = inner.readInt()!
          cookie = inner.readString() ?? ''
        }
        if (oid === DIR_SYNC) {
          const inner = new BerReader(value!)
          inner.readSequence()
          inner.readInt()
          inner.readInt()
          dirSync = inner.readString() ?? ''
        }
      }
    }
    const page = this.#cookies.get(cookie)?.page ?? 0
    const search = {
      base,
      scope,
      attributes,
      pageSize,
      page,
      controls,
      ...(dirSync !== undefined && { dirSync }),
    }
    return { search, passes, cookie }
  }
}

const certificates = new Map<string, Promise<Pair>>()

/** Made once for the same names: a client that trusts two of the same subject finds only one. */
function knownCertificate(names: readonly string[]): Promise<Pair> {
  const key = names.join(' ')
  const made = certificates.get(key) ?? certificateFor(names)
  certificates.set(key, made)
  return made
}

const bare = (dn: string, attributes: StubObject['attributes']): StubObject => ({
  guid: '',
  dn,
  usn: 0,
  attributes,
})

function allOf(object: StubObject): Map<string, { name: string; values: Buffer[] }> {
  const own: [string, string | Buffer | readonly (string | Buffer)[]][] = Object.entries(object.attributes)
  if (object.guid !== '')
    own.push(['objectGUID', parseGuid(object.guid)!], ['uSNChanged', String(object.usn)])
  return new Map(
    own.map(([name, value]) => {
      const values = Array.isArray(value) ? value : [value]
      return [
        name.toLowerCase(),
        { name, values: values.map((each) => (Buffer.isBuffer(each) ? each : Buffer.from(each as string))) },
      ]
    }),
  )
}

function valuesOf(object: StubObject): Values {
  const all = allOf(object)
  const classes = new Set((all.get('objectclass')?.values ?? []).map(String))
  const category = classes.has('group')
    ? 'group'
    : classes.has('user') || classes.has('contact')
      ? 'person'
      : 'thing'
  return (attribute) => {
    if (attribute === 'objectcategory') return [Buffer.from(category)]
    if (attribute === 'objectclass' && classes.size === 0) return [Buffer.from('top')]
    return all.get(attribute)?.values ?? []
  }
}

function entryMessage(id: number, object: StubObject, search: StubSearch, maxValRange: number): Buffer {
  const extended = search.controls.includes(EXTENDED_NAMES)
  const all = allOf(object)
  const attributes = search.attributes.flatMap((wanted) => {
    const [plain, range] = wanted.toLowerCase().split(';range=') as [string, string | undefined]
    const found = all.get(plain)
    if (found === undefined) return []
    const values = NAMES.has(plain) && !extended ? found.values.map(withoutKeys) : found.values
    return ranged(found.name, values, range, maxValRange)
  })
  const name = extended && object.guid !== '' ? `<GUID=${object.guid}>;${object.dn}` : object.dn
  return sequence(0x30, integer(id), sequence(0x64, text(name), sequence(0x30, ...attributes)))
}

const withoutKeys = (value: Buffer): Buffer => Buffer.from(value.toString().replace(/^(<[^>]*>;)+/, ''))

/** As a domain controller does it: `member` without values and `member;range=0-1499`, then the range that is asked for. */
function ranged(name: string, values: readonly Buffer[], range: string | undefined, most: number): Buffer[] {
  const from = Number(range?.split('-')[0] ?? 0)
  if (range === undefined && values.length <= most) return [attribute(name, values)]
  if (from > values.length) return []
  const part = values.slice(from, from + most)
  const upper = from + part.length >= values.length ? '*' : String(from + part.length - 1)
  const whole = range === undefined ? [attribute(name, [])] : []
  return [...whole, attribute(`${name};range=${from}-${upper}`, part)]
}

const attribute = (name: string, values: readonly Buffer[]): Buffer =>
  sequence(0x30, text(name), sequence(0x31, ...values.map((value) => sequence(0x04, value))))
