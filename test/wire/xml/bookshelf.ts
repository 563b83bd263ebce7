/** A small schema with everything in it that the language has, for the tests of reader and writer. */
import { Schema } from '#src/wire/xml/schema.ts'

export const schema = new Schema([
  {
    prefix: 'b',
    namespace: 'urn:books',
    text: `
# what a shelf holds
Shelf = Title Owner? Book:Book* &Place ( Lent:boolean | Sold:date )? Events=( Read:Reading | Moved )* Tags:Tags?
  Numbers:Numbers? Note~? Extra:Extra? x/Stamp? @Id! @Kind:Kind @xml/lang
Book = Name Cover:base64? Pages:Pages?
Heavy : Book = Weight:double @Unit
Pages ~ int 1..9999
Kind ~ 'Wood' | 'Steel'
Colours ~ list 'Red' | 'Green' | 'Blue'
Reading = $:string @When:dateTime
Tags = Tag+
Numbers = ( One:int | Two:Colours )*
Extra = any*
group Place = ( Room | Box:int )
element Shelf : Shelf
element Heavy : Heavy
`,
  },
  { prefix: 'x', namespace: 'urn:stamps', text: 'Unused = $:string\n' },
])

export const shelf = schema.root('b/Shelf')

export const wrap = (inside: string): string =>
  `<b:Shelf xmlns:b="urn:books" xmlns:x="urn:stamps" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" Id="1">` +
  `<b:Title>T</b:Title><b:Room>R</b:Room>${inside}</b:Shelf>`

export const plainShelf = { Id: '1', Title: 'T', Room: 'R' }
