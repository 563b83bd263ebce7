import { type FileHandle, open } from 'node:fs/promises'
import { promisify } from 'node:util'
import { inflate } from 'node:zlib'
import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { isDamage } from './damage.ts'
import { decodeCyclic, decodePermuted } from './encodings.ts'
import { checkSum, HEADER_BYTES, type PstHeader, readHeader, readWord } from './pst-format.ts'

const inflated = promisify(inflate)

/** Where the data of a node lie, and its subnodes; 0 for none. */
export type PstNode = { data: number; subnodes: number }
export type NodeEntry = PstNode & { id: number; parent: number }
type Entries = { level: number; count: number; at: (index: number) => Buffer }
/** Told of a block that is not as it was written. */
export type Spoiled = (block: number) => void
type Block = { id: number; place: number; octets: number; inflatedOctets: number }

/** What the entries of a page are (MS-PST §2.2.2.7.1, ptype). */
const BLOCKS = 0x80
const NODES = 0x81
/** Pages that are remembered: the upper levels of both trees of any file, and what was read last. */
const MOST_PAGES = 2_000
/** Levels of a B-tree and of subnode lists; real files have no more than five. */
const DEEPEST = 12
/** Levels of block lists: those of blocks, and those of lists (MS-PST §2.2.2.8.3.2). */
const LISTS = 2
/** More than a body or a table of a folder has. */
const MOST_HELD = 256 * 1024 * 1024

/** The lower layer of a PST file (MS-PST §2.2): nodes and blocks, found in B-trees, read as they are asked for. Read only. */
export class PstFile {
  readonly header: PstHeader
  readonly #handle: FileHandle
  readonly #pages = new Map<number, Buffer>()
  /** Not every program that writes such files sums them up. */
  #hasSums = false

  private constructor(handle: FileHandle, header: PstHeader) {
    this.#handle = handle
    this.header = header
  }

  /** SyntaxFault when the file is none that can be read; what the file system says for others. */
  static async open(path: string): Promise<PstFile> {
    const handle = await open(path, 'r')
    try {
      const octets = Buffer.alloc(HEADER_BYTES)
      const { bytesRead } = await handle.read(octets, 0, octets.length, 0)
      const file = new PstFile(handle, readHeader(octets.subarray(0, bytesRead)))
      const { nodeRoot, blockRoot } = file.header
      const roots = [await file.#page(nodeRoot), await file.#page(blockRoot)] as const
      file.#hasSums = (await file.#isSummedUp(roots[0])) || (await file.#isSummedUp(roots[1]))
      return file
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  /** Changes with the file. */
  async stamp(): Promise<string> {
    const { size, mtimeMs } = await this.#handle.stat()
    return `${size}.${Math.round(mtimeMs)}`
  }

  async sizeBytes(): Promise<number> {
    return (await this.#handle.stat()).size
  }

  async findNode(id: number): Promise<NodeEntry | undefined> {
    const entry = await this.#find(this.header.nodeRoot, id)
    return entry && this.#nodeOf(entry)
  }

  /** SyntaxFault when it is not there. */
  async getNode(id: number): Promise<NodeEntry> {
    const node = await this.findNode(id)
    if (node === undefined) throw new SyntaxFault(`node ${id} is missing`)
    return node
  }

  /** All nodes, by id. Pages that cannot be read are passed over and told. */
  async *nodes(broken: (place: number) => void): AsyncGenerator<NodeEntry> {
    yield* this.#walk(this.header.nodeRoot, broken, DEEPEST, new Set())
  }

  /** Subnodes of a node, by id (MS-PST §2.2.2.8.3.3). */
  async subnodes(block: number): Promise<Map<number, PstNode>> {
    const found = new Map<number, PstNode>()
    if (block !== 0) await this.#addSubnodes(block, found, DEEPEST, new Set())
    return found
  }

  /** Octets of the data of a node, as its blocks tell them. */
  async sizeOf(data: number): Promise<number> {
    if (data === 0) return 0
    const block = await this.#block(data)
    return isInternal(data) ? (await this.#read(data)).readUInt32LE(4) : block.inflatedOctets
  }

  /** The data of a node, block by block (MS-PST §2.2.2.8.3.2); with `spoiled` those that are not as they were written too. SyntaxFault. */
  async *blocks(data: number, spoiled?: Spoiled): AsyncGenerator<Buffer> {
    for await (const id of this.#blockIds(data)) yield await this.#read(id, spoiled)
  }

  /** Whether `blocks` can read the data of a node, all of them. SyntaxFault. */
  async check(data: number, spoiled: Spoiled): Promise<void> {
    let octets = 0
    for await (const id of this.#blockIds(data)) {
      const block = await this.#block(id)
      let isSpoiled = false
      await this.#stored(block, () => {
        isSpoiled = true
      })
      // A packed one may not unpack.
      octets += isSpoiled ? (await this.#read(id, spoiled)).length : block.inflatedOctets
    }
    const told = await this.sizeOf(data)
    if (octets !== told) throw new SyntaxFault(`block ${data} has ${octets} octets and not ${told}`)
  }

  async *#blockIds(data: number, above = LISTS + 1): AsyncGenerator<number> {
    if (data === 0) return
    if (!isInternal(data)) {
      yield data
      return
    }
    const octets = await this.#read(data)
    if (octets[0] !== 1 || octets[1]! >= above) throw new SyntaxFault(`block ${data} is no list of blocks`)
    const { format } = this.header
    const count = octets.readUInt16LE(2)
    for (let index = 0; index < count; index++)
      yield* this.#blockIds(readWord(octets, 8 + index * format.wordBytes, format), octets[1])
  }

  /** All of the data of a node that is to be held. */
  async whole(data: number, spoiled?: Spoiled): Promise<Buffer> {
    const held = await this.held(data, spoiled)
    if (!held.every((block) => block !== undefined)) throw new SyntaxFault(`a part of ${data} is missing`)
    return Buffer.concat(held)
  }

  /**
   * The same, block by block. With `spoiled` a block that is not as it was written is told and comes as it is, and undefined for one that
   * cannot be read at all.
   */
  async held(data: number): Promise<Buffer[]>
  async held(data: number, spoiled: Spoiled | undefined): Promise<(Buffer | undefined)[]>
  async held(data: number, spoiled?: Spoiled): Promise<(Buffer | undefined)[]> {
    const held: (Buffer | undefined)[] = []
    let left = MOST_HELD
    for await (const id of this.#blockIds(data)) {
      const block = await this.#read(id, spoiled).catch((error: unknown) => {
        if (spoiled === undefined || !isDamage(error)) throw error
        spoiled(id)
        return undefined
      })
      left -= block?.length ?? 0
      if (left < 0) throw new SyntaxFault('a value too large to be one')
      held.push(block)
    }
    return held
  }

  async #addSubnodes(
    block: number,
    found: Map<number, PstNode>,
    above: number,
    known: Set<number>,
  ): Promise<void> {
    if (known.has(block)) throw new SyntaxFault(`block ${block} lists subnodes twice`)
    known.add(block)
    const { format } = this.header
    const { wordBytes } = format
    const octets = await this.#read(block)
    if (octets[0] !== 2 || octets[1]! >= above) throw new SyntaxFault(`block ${block} is no list of subnodes`)
    const isLeaf = octets[1] === 0
    const count = octets.readUInt16LE(2)
    const entryBytes = wordBytes * (isLeaf ? 3 : 2)
    for (let at = wordBytes, index = 0; index < count; index++, at += entryBytes) {
      const data = readWord(octets, at + wordBytes, format)
      if (isLeaf) {
        const subnodes = readWord(octets, at + 2 * wordBytes, format)
        found.set(octets.readUInt32LE(at), { data, subnodes })
      } else await this.#addSubnodes(data, found, octets[1]!, known)
    }
  }

  async #block(id: number): Promise<Block> {
    const { format } = this.header
    const entry = await this.#find(this.header.blockRoot, keyOfBlock(id))
    if (entry === undefined) throw new SyntaxFault(`block ${id} is missing`)
    const octets = entry.readUInt16LE(2 * format.wordBytes)
    const inflatedOctets = format.pageBytes === 4096 ? entry.readUInt16LE(2 * format.wordBytes + 2) : octets
    return {
      id: readWord(entry, 0, format),
      place: readWord(entry, format.wordBytes, format),
      octets,
      inflatedOctets,
    }
  }

  async #read(id: number, spoiled?: Spoiled): Promise<Buffer> {
    const block = await this.#block(id)
    const { octets, inflatedOctets } = block
    const read = await this.#stored(block, spoiled)
    if (octets !== inflatedOctets)
      return inflated(read, { maxOutputLength: 65_536 }).catch((error: Error) => {
        throw new SyntaxFault(`block ${id} cannot be unpacked: ${error.message}`, block.place)
      })
    const { encoding } = this.header
    if (encoding === 'permute' && !isInternal(id)) decodePermuted(read)
    if (encoding === 'cyclic' && !isInternal(id)) decodeCyclic(read, block.id)
    return read
  }

  /** As it lies in the file. SyntaxFault where it is another one, and without `spoiled` where it is not what was written. */
  async #stored({ id, place, octets }: Block, spoiled?: Spoiled): Promise<Buffer> {
    const { format } = this.header
    const { unitBytes, trailerBytes, blockSumAt, blockIdAt } = format
    if (!this.#hasSums) return this.#octets(place, octets)
    const bytes = Math.ceil((octets + trailerBytes) / unitBytes) * unitBytes
    const whole = await this.#octets(place, bytes)
    const data = whole.subarray(0, octets)
    const trailer = bytes - trailerBytes
    // Its number is said twice: octets of the trailer itself may be damaged.
    const isSigned = whole.readUInt16LE(trailer + SIGNATURE_AT) === signatureOf(place, id)
    const isOwn = keyOfBlock(readWord(whole, trailer + blockIdAt, format)) === keyOfBlock(id) || isSigned
    const isRight = whole.readUInt32LE(trailer + blockSumAt) === checkSum(data)
    if (!isOwn || (!isRight && spoiled === undefined))
      throw new SyntaxFault(`block ${id} is not as it was written`, place)
    if (!isRight) spoiled!(id)
    return data
  }

  /** One page on the way down to the first leaf says that the others have sums too; a damaged one says nothing. */
  async #isSummedUp(root: Buffer): Promise<boolean> {
    const { format } = this.header
    let above = DEEPEST
    for (let page = root; ; ) {
      if (this.#isWhole(page)) return true
      try {
        const { level, count, at } = this.#entries(page)
        if (level === 0 || level >= above || count === 0) return false
        above = level
        page = await this.#page(readWord(at(0), 2 * format.wordBytes, format))
      } catch (error) {
        if (!isDamage(error)) throw error
        return false
      }
    }
  }

  #isWhole(page: Buffer): boolean {
    const { typeAt, pageSumAt } = this.header.format
    return page.readUInt32LE(pageSumAt) === checkSum(page.subarray(0, typeAt))
  }

  async #octets(place: number, count: number): Promise<Buffer> {
    if (!Number.isSafeInteger(place)) throw new SyntaxFault('the file ends before its data', 0)
    const octets = Buffer.alloc(count)
    const { bytesRead } = await this.#handle.read(octets, 0, count, place)
    if (bytesRead !== count) throw new SyntaxFault('the file ends before its data', place)
    return octets
  }

  async #page(place: number): Promise<Buffer> {
    const known = this.#pages.get(place)
    if (known !== undefined) {
      // What is used stays.
      this.#pages.delete(place)
      this.#pages.set(place, known)
      return known
    }
    const { pageBytes, typeAt } = this.header.format
    const page = await this.#octets(place, pageBytes)
    const type = page[typeAt]
    if ((type !== BLOCKS && type !== NODES) || page[typeAt + 1] !== type)
      throw new SyntaxFault('a page of a B-tree is damaged', place)
    this.#pages.set(place, page)
    if (this.#pages.size > MOST_PAGES) this.#pages.delete(this.#pages.keys().next().value!)
    return page
  }

  /** Entries of a page with the octets of each. */
  #entries(page: Buffer): Entries {
    const { countAt, entryBytesAt, levelAt, pageBytes, typeAt, wordBytes } = this.header.format
    const count = pageBytes === 4096 ? page.readUInt16LE(countAt) : page[countAt]!
    const bytes = page[entryBytesAt]!
    const level = page[levelAt]!
    const least = level === 0 && page[typeAt] === NODES ? 4 * wordBytes : 3 * wordBytes
    if (count * bytes > countAt || bytes < least)
      throw new SyntaxFault('a page of a B-tree has entries that do not fit')
    return { level, count, at: (index) => page.subarray(index * bytes, (index + 1) * bytes) }
  }

  async #find(root: number, key: number): Promise<Buffer | undefined> {
    const { format } = this.header
    let place = root
    let above = DEEPEST
    for (;;) {
      const { level, count, at } = this.#entries(await this.#page(place))
      if (level >= above) throw new SyntaxFault('a B-tree goes in a circle', place)
      above = level
      // The last entry that is not behind the key.
      let [low, high] = [0, count]
      while (low < high) {
        const middle = (low + high) >>> 1
        if (keyOfBlock(readWord(at(middle), 0, format), root === this.header.blockRoot) <= key)
          low = middle + 1
        else high = middle
      }
      if (low === 0) return undefined
      const entry = at(low - 1)
      if (level === 0)
        return keyOfBlock(readWord(entry, 0, format), root === this.header.blockRoot) === key
          ? entry
          : undefined
      place = readWord(entry, 2 * format.wordBytes, format)
    }
  }

  /** `known`: pages of pages, none of which is read a second time. */
  async *#walk(
    place: number,
    broken: (place: number) => void,
    above: number,
    known: Set<number>,
  ): AsyncGenerator<NodeEntry> {
    let entries: Entries
    try {
      const page = await this.#page(place)
      // Most of what a page with another check sum says may be right all the same.
      if (this.#hasSums && !this.#isWhole(page)) broken(place)
      entries = this.#entries(page)
      if (entries.level >= above || known.has(place))
        throw new SyntaxFault('a B-tree goes in a circle', place)
      if (entries.level > 0) known.add(place)
    } catch (error) {
      if (!isDamage(error)) throw error
      broken(place)
      return
    }
    const { format } = this.header
    const { level, count, at } = entries
    for (let index = 0; index < count; index++)
      if (level === 0) yield this.#nodeOf(at(index))
      else yield* this.#walk(readWord(at(index), 2 * format.wordBytes, format), broken, level, known)
  }

  #nodeOf(entry: Buffer): NodeEntry {
    const { format } = this.header
    const { wordBytes } = format
    return {
      id: entry.readUInt32LE(0),
      data: readWord(entry, wordBytes, format),
      subnodes: readWord(entry, 2 * wordBytes, format),
      parent: entry.readUInt32LE(3 * wordBytes),
    }
  }
}

/** MS-PST §2.2.2.2: the lowest bit of a block id means nothing, the next one tells lists of blocks from data. */
const keyOfBlock = (id: number, isBlock = true) => (isBlock && id % 2 === 1 ? id - 1 : id)
const isInternal = (id: number) => Math.floor(id / 2) % 2 === 1

/** In the trailer of a block: what its place and its number come to (MS-PST §2.2.2.8.1, §5.5). */
const SIGNATURE_AT = 2
function signatureOf(place: number, id: number): number {
  const both = (place ^ id) >>> 0
  return ((both >>> 16) ^ both) & 0xffff
}
