/** What we write we can read back: every command and response that has a model of its own and no test elsewhere. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as acl from '#src/wire/imap/acl.ts'
import { formatAppend } from '#src/wire/imap/append.ts'
import type { ImapArguments } from '#src/wire/imap/arguments.ts'
import {
  type Fetch,
  type FetchAttribute,
  formatFetch,
  parseFetch,
  plainAttributes,
} from '#src/wire/imap/fetch.ts'
import * as lists from '#src/wire/imap/list.ts'
import { formatAnnouncement } from '#src/wire/imap/literal-pieces.ts'
import * as statuses from '#src/wire/imap/mailbox-status.ts'
import * as metadata from '#src/wire/imap/metadata.ts'
import { formatNotify, notifyEvents, parseNotify } from '#src/wire/imap/notify.ts'
import { NumberSet } from '#src/wire/imap/number-set.ts'
import * as quota from '#src/wire/imap/quota.ts'
import { formatEsearch, formatSearchResponse, formatVanished } from '#src/wire/imap/search-response.ts'
import type { Section } from '#src/wire/imap/section.ts'
import { formatSelect, parseSelect } from '#src/wire/imap/select.ts'
import { SequenceSet } from '#src/wire/imap/sequence-set.ts'
import { formatCapabilities, formatId, parseId } from '#src/wire/imap/server-data.ts'
import { formatStore, parseStore } from '#src/wire/imap/store.ts'
import { UidList } from '#src/wire/imap/uid-list.ts'
import { parseUntagged } from '#src/wire/imap/untagged.ts'
import { appendSteps } from './command-codecs.ts'
import { commandOf, responsesOf } from './fixture-lines.ts'

const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record<T>(model, { noNullPrototype: true })
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 })
const names = fc
  .string({
    unit: fc.oneof(fc.constantFrom('é', '&', '/', '"', '日', ' '), fc.stringMatching(/^[a-z*%]$/)),
    maxLength: 12,
  })
  .filter((name) => !/^inbox$/i.test(name))
const words = fc.stringMatching(/^[a-z][a-z0-9$]{0,8}$/)
const number = fc.integer({ min: 1, max: 4_294_967_295 })
const sets = some(number).map((numbers) => NumberSet.of(numbers))
const sequences = fc.oneof(
  sets.map((set) => SequenceSet.of(set)),
  fc.constant(SequenceSet.saved),
  fc.constant(SequenceSet.all),
)
const sized = fc.maxSafeNat()
const flags = fc.array(fc.oneof(words, fc.constantFrom('\\Seen', '\\Deleted', '\\X')), { maxLength: 3 })
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined })

/** Without what is undefined, and sets as text. */
const plainly = (value: unknown) =>
  JSON.parse(
    JSON.stringify(value, (_, each) =>
      each instanceof NumberSet || each instanceof SequenceSet ? `set ${each}` : each,
    ),
  )

/** The command written, sent in the wire's own form, and read. */
function holds<T>(
  title: string,
  model: fc.Arbitrary<T>,
  format: (value: T, utf8: boolean) => string,
  parse: (args: ImapArguments) => unknown,
): void {
  test(title, () =>
    fc.assert(
      fc.property(model, fc.boolean(), (value, utf8) => {
        const { args } = commandOf(`X ${format(value, utf8)}`, utf8)
        assert.deepEqual(plainly(parse(args)), plainly(value))
      }),
    ),
  )
}

const path = some(fc.integer({ min: 1, max: 99 })).map((parts) => parts.join('.'))
const section: fc.Arbitrary<Section> = fc.oneof(
  fc
    .tuple(
      fc.oneof(path, fc.constant('')),
      fc.constantFrom('all' as const, 'header' as const, 'text' as const),
    )
    .map(([at, text]) => ({ path: at, text, names: [] })),
  path.map((at) => ({ path: at, text: 'mime' as const, names: [] })),
  fc
    .tuple(path, fc.constantFrom('fields' as const, 'fields-not' as const), some(names))
    .map(([at, text, fields]) => ({ path: at, text, names: fields })),
)
const range = maybe(record({ start: sized, octets: number }))
const attributes: fc.Arbitrary<FetchAttribute> = fc.oneof(
  fc.constantFrom(...plainAttributes).map((item): FetchAttribute => ({ item })),
  fc.boolean().map((lazy): FetchAttribute => ({ item: 'PREVIEW', lazy })),
  path.map((at): FetchAttribute => ({ item: 'BINARY.SIZE[]', path: at })),
  fc.tuple(section, fc.boolean(), range).map(
    ([of, peek, part]): FetchAttribute => ({
      item: 'BODY[]',
      section: of,
      peek,
      ...(part && { range: part }),
    }),
  ),
  fc.tuple(path, fc.boolean(), range).map(
    ([at, peek, part]): FetchAttribute => ({
      item: 'BINARY[]',
      path: at,
      peek,
      ...(part && { range: part }),
    }),
  ),
)
const fetches = fc.tuple(sequences, some(attributes), maybe(sized), fc.boolean(), maybe(number)).map(
  ([set, wanted, changedSince, vanished, last]): Fetch => ({
    set,
    attributes: wanted,
    ...(changedSince === undefined ? {} : { changedSince, ...(vanished ? { vanished } : {}) }),
    ...(last === undefined ? {} : { partial: { from: -1, to: -last } }),
  }),
)
holds('FETCH', fetches, formatFetch, parseFetch)
const stores = record({
  set: sequences,
  change: fc.constantFrom('set', 'add', 'remove'),
  silent: fc.boolean(),
  flags,
  unchangedSince: maybe(sized),
})
holds('STORE', stores, (store) => formatStore(store as Parameters<typeof formatStore>[0]), parseStore)
const qresyncs = fc
  .tuple(number, number, maybe(sets), maybe(sets))
  .map(([uidValidity, modseq, knownUids, same]) => ({
    uidValidity,
    modseq,
    ...(knownUids && { knownUids }),
    ...(same && { matches: { sequences: same, uids: same } }),
  }))
const selects = fc.tuple(names, fc.boolean(), maybe(qresyncs)).map(([mailbox, condstore, qresync]) => ({
  mailbox,
  ...(condstore ? { condstore: true as const } : {}),
  ...(qresync && { qresync }),
}))
holds('SELECT', selects, formatSelect, parseSelect)
const statusItems = fc.uniqueArray(fc.constantFrom(...statuses.statusItems), { minLength: 1 })
holds('STATUS', record({ mailbox: names, items: statusItems }), statuses.formatStatus, statuses.parseStatus)
const yes = maybe(fc.constant(true as const))
const entryNames = fc.stringMatching(/^\/(private|shared)(\/[a-z"]{1,5}){1,3}$/)
const listReturns = record({
  subscribed: yes,
  children: yes,
  specialUse: yes,
  myRights: yes,
  status: maybe(statusItems),
  metadata: maybe(some(entryNames)),
})
const listModel = record({
  selection: fc.constantFrom([], ['SUBSCRIBED'], ['SUBSCRIBED', 'RECURSIVEMATCH']),
  reference: names,
  patterns: some(names),
  returns: maybe(listReturns),
})
holds(
  'LIST',
  listModel,
  (list, utf8) => lists.formatList(list as Parameters<typeof lists.formatList>[0], utf8),
  (args) => {
    const { extended: _, ...list } = lists.parseList(args)
    return list
  },
)
holds(
  'CREATE',
  record({ mailbox: names, use: maybe(some(fc.constantFrom('\\Sent', '\\Trash'))) }),
  (create, utf8) => lists.formatCreate(create as lists.Create, utf8),
  lists.parseCreate,
)
const rights = fc.constantFrom('', 'lrs', 'lrswipkxtea')
const identifier = fc.oneof(
  names,
  words.map((word) => `-${word}`),
)
holds(
  'SETACL',
  record({
    mailbox: names,
    identifier,
    rights,
    change: fc.constantFrom('set' as const, 'add' as const, 'remove' as const),
  }),
  acl.formatSetAcl,
  acl.parseSetAcl,
)
holds(
  'DELETEACL and LISTRIGHTS',
  record({ mailbox: names, identifier }),
  acl.formatAclSubject,
  acl.parseAclSubject,
)
const getMetadata = record({
  mailbox: names,
  entries: some(entryNames),
  maxSize: maybe(sized),
  depth: fc.constantFrom<0 | 1 | 'infinity'>(0, 1, 'infinity'),
})
holds(
  'GETMETADATA',
  getMetadata,
  (get, utf8) => metadata.formatGetMetadata(get as metadata.GetMetadata, utf8),
  metadata.parseGetMetadata,
)
const octets = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1'))
const entries = some(record({ name: entryNames, value: fc.option(octets) }))
holds(
  'SETMETADATA',
  record({ mailbox: names, entries }),
  metadata.formatSetMetadata,
  metadata.parseSetMetadata,
)
const resource = fc.constantFrom('STORAGE', 'MESSAGE')
holds(
  'SETQUOTA',
  record({ root: names, limits: fc.array(record({ resource, limit: sized }), { maxLength: 2 }) }),
  quota.formatSetQuota,
  quota.parseSetQuota,
)
const filters = fc.oneof(
  fc.constantFrom('selected' as const, 'inboxes' as const).map((filter) => ({ filter })),
  some(names).map((mailboxes) => ({ filter: 'subtree' as const, mailboxes })),
)
const groups = record({
  filter: filters,
  events: fc.array(fc.constantFrom(...notifyEvents.slice(1))),
  unknown: fc.constant([]),
})
const wanting = fc
  .tuple(filters, some(attributes))
  .map(([filter, wanted]) => ({ filter, events: ['MessageNew' as const], unknown: [], attributes: wanted }))
holds(
  'NOTIFY',
  record({ status: fc.constant(true), groups: some(fc.oneof(groups, wanting)) }),
  formatNotify,
  parseNotify,
)
const identities = fc.uniqueArray(fc.tuple(words, fc.option(fc.stringMatching(/^[ -~]{0,9}$/))), {
  selector: ([name]) => name,
})
holds(
  'ID',
  identities,
  (id) => formatId(new Map(id)),
  (args) => [...parseId(args)],
)

const said = <T>(
  title: string,
  model: fc.Arbitrary<T>,
  format: (value: T, utf8: boolean) => string,
  expected: (value: T) => unknown,
) =>
  test(title, () =>
    fc.assert(
      fc.property(model, fc.boolean(), (value, utf8) => {
        const events = responsesOf(`* ${format(value, utf8)}\r\n`, utf8)
        const [event, ...more] = events
        assert.equal(more.length, 0)
        assert.ok(event?.kind === 'data')
        assert.deepEqual(plainly(parseUntagged(event.data)), plainly(expected(value)))
      }),
    ),
  )

const entry = record({
  attributes: fc.array(fc.constantFrom('\\HasChildren', '\\Sent')),
  delimiter: fc.constantFrom('/', '"', '\\', null),
  mailbox: names,
  oldName: maybe(names),
  childInfo: maybe(some(fc.constant('SUBSCRIBED'))),
})
said(
  'LIST is told',
  entry,
  (each, utf8) => lists.formatListEntry('LIST', each as lists.ListEntry, utf8),
  (each) => ({ name: 'LIST', entry: each }),
)
const spaces = fc.array(record({ prefix: names, delimiter: fc.constantFrom('/', null) }), { maxLength: 2 })
said(
  'NAMESPACE is told',
  record({ personal: spaces, others: spaces, shared: spaces }),
  lists.formatNamespaces,
  (namespaces) => ({ name: 'NAMESPACE', namespaces }),
)
const values = fc.record(
  { MESSAGES: sized, SIZE: sized, MAILBOXID: words, APPENDLIMIT: fc.option(sized), HIGHESTMODSEQ: sized },
  { requiredKeys: [], noNullPrototype: true },
)
said(
  'STATUS is told',
  fc.tuple(names, values),
  ([mailbox, status], utf8) => statuses.formatStatusResponse(mailbox, status, utf8),
  ([mailbox, status]) => ({ name: 'STATUS', mailbox, status }),
)
said(
  'QUOTA is told',
  record({ root: names, resources: fc.array(record({ resource, usage: sized, limit: sized })) }),
  quota.formatQuota,
  (each) => ({ name: 'QUOTA', quota: each }),
)
said(
  'QUOTAROOT is told',
  fc.tuple(names, fc.array(names)),
  ([mailbox, roots], utf8) => quota.formatQuotaRoots(mailbox, roots, utf8),
  ([mailbox, roots]) => ({ name: 'QUOTAROOT', mailbox, roots }),
)
said(
  'ACL is told',
  fc.tuple(names, fc.array(record({ identifier: names, rights }))),
  ([mailbox, all], utf8) => acl.formatAcl(mailbox, all, utf8),
  ([mailbox, all]) => ({ name: 'ACL', mailbox, entries: all }),
)
said(
  'LISTRIGHTS is told',
  record({ mailbox: names, identifier: names, required: rights, groups: fc.array(rights) }),
  acl.formatListRights,
  (each) => ({ name: 'LISTRIGHTS', rights: each }),
)
said(
  'MYRIGHTS is told',
  fc.tuple(names, rights),
  ([mailbox, mine], utf8) => acl.formatMyRights(mailbox, mine, utf8),
  ([mailbox, mine]) => ({ name: 'MYRIGHTS', mailbox, rights: mine }),
)
said(
  'METADATA is told',
  fc.tuple(names, entries),
  ([mailbox, all], utf8) => metadata.formatMetadata(mailbox, all, utf8),
  ([mailbox, all]) => ({ name: 'METADATA', mailbox, entries: all }),
)
said(
  'VANISHED is told',
  fc.tuple(sets, fc.boolean()),
  ([uids, earlier]) => formatVanished(uids, earlier),
  ([uids, earlier]) => ({ name: 'VANISHED', uids, earlier }),
)
said(
  'SEARCH is told',
  fc.tuple(fc.array(number), maybe(sized)),
  ([numbers, modseq]) => formatSearchResponse('SEARCH', numbers, modseq),
  ([numbers, modseq]) => ({ name: 'SEARCH', numbers, modseq }),
)
const partials = record({ range: fc.constant({ from: -1, to: -100 }), found: fc.option(sets) })
const esearches = record({
  tag: maybe(words),
  uid: fc.boolean(),
  min: maybe(number),
  max: maybe(number),
  count: maybe(number),
  all: maybe(sets),
  partial: maybe(partials),
  modseq: maybe(sized),
})
said(
  'ESEARCH is told',
  esearches,
  (found) => formatEsearch(found as Parameters<typeof formatEsearch>[0]),
  (found) => ({ name: 'ESEARCH', found }),
)
said(
  'CAPABILITY is told',
  some(words),
  (all) => formatCapabilities('CAPABILITY', all),
  (all) => ({ name: 'CAPABILITY', capabilities: all.map((one) => one.toUpperCase()) }),
)

test('ESEARCH of SORT tells numbers in their order', () => {
  const found = UidList.of([5, 1, 2, 3, 9])
  assert.equal(
    formatEsearch({ tag: 'a', uid: true, all: found, partial: { range: { from: 1, to: 2 }, found: null } }),
    'ESEARCH (TAG "a") UID ALL 5,1:3,9 PARTIAL (1:2 NIL)',
  )
})

test('APPEND with several messages, parts and a date', () => {
  const text = (content: string) => ({ sizeBytes: content.length, content })
  const pieces = formatAppend({
    mailbox: 'Entwürfe',
    messages: [
      { flags: ['\\Seen'], date: { epochMs: 0, zoneMinutes: 60 }, content: text('first') },
      { parts: [{ url: '/INBOX/;UID=1' }, { text: text('second') }, { text: text('') }] },
      { content: { ...text('a\0b'), binary: true }, utf8: true },
    ],
  })
  const wire = pieces
    .map((piece) =>
      typeof piece === 'string'
        ? piece
        : formatAnnouncement(piece.sizeBytes, 'plus', piece.binary).text + piece.content,
    )
    .join('')
  const { args } = commandOf(`APPEND ${wire}`)
  assert.equal(args.mailbox(), 'Entwürfe')
  assert.deepEqual(
    appendSteps(args).map((step) =>
      step.kind === 'literal'
        ? Buffer.from(step.literal.content!).toString()
        : step.kind === 'message'
          ? step.message
          : step.kind === 'url'
            ? step.url
            : step.kind,
    ),
    [
      { flags: ['\\Seen'], catenate: false, utf8: false, date: { epochMs: 0, zoneMinutes: 60 } },
      'first',
      'message-end',
      { flags: [], catenate: true, utf8: false },
      '/INBOX/;UID=1',
      'second',
      '',
      'message-end',
      { flags: [], catenate: false, utf8: true },
      'a\0b',
      'message-end',
      'end',
    ],
  )
})
