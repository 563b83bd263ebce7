/** What every run of the demonstration must have said and left, whoever stands on the Exchange side. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { landbridge } from '#test/stories/service-process.ts'

/** The last line of the demonstration, from which on it stays up. */
export const STAYS = 'Stop it with Ctrl-C.'

type Mailbox = { Address: string; State: string; Copied: number; Skipped: number; ExpectedItems: number }

const said = [
  /The address book is up to date: 230 new, 5 changed \(mailbox here\)/,
  /wrote to nora\.keller@corp\.example on Landbridge: arrived, once/,
  /to a group with members on both sides: arrived, once each/,
  /pat\.partner@partner\.example wrote to both: each has it in her own mailbox, once/,
  /anna\.mueller@corp\.example: Accept\n/,
  /room-1@corp\.example: Accept\n/,
  /214 mailboxes in 4 batches \(fewest possible 4\), 1 of 175 grants cut/,
  /kill -9 \d+, with \d+ items of this batch copied/,
  /Batch 3 is done/,
  /juergen\.weiss@corp\.example opens the calendar of anna\.mueller@corp\.example/,
  /from colleagues and, by way of the other side, from outside/,
  /144 mailboxes with \d+ items were verified; 0 items were left behind/,
  /All is well/,
]

/** Judges what was said, the migration as the program tells it, and its page. `folder` is that of the demonstration. */
export async function assertCompanyMoved(transcript: string, folder: string): Promise<void> {
  for (const sentence of said) assert.match(transcript, sentence)
  const data = join(folder, 'landbridge')
  const report = await landbridge(['migrate', 'report', 'move', '--json', '--data', data]).ended
  assert.equal(report.exitCode, 0, report.stderr)
  const mailboxes = (JSON.parse(report.stdout) as Mailbox[]).filter(({ State }) => State === 'verified')
  assert.equal(mailboxes.length, 144)
  for (const { Address, Copied, Skipped } of mailboxes) {
    assert.equal(Skipped, 0, Address)
    // Rooms and equipment have four events; people more than twenty items of every kind.
    assert.ok(Copied >= (/^(room|equipment)-/.test(Address) ? 4 : 20), `${Address}: ${Copied}`)
  }
  await assertRightsWork(data)
  const script = readFileSync(join(folder, 'exchange-batch-1.ps1'), 'utf8')
  assert.match(script, /Enable-MailUser/)
  const page = readFileSync(join(folder, 'migration.html'), 'utf8')
  assert.match(page, /anna\.mueller@corp\.example/)
  assert.doesNotMatch(page, /<script src|https?:\/\/(?!localhost|www\.w3\.org)/)
}

/** What only the exports of the fixture say, and the source does not tell. */
async function assertRightsWork(data: string): Promise<void> {
  const listed = await landbridge(['permission', 'list', 'anna.mueller', '--json', '--data', data]).ended
  assert.equal(listed.exitCode, 0, listed.stderr)
  const rows = JSON.parse(listed.stdout) as { GranteeName: string; PermissionValues: string[] }[]
  const rights = Object.fromEntries(rows.map((row) => [row.GranteeName, row.PermissionValues]))
  for (const right of ['FULL_ACCESS', 'SEND_ON_BEHALF'])
    assert.ok(rights['juergen.weiss']?.includes(right), listed.stdout)
  assert.ok(rights['sabine.jaeger']?.includes('SEND_AS'), listed.stdout)
}

/** The password of everybody who signs in, as the demonstration told it. */
export const passwordIn = (transcript: string): string =>
  /nora\.keller@corp\.example +password (\S+)/.exec(transcript)![1]!

/** What people wrote to each other, and what lies in their mailboxes. */
const written = [
  'Willkommen auf der anderen Seite',
  'Hallo Nora!',
  'Bonjour',
  'Offer for autumn',
  'as discussed',
]
const kept = ['anbei das Angebot', 'Zahnarzt', 'Käthe Kundin', 'neuer Eintrag', 'Budget 2027']

/** Neither secrets nor anything of messages and calendars is in the logs of either side. */
export function assertLogsTellNothing(transcript: string, folder: string): void {
  const tokens = [...transcript.matchAll(/token (\S+)/g)].map(([, token]) => token!)
  const secrets = [passwordIn(transcript), ...tokens]
  const forms = [...secrets, ...written, ...kept].flatMap((text) => [
    text,
    Buffer.from(text).toString('base64').replace(/=+$/, ''),
    encodeURIComponent(text),
  ])
  const files = globSync(['*.log', '{exchange,landbridge}/log/*'], { cwd: folder })
  assert.ok(files.length >= 4, String(files))
  for (const file of files) {
    const log = readFileSync(join(folder, file), 'utf8')
    for (const form of forms) assert.ok(!log.includes(form), `${file} has ${form}`)
  }
  const log = readFileSync(join(folder, 'landbridge', 'log', 'landbridge.log'), 'utf8')
  for (const operation of ['CreateUser', 'SyncDirectory', 'CreateMigrationProject'])
    assert.match(log, new RegExp(`"operation":"${operation}"`))
}
