import assert from 'node:assert/strict'
import { BlockList, isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { isNetworkList, isServerList } from '#src/config/address-list.ts'
import { loadConfig } from '#src/config/load-config.ts'

test('networks are addresses with a prefix that the kind of address has', () => {
  for (const good of ['', '192.0.2.1', '10.0.0.0/8,::1', 'fc00::/7, 192.0.2.0/32', '0.0.0.0/0'])
    assert.ok(isNetworkList(good), good)
  for (const bad of [
    '10.0.0.0/33',
    '::1/129',
    '999.1.1.1',
    ':::',
    '10.0.0/8',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    ',',
    '1.2.3.4,',
  ])
    assert.ok(!isNetworkList(bad), bad)
})

test('what is taken as a network, the net module of Node takes too', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.stringMatching(/^[0-9a-f.:]{1,12}$/))
  fc.assert(
    fc.property(address, fc.nat(200), (host, prefix) => {
      const subnet = () => new BlockList().addSubnet(host, prefix, isIP(host) === 6 ? 'ipv6' : 'ipv4')
      if (isNetworkList(`${host}/${prefix}`)) subnet()
      else assert.throws(subnet)
    }),
  )
})

test('name servers are addresses with a port that there is', () => {
  for (const good of ['', '192.0.2.53', '192.0.2.53:53, [2001:db8::53]:5353', '2001:db8::53', '[::1]'])
    assert.ok(isServerList(good), good)
  for (const bad of [
    '999.1.1.1',
    '192.0.2.53:0',
    '192.0.2.53:65536',
    '[192.0.2.53]',
    '[::1',
    ':53',
    '192.0.2.53:',
  ])
    assert.ok(!isServerList(bad), bad)
})

test('a setting with such a list that means nothing stops the start', () => {
  for (const [name, value] of [
    ['smtp.trustedRelays', '10.0.0.0/33'],
    ['exchange.addresses', '999.1.1.1'],
    ['dns.servers', '192.0.2.53:65536'],
  ]) {
    const load = () => loadConfig({ environment: {}, options: { [name!]: value }, optionNames: {} })
    assert.throws(load, /does not fit. It takes: IP addresses/, name)
  }
})
