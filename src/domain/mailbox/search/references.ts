import type { Pace } from '../pace.ts'
import { pacedSort } from './paced-sort.ts'
import {
  bySentDate,
  entryOf,
  type ThreadEntry,
  type ThreadMessages,
  type ThreadNode,
} from './thread-message.ts'

/** A message of the tree; one without `message` is a dummy for an id that was only referred to. */
class Node {
  message: ThreadEntry | undefined
  parent: Node | undefined
  /** How many have it as their parent, while links are made. */
  answers = 0
  children: Node[] = []
}

/** REFERENCES (RFC 5256 §3), its six steps. */
export async function references(messages: ThreadMessages, pace: Pace): Promise<ThreadNode[]> {
  const nodes = await linkAll(messages, pace)
  const heads = await pruned(await gatherHeads(nodes, pace), pace)
  for (const head of heads) if (!head.message) head.children = await pacedSort(head.children, byDate, pace)
  const merged = await mergeBySubject(await pacedSort(heads, byDate, pace), pace)
  return sortedTree(merged, pace)
}

/** Step 1: every message and every id that is referred to, linked by their references. */
async function linkAll(messages: ThreadMessages, pace: Pace): Promise<readonly Node[]> {
  const nodes: Node[] = []
  const byId = new Map<string, Node>()
  const nodeOf = (id: string): Node => {
    let node = byId.get(id)
    if (!node) {
      node = new Node()
      byId.set(id, node)
      nodes.push(node)
    }
    return node
  }
  for await (const message of messages) {
    let before: Node | undefined
    for (const id of message.references) {
      const node = nodeOf(id)
      if (before && !node.parent) await link(before, node, pace)
      before = node
    }
    let own = message.messageId === undefined ? undefined : nodeOf(message.messageId)
    if (!own || own.message) {
      own = new Node()
      nodes.push(own)
    }
    own.message = entryOf(message)
    unlink(own)
    if (before) await link(before, own, pace)
    await pace.rest()
  }
  return nodes
}

function unlink(node: Node): void {
  if (node.parent) node.parent.answers--
  node.parent = undefined
}

/** Makes `parent` the parent of `node`, unless it descends from it. */
async function link(parent: Node, node: Node, pace: Pace): Promise<void> {
  if (parent === node) return
  // Only what has answers can have descendants; mostly it has none, and the way up need not be walked.
  if (node.answers > 0) {
    let steps = 0
    for (let above = parent.parent; above; above = above.parent) {
      if (above === node) return
      if (++steps % 10_000 === 0) await pace.rest()
    }
  }
  node.parent = parent
  parent.answers++
}

/** Step 2: those without a parent; everybody knows its children from here on. */
async function gatherHeads(nodes: readonly Node[], pace: Pace): Promise<Node[]> {
  const heads: Node[] = []
  for (const [index, node] of nodes.entries()) {
    if (node.parent) node.parent.children.push(node)
    else heads.push(node)
    if (index % 1_000 === 0) await pace.rest()
  }
  return heads
}

/** All nodes below and with the heads, each before its children. */
async function inOrder(heads: readonly Node[], pace: Pace): Promise<Node[]> {
  const order: Node[] = []
  for (const head of heads) order.push(head)
  for (let index = 0; index < order.length; index++) {
    for (const child of order[index]!.children) order.push(child)
    if (index % 1_000 === 0) await pace.rest()
  }
  return order
}

/** Step 3: dummies go, their children take their place; a dummy stays at the head of a thread of several. */
async function pruned(heads: readonly Node[], pace: Pace): Promise<Node[]> {
  const order = await inOrder(heads, pace)
  for (let index = order.length - 1; index >= 0; index--) {
    const node = order[index]!
    if (node.children.some((child) => !child.message)) {
      node.children = node.children.flatMap((child) => (child.message ? child : child.children))
    }
    if (index % 1_000 === 0) await pace.rest()
  }
  return heads.flatMap((head) => (head.message || head.children.length > 1 ? head : head.children))
}

/** The message by which a thread is sorted and named: its first, where its head is missing. */
const speakerOf = (node: Node): ThreadEntry => node.message ?? node.children[0]!.message!

const byDate = (one: Node, other: Node): number => bySentDate(speakerOf(one), speakerOf(other))

/** Step 5: threads of one base subject become one. */
async function mergeBySubject(heads: readonly Node[], pace: Pace): Promise<Node[]> {
  const table = new Map<string, Node>()
  for (const head of heads) {
    const { subject } = speakerOf(head)
    if (subject === '') continue
    const known = table.get(subject)
    if (!known || (known.message && (!head.message || (known.message.isReply && !head.message.isReply)))) {
      table.set(subject, head)
    }
  }
  const merged = new Set(heads)
  for (const head of heads) {
    const { subject } = speakerOf(head)
    const known = subject === '' ? undefined : table.get(subject)
    if (!known || known === head) continue
    merged.delete(head)
    if (!known.message && !head.message) {
      for (const child of head.children) known.children.push(child)
    } else if (!known.message || (head.message!.isReply && !known.message.isReply)) {
      known.children.push(head)
    } else {
      const dummy = new Node()
      dummy.children = [known, head]
      merged.delete(known)
      merged.add(dummy)
      table.set(subject, dummy)
    }
    await pace.rest()
  }
  return [...merged]
}

/** Step 6: siblings in the order they were sent, grandchildren before children. */
async function sortedTree(heads: readonly Node[], pace: Pace): Promise<ThreadNode[]> {
  const order = await inOrder(heads, pace)
  const made = new Map<Node, ThreadNode>()
  for (let index = order.length - 1; index >= 0; index--) {
    const node = order[index]!
    if (node.children.length > 1) node.children = await pacedSort(node.children, byDate, pace)
    made.set(node, {
      number: node.message?.number ?? null,
      children: node.children.map((child) => made.get(child)!),
    })
    if (index % 1_000 === 0) await pace.rest()
  }
  return (await pacedSort(heads, byDate, pace)).map((head) => made.get(head)!)
}
