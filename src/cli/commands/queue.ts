import { Command } from 'commander'
import type { JsonObject } from '#src/wire/aws/json-rpc.ts'
import { confirm } from '../ask.ts'
import type { Cli } from '../cli.ts'
import { examples, inOrganization } from '../options.ts'
import { formatBytes, formatDetails, formatTable, formatTime } from '../table.ts'
import { UsageFault } from '../usage-fault.ts'

/** `landbridge queue` */
export function queueCommand(cli: Cli): Command {
  const queue = new Command('queue').description('messages on their way: what waits, for whom, and why')
  examples(
    queue,
    'landbridge queue list',
    'landbridge queue show ID      the problem of each recipient, and when it is tried again',
    'landbridge queue retry --all  try everything now, for example after the line was down',
    'landbridge queue cancel ID    take it out; nobody is told',
  )

  const list = inOrganization(queue.command('list').description('messages that wait, newest first'))
  cli.administers(list, async (session) => ({
    pages: session.pagesHere('ListQueue', 'Messages'),
    columns: [
      { title: 'Id', show: 'QueueId' },
      { title: 'Since', show: (row) => formatTime(row.QueuedTime) },
      { title: 'Sender', show: (row) => senderText(row) },
      { title: 'Size', show: (row) => formatBytes(row.SizeBytes) },
      { title: 'Subject', show: 'Subject' },
    ],
    empty: 'Nothing waits.',
  }))

  const show = inOrganization(
    queue.command('show').argument('<id>').description('one message and its recipients'),
  )
  cli.administers(show, async (session, _options, id) => {
    const found = await session.callHere('ShowQueued', { QueueId: id! })
    const recipients = found.Recipients as JsonObject[]
    const text = formatDetails([
      ['Id', found.QueueId],
      ['Sender', senderText(found)],
      ['From', found.From],
      ['Subject', found.Subject],
      ['Message-ID', found.MessageId],
      ['Size', formatBytes(found.SizeBytes)],
      ['Since', formatTime(found.QueuedTime)],
    ])
    const table = formatTable(
      [
        { title: 'Recipient', show: 'Address' },
        { title: 'Route', show: 'Route' },
        { title: 'Attempts', show: 'Attempts' },
        {
          title: 'Next',
          show: (row) => (row.UnderWay === true ? 'under way' : formatTime(row.NextAttemptTime)),
        },
        { title: 'Problem', show: 'Problem' },
      ],
      recipients,
    )
    return { json: found, text: `${text}\n${table}` }
  })

  const retry = inOrganization(
    queue.command('retry').argument('[id]').description('try a message, or with --all everything, now'),
  )
  retry.option('--all', 'everything that waits')
  cli.administers(retry, async (session, options, id) => {
    if ((id === undefined) !== (options.all === true)) throw new UsageFault('Name a message, or say --all.')
    const made = await session.callHere('RetryQueued', { QueueId: id })
    const running = session.serving ? '' : ' No service runs: it happens when one is started.'
    const due = made.Recipients === 1 ? '1 recipient is' : `${made.Recipients} recipients are`
    return { json: made, text: `${due} due now.${running}\n` }
  })

  const cancel = inOrganization(
    queue.command('cancel').argument('<id>').description('take a message out of the queue; nobody is told'),
  )
  cli.administers(cancel, async (session, _options, id) => {
    await session.callHere('ShowQueued', { QueueId: id! })
    await confirm(session, `Cancel the message ${id}? It is not delivered, and its sender is not told.`)
    const done = await session.callHere('CancelQueued', { QueueId: id! })
    const taken = done.Recipients as string[]
    const text =
      taken.length === 0
        ? 'It is just being delivered to everybody; nothing was cancelled.\n'
        : taken.map((address) => `It is not delivered to ${address}.\n`).join('')
    return { json: done, text }
  })

  return queue
}

/** Reports and notices have the null sender. */
const senderText = ({ Sender }: JsonObject): string => (Sender === '' ? '<>' : String(Sender))
