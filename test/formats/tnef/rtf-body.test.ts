import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readRtfBody } from '#src/formats/tnef/rtf-body.ts'

const read = (rtf: string) => readRtfBody(Buffer.from(rtf, 'latin1'))

const html = (content: string, head = '\\ansicpg1252\\fromhtml1 \\deff0') =>
  read(
    `{\\rtf1\\ansi${head}{\\fonttbl{\\f0\\fswiss Arial;}{\\f1\\fmodern\\fcharset128 MS Gothic;}}{\\colortbl\\red0;}\\uc1\\pard\\plain\\f0\\fs24 ${content}}`,
  )

const text = (content: string) =>
  read(
    `{\\rtf1\\ansi\\ansicpg1252\\fromtext \\deff0{\\fonttbl{\\f0\\fswiss Arial;}}\\uc1\\pard\\plain\\f0 ${content}}`,
  )

test('HTML comes out of the RTF that wraps it', () => {
  const cases: [rtf: string, html: string][] = [
    ['{\\*\\htmltag19 <html>}{\\*\\htmltag64 <p>}Hello{\\*\\htmltag72 </p>}', '<html><p>Hello</p>'],
    // What only an RTF reader should see.
    [
      '{\\*\\htmltag84 <b>}\\htmlrtf {\\b \\htmlrtf0 bold{\\*\\htmltag92 </b>}\\htmlrtf }\\htmlrtf0 .',
      '<b>bold</b>.',
    ],
    ['{\\*\\htmltag148 <br>}\\htmlrtf \\line \\htmlrtf0', '<br>'],
    ['one\\htmlrtf \\par\\htmlrtf0 {\\*\\htmltag72 </p>}', 'one</p>'],
    // The line ends of the original stand in tags of their own.
    ['{\\*\\htmltag241 \\par }{\\*\\htmltag1 \\par \\tab }x', '\r\n\r\n\tx'],
    ['{\\*\\mhtmltag84 <img src="file:x">}{\\*\\htmltag84 <img src="cid:x">}', '<img src="cid:x">'],
    ['{\\*\\htmltag84 <style>p \\{ margin: 0 \\}</style>}', '<style>p { margin: 0 }</style>'],
    ["{\\*\\htmltag84 &nbsp;}\\htmlrtf \\'a0\\htmlrtf0 x", '&nbsp;x'],
    ['a\\~b\\lquote c\\rquote  \\emdash ', 'a&nbsp;b&lsquo;c&rsquo; &mdash;'],
    ["\\'e4\\'f6\\'80", 'äö€'],
    ['\\u8364?\\u-10179?\\u-8704? end', '€😀 end'],
    ["{\\f1 \\'93\\'fa\\'96\\'7b}", '日本'],
    // The second octet of a character may be written as the letter it would be.
    ["{\\f1 \\'83A\\'83C}", 'アイ'],
    ['{\\*\\htmltag84 <a title="\\u26085?">}', '<a title="日">'],
  ]
  for (const [rtf, expected] of cases) {
    assert.deepEqual(html(rtf), { form: 'html', content: expected }, rtf)
  }
})

test('the code page of the document counts where no font says another', () => {
  assert.equal(html("\\'cf\\'f0\\'e8\\'e2\\'e5\\'f2", '\\ansicpg1251\\fromhtml1 ').content, 'Привет')
})

test('fallbacks of \\u are passed over, as many as \\uc says', () => {
  assert.equal(html("\\uc2\\u26085\\'93\\'fa!").content, '日!')
  assert.equal(html('\\uc0\\u26085 !').content, '日!')
  assert.equal(html('{\\uc3\\u26085 abc}\\u26412 ?!').content, '日本!')
  assert.equal(html('\\u26085{}x').content, '日x', 'a group ends the fallback')
})

test('text wrapped in RTF is text', () => {
  assert.deepEqual(text("Hello,\\par \\tab J\\'f6rg <x> \\{y\\}\\line"), {
    form: 'text',
    content: 'Hello,\r\n\tJörg <x> {y}\r\n',
  })
})

test('RTF proper gives its text without pictures, tables of fonts and hidden text', () => {
  const rtf =
    '{\\rtf1\\ansi{\\fonttbl{\\f0 Arial;}}{\\stylesheet{\\s1 Heading;}}{\\info{\\title Secret}}' +
    '{\\pict\\wmetafile8 0102}{\\pict\\bin4 {{{{}\\b Bold\\b0  text\\par{\\field{\\*\\fldinst HYPERLINK "x"}{\\fldrslt link}}' +
    '{\\v hidden}\\cell two\\row}'
  assert.deepEqual(read(rtf), { form: 'rtf', content: 'Bold text\r\nlink\ttwo\r\n' })
})

test('a word about HTML deep in the text does not make it HTML', () => {
  assert.equal(read(`{\\rtf1 ${'\\b '.repeat(40)}\\fromhtml1 x}`).form, 'rtf')
})

test('what is no RTF comes out empty, and depth has an end', () => {
  assert.equal(read('hello').content, '')
  assert.equal(read(`{\\rtf1 ${'{'.repeat(100_000)}x${'}'.repeat(100_000)}y}`).content, 'xy')
})

test('nothing fails on any octets', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '\\*',
    '\\htmltag1 ',
    '\\htmlrtf ',
    '\\u5',
    "\\'e",
    '\\bin99999 ',
    '\\uc-3',
    '\\f9',
    '\\',
    'x',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
      const rtf = `{\\rtf1\\fromhtml1 ${pieces.join('')}`
      assert.ok(read(rtf).content.length <= rtf.length * 8)
    }),
  )
})
