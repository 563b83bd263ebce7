import { SyntaxFault } from '#src/base/syntax-fault.ts'
import { isDamage } from './damage.ts'
import type { PstFile, PstNode, Spoiled } from './pst-file.ts'

const SIGNATURE = 0xec

/** A heap in the data of a node (MS-PST §2.3.1), with the subnodes that it refers to. */
export class Heap {
  readonly client: number
  readonly root: number
  readonly subnodes: ReadonlyMap<number, PstNode>
  readonly file: PstFile
  readonly #blocks: readonly (Buffer | undefined)[]
  readonly #spoiled: Spoiled | undefined

  private constructor(
    file: PstFile,
    blocks: readonly (Buffer | undefined)[],
    subnodes: ReadonlyMap<number, PstNode>,
    spoiled: Spoiled | undefined,
  ) {
    const [first] = blocks
    if (first === undefined || first.length < 12 || first[2] !== SIGNATURE)
      throw new SyntaxFault('a node without a heap')
    this.client = first[3]!
    this.root = first.readUInt32LE(4)
    this.file = file
    this.subnodes = subnodes
    this.#blocks = blocks
    this.#spoiled = spoiled
  }

  /** With `spoiled`, which is told of them, blocks that are damaged are read as they are, and a damaged list of subnodes as an empty one. */
  static async open(file: PstFile, { data, subnodes }: PstNode, spoiled?: Spoiled): Promise<Heap> {
    const listed = await file.subnodes(subnodes).catch((error: unknown) => {
      if (spoiled === undefined || !isDamage(error)) throw error
      spoiled(subnodes)
      return new Map<number, PstNode>()
    })
    return new Heap(file, await file.held(data, spoiled), listed, spoiled)
  }

  /** What lies under a heap id (§2.3.1.1); nothing under 0. */
  octets(id: number): Buffer {
    if (id === 0) return Buffer.alloc(0)
    const wide = this.file.header.format.pageBytes === 4096
    const index = wide ? (id >>> 5) & 0x3fff : (id >>> 5) & 0x7ff
    const block = this.#blocks[wide ? id >>> 19 : id >>> 16]
    if (block === undefined || index === 0) throw new SyntaxFault(`nothing lies at ${id} of a heap`)
    const map = block.readUInt16LE(0)
    const at = map + 4 + 2 * (index - 1)
    if (at + 4 > block.length) throw new SyntaxFault(`nothing lies at ${id} of a heap`)
    return block.subarray(block.readUInt16LE(at), block.readUInt16LE(at + 2))
  }

  /** What lies under an id that is of the heap or of a subnode (§2.3.3.2), all of it. */
  async value(id: number): Promise<Buffer> {
    return isOfHeap(id) ? this.octets(id) : this.file.whole(this.subnode(id).data, this.#spoiled)
  }

  subnode(id: number): PstNode {
    const node = this.subnodes.get(id)
    if (node === undefined) throw new SyntaxFault(`subnode ${id} is missing`)
    return node
  }

  /** Records of a B-tree on the heap (§2.3.2): key and data of each. */
  *records(id: number): Generator<{ key: Buffer; data: Buffer }> {
    const header = this.octets(id)
    if (header.length < 8 || header[0] !== 0xb5 || header[1] === 0 || header[2] === 0)
      throw new SyntaxFault('a heap without its B-tree')
    yield* this.#level(header.readUInt32LE(4), header[1]!, header[2]!, header[3]!)
  }

  *#level(
    id: number,
    keyBytes: number,
    dataBytes: number,
    level: number,
  ): Generator<{ key: Buffer; data: Buffer }> {
    if (level > 8) throw new SyntaxFault('a B-tree of a heap is too deep')
    const octets = this.octets(id)
    const bytes = keyBytes + (level === 0 ? dataBytes : 4)
    for (let at = 0; at + bytes <= octets.length; at += bytes) {
      const [key, data] = [octets.subarray(at, at + keyBytes), octets.subarray(at + keyBytes, at + bytes)]
      if (level === 0) yield { key, data }
      else yield* this.#level(data.readUInt32LE(0), keyBytes, dataBytes, level - 1)
    }
  }
}

export const isOfHeap = (id: number): boolean => (id & 0x1f) === 0
