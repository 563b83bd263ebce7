import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MailSite, openMailSite } from './mail-site.ts'

let site: MailSite
before(async () => {
  site = await openMailSite()
})
after(() => site.end())

async function scraped(): Promise<{ text: string; value: (sample: string) => number }> {
  const { address } = site.service.listeners.find(({ name }) => name === 'health endpoint')!
  const answer = await fetch(`${address}/metrics`)
  assert.equal(answer.status, 200)
  assert.match(answer.headers.get('content-type')!, /^text\/plain; version=0\.0\.4/)
  const text = await answer.text()
  return {
    text,
    value: (sample) => {
      const line = text.split('\n').find((each) => each.startsWith(`${sample} `))
      assert.ok(line, `${sample} is not in\n${text}`)
      return Number(line.slice(sample.length + 1))
    },
  }
}

test('mail is counted where Prometheus reads, without a name or an address (MON-01..04)', {
  timeout: 300_000,
}, async () => {
  const [ann, bob] = [await site.user('ann'), await site.user('bob')]
  await site.as(ann.address).sendMail({
    from: ann.address,
    to: [bob.address, 'pat@partner.example'],
    subject: 'Canary',
    text: 'Canary',
  })
  const of = (name: string) => `landbridge_${name}_total{organization="${site.organization}"}`
  await site.until(async () => (await scraped()).text.includes(`${of('outgoing_email_sent')} 1`))
  const { text, value } = await scraped()
  assert.equal(value(of('mailbox_email_delivered')), 1)
  assert.equal(value('landbridge_queue_messages'), 0)
  assert.equal(value('landbridge_deliveries_total{outcome="delivered"}'), 1)
  assert.ok(value('landbridge_mailboxes') >= 2)
  assert.ok(value('landbridge_certificate_expiry_seconds') > Date.now() / 1_000)
  assert.ok(value('process_resident_memory_bytes') > 1e6)
  assert.doesNotMatch(text, /Canary|ann@|bob@|pat@/)
  for (const [, name, kind] of text.matchAll(/^# TYPE (\S+) (\w+)$/gm)) {
    // As promtool wants it: base units, lower case, counters and nothing else end with _total, everything has a help.
    assert.match(name!, /^[a-z][a-z0-9_]*$/)
    assert.equal(name!.endsWith('_total'), kind === 'counter', name!)
    assert.doesNotMatch(name!, /_(?:ms|milliseconds|minutes|kb|megabytes|percent)(?:_|$)/)
    assert.ok(text.includes(`# HELP ${name} `), name!)
  }
  const named = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!))
  for (const [, name] of text.matchAll(/^([a-z]\w*)[ {]/gm)) assert.ok(named.has(name!), name!)
})
