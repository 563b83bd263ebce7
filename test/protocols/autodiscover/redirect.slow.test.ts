import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMailSite } from '#test/stories/mail-site.ts'

test('who asks without TLS is told where Autodiscover is, and nothing else', async (t) => {
  const site = await openMailSite({
    settings: { 'web.redirect': 'yes', 'web.url': 'https://mail.corp.test' },
  })
  t.after(() => site.end())
  const { address } = site.service.listeners.find(({ name }) => name === 'way to Autodiscover without TLS')!
  assert.match(address, /^http:/)
  const ask = (path: string, method = 'GET') =>
    fetch(`${address}${path}`, { method, redirect: 'manual', headers: { host: 'evil.example' } })
  const found = await ask('/Autodiscover/Autodiscover.xml?Email=ann@corp.test')
  assert.equal(found.status, 302)
  assert.equal(found.headers.get('location'), 'https://mail.corp.test/Autodiscover/Autodiscover.xml')
  assert.equal(found.headers.get('www-authenticate'), null)
  assert.equal((await ask('/autodiscover/autodiscover.xml', 'POST')).status, 405)
  assert.equal((await ask('/EWS/Exchange.asmx')).status, 404)
})

test('a port that was free is told as it is, under the name of the service', async (t) => {
  const site = await openMailSite({
    settings: { 'web.redirect': 'yes', 'web.port': 0, 'service.hostname': 'mail.corp.test' },
  })
  t.after(() => site.end())
  const at = (start: string) => site.service.listeners.find(({ name }) => name.startsWith(start))!.address
  const { port } = new URL(at('mail, calendars'))
  const found = await fetch(`${at('way to')}/autodiscover/autodiscover.xml`, { redirect: 'manual' })
  assert.equal(found.headers.get('location'), `https://mail.corp.test:${port}/autodiscover/autodiscover.xml`)
})

test('without the setting there is no such port', async (t) => {
  const site = await openMailSite()
  t.after(() => site.end())
  assert.ok(site.service.listeners.every(({ name }) => !/without TLS/.test(name)))
})
