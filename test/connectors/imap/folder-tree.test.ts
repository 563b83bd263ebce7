/** Folders of IMAP servers: levels, namespaces, and what each is for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type NamespaceKind, patternsOf, placeFolders } from '#connectors/imap/folder-tree.ts'
import type { Namespaces } from '#src/wire/imap/list.ts'

const root: Namespaces = { personal: [{ prefix: '', delimiter: '/' }], others: [], shared: [] }

function place(
  names: readonly (string | [name: string, attributes: string, messages?: number])[],
  namespaces = root,
  kinds: readonly NamespaceKind[] = ['personal'],
): string[] {
  const delimiter = namespaces.personal[0]!.delimiter
  const listed = names.map((each) => {
    const [name, attributes = '', messages = 0] = typeof each === 'string' ? [each] : each
    return {
      name,
      delimiter,
      attributes: attributes.split(' ').filter(Boolean),
      status: { MESSAGES: messages },
    }
  })
  const placed = placeFolders(listed, namespaces, kinds)
  const nameOf = (key: string | null): string => {
    const found = placed.find(({ folder }) => folder.key === key)
    return found === undefined ? '' : `${nameOf(found.folder.parent)}${found.folder.name}>`
  }
  return placed.map(({ folder, path }) => {
    const isEmpty = path === null ? ' (no messages)' : ''
    return `${nameOf(folder.parent)}${folder.name}${folder.role === null ? '' : ` = ${folder.role}`}${isEmpty}`
  })
}

test('default folders are known in many languages', () => {
  const languages: string[][] = [
    ['Gesendete Elemente', 'Entwürfe', 'Gelöschte Elemente', 'Junk-E-Mail'],
    ['Éléments envoyés', 'Brouillons', 'Éléments supprimés', 'Courrier indésirable'],
    ['送信済みアイテム', '下書き', '削除済みアイテム', '迷惑メール'],
    ['العناصر المرسلة', 'المسودات', 'العناصر المحذوفة', 'البريد الإلكتروني غير الهام'],
    ['Отправленные', 'Черновики', 'Удаленные', 'Нежелательная почта'],
    ['Elementos enviados', 'Borradores', 'Elementos eliminados', 'Correo no deseado'],
    ['Posta inviata', 'Bozze', 'Posta eliminata', 'Posta indesiderata'],
    ['Verzonden items', 'Concepten', 'Verwijderde items', 'Ongewenste e-mail'],
    ['Elementy wysłane', 'Wersje robocze', 'Elementy usunięte', 'Wiadomości-śmieci'],
    ['Itens Enviados', 'Rascunhos', 'Itens Excluídos', 'Lixo Eletrônico'],
    ['Skickat', 'Utkast', 'Borttaget', 'Skräppost'],
    ['Sendt post', 'Kladder', 'Slettet post', 'Uønsket e-mail'],
    ['Sent', 'Drafts', 'Trash', 'Spam'],
  ]
  const roles = ['sentitems', 'drafts', 'deleteditems', 'junkemail']
  for (const names of languages)
    assert.deepEqual(place(['INBOX', ...names]), [
      'INBOX = inbox',
      ...names.map((name, at) => `${name} = ${roles[at]}`),
    ])
  assert.deepEqual(
    place(['Entwürfe'.normalize('NFD')]).map((line) => line.normalize()),
    ['Entwürfe = drafts'],
  )
})

test('a name says nothing over what the server says, twice, or further down', () => {
  assert.deepEqual(place(['Sent Items', ['Ausgang', '\\Sent'], 'Archive/Drafts', 'Trash']), [
    'Sent Items',
    'Ausgang = sentitems',
    'Archive (no messages)',
    'Trash = deleteditems',
    'Archive>Drafts',
  ])
  assert.deepEqual(
    place([
      ['Sent', '', 3],
      ['Sent Items', '', 500],
    ]),
    ['Sent', 'Sent Items = sentitems'],
  )
})

test('levels, prefixes and parents that are none', () => {
  const courier: Namespaces = {
    personal: [{ prefix: 'INBOX.', delimiter: '.' }],
    others: [],
    shared: [{ prefix: 'shared.', delimiter: '.' }],
  }
  assert.deepEqual(patternsOf(courier, ['personal']), ['INBOX', 'INBOX.*'])
  assert.deepEqual(place(['INBOX', 'INBOX.Sent', 'INBOX.a.b', 'shared.team'], courier), [
    'INBOX = inbox',
    'Sent = sentitems',
    'a (no messages)',
    'a>b',
  ])
  assert.deepEqual(place(['INBOX', ['a', '\\Noselect'], 'a/b/c', ['n', '\\NonExistent']]), [
    'INBOX = inbox',
    'a (no messages)',
    'a>b (no messages)',
    'a>b>c',
  ])
  const cyrus: Namespaces = { ...root, others: [{ prefix: 'user/', delimiter: '/' }] }
  assert.deepEqual(patternsOf(cyrus, ['personal']), ['*'])
  assert.deepEqual(place(['INBOX', 'user/bob/x', 'user', 'mine'], cyrus), ['INBOX = inbox', 'mine'])
  assert.deepEqual(place(['INBOX', 'user/bob/x'], cyrus, ['personal', 'others']), [
    'INBOX = inbox',
    'bob (no messages)',
    'bob>x',
  ])
  const flat: Namespaces = { personal: [{ prefix: '', delimiter: null }], others: [], shared: [] }
  assert.deepEqual(place(['INBOX', 'a/b'], flat), ['INBOX = inbox', 'a/b'])
})

test('what its owner subscribes to is told of each folder, and of none where that is nothing', () => {
  const told = (subscribed: readonly string[]) => {
    const listed = ['INBOX', 'Club', 'Team/2026'].map((name) => {
      return { name, delimiter: '/', attributes: [], subscribed: subscribed.includes(name) }
    })
    const placed = placeFolders(listed, root, ['personal'])
    return Object.fromEntries(placed.map(({ folder }) => [folder.name, folder.subscribed]))
  }
  assert.deepEqual(told(['INBOX', '2026', 'Team/2026']), {
    INBOX: undefined,
    Club: false,
    Team: undefined,
    2026: true,
  })
  for (const none of [[], ['INBOX']])
    assert.deepEqual(Object.values(told(none)), [undefined, undefined, undefined, undefined])
})
