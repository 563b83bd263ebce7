import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { foldForSearch } from '#src/formats/text/case-fold.ts'
import { HtmlText, htmlToText } from '#src/formats/text/html-text.ts'
import { TextFinder } from '#src/formats/text/text-finder.ts'

for (const [one, other] of [
  ['HELLO', 'hello'],
  ['Straße', 'STRASSE'],
  ['ΟΔΟΣ', 'οδος'],
  ['ＡＢＣ１', 'abc1'],
  ['ﾃｽﾄ', 'テスト'],
  ['ﬁn', 'FIN'],
  ['İstanbul', 'istanbul'],
  ['e\u0301', 'É'],
  ['ПРИВЕТ', 'привет'],
] as const) {
  test(`${one} and ${other} are the same to search`, () =>
    assert.equal(foldForSearch(one), foldForSearch(other)))
}

test('accents count', () => assert.notEqual(foldForSearch('é'), foldForSearch('e')))

const html: [html: string, text: string][] = [
  ['plain', 'plain'],
  ['<p>a</p><p>b</p>', '\na\n\nb\n'],
  ['a<br>b<BR/>c', 'a\nb\nc'],
  ['x<b>y</b>z', 'xyz'],
  ['<style>p{}</style>a<script>if (1 < 2) "</p>"</SCRIPT >b', 'ab'],
  ['<!-- <p>no</p> -->a<!---->b', 'ab'],
  ['<!DOCTYPE html><?xml version="1.0"?>a', 'a'],
  ['<a title="1 > 0" href=\'x>y\'>link</a>', 'link'],
  ["<p title=it's>don't</p>", "\ndon't\n"],
  [
    '&lt;b&gt; &amp;amp; &eacute;&Eacute; &#233;&#xe9; &#128; &euro; &nosuch; &copy x &nbsp',
    '<b> &amp; éÉ éé € € &nosuch; &copy x \u00a0',
  ],
  ['1 < 2 <3 a<', '1 < 2 <3 a<'],
  ['<p', '\n'],
  ['&#0;&#xd800;&#99999999;', '\ufffd\ufffd\ufffd'],
  ['&alpha;&omega;&Omega;&sigmaf;&Rho;&Sigma;', 'αωΩςΡΣ'],
]

for (const [source, text] of html) {
  test(`text of ${source}`, () => assert.equal(htmlToText(source), text))
}

test('HTML in pieces gives the same text as the whole', () => {
  const unit = fc.constantFrom(
    '<',
    '>',
    '</',
    '<!--',
    '-->',
    '--',
    'style',
    'script',
    'p',
    ' ',
    '=',
    '"',
    "'",
    '&',
    'amp',
    ';',
    '&#6',
    '5',
    'x',
    '/',
  )
  const source = fc.oneof(fc.string({ unit, maxLength: 40 }), fc.constantFrom(...html.map(([text]) => text)))
  fc.assert(
    fc.property(source, fc.array(fc.nat(6), { maxLength: 30 }), (text, sizes) => {
      const stream = new HtmlText()
      let at = 0
      let out = ''
      for (const size of [...sizes, text.length]) {
        out += stream.push(text.slice(at, at + size))
        at += size
      }
      assert.equal(out + stream.finish(), htmlToText(text))
    }),
    { numRuns: 1000 },
  )
})

test('finds a needle wherever the pieces are cut', () => {
  const text = 'Sehr geehrte Frau Weber, die ÜBERSICHT\r\n  für Straße 7 e\u0301te\u0301 liegt bei.'
  for (const needle of ['übersicht für', 'STRASSE', 'été', 'bei.', 'sehr']) {
    for (let cut = 0; cut <= text.length; cut++) {
      const finder = new TextFinder(needle)
      finder.push(text.slice(0, cut))
      assert.ok(finder.push(text.slice(cut)), `${needle} cut at ${cut}`)
    }
    const slow = new TextFinder(needle)
    assert.ok(
      [...text].some((char) => slow.push(char)),
      needle,
    )
  }
  const wide = new TextFinder('begin end')
  for (const piece of ['be', `gin${' '.repeat(5_000)}`, '\r\n'.repeat(5_000), `${'\t'.repeat(5_000)}e`])
    assert.equal(wide.push(piece), false)
  assert.ok(wide.push('nd'))
  const other = new TextFinder('ab')
  other.push('a')
  other.begin()
  assert.equal(other.push('b'), false)
  const finder = new TextFinder('ubersicht')
  assert.equal(finder.push(text), false)
  assert.equal(new TextFinder('').found, true)
})
